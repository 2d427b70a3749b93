namespace Fleet.Agent;

/// <summary>What was typed or configured cannot be used; the message says what was given, what is wanted and what to do.</summary>
internal sealed class UsageException(string message, Exception? cause = null) : Exception(message, cause);
