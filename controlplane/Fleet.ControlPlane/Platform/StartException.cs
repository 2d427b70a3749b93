namespace Fleet.ControlPlane.Platform;

/// <summary>Why the start is refused, in sentences for the person who starts it; the process ends with exit code 1.</summary>
internal sealed class StartException(string message, Exception? cause = null) : Exception(message, cause);
