namespace Fleet.Contracts;

/// <summary>Who must act on a problem.</summary>
public enum Fault
{
    /// <summary>The request is wrong: change it.</summary>
    Caller,

    /// <summary>Try again later.</summary>
    Busy,

    /// <summary>The device is at fault.</summary>
    Device,

    /// <summary>A bug or a broken server.</summary>
    Server,
}

/// <summary>A kind of problem.</summary>
/// <param name="Code"><c>slice.reason</c>; never renamed or reused.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">Constant short text.</param>
/// <param name="Fault">Who must act.</param>
public sealed record ProblemKind(string Code, int Status, string Title, Fault Fault);

/// <summary>A foreseen failure with its code.</summary>
public sealed class ProblemException : Exception
{
    /// <summary>A problem with a sentence for the reader; <paramref name="cause"/> goes to the log only.</summary>
    public ProblemException(ProblemKind kind, string detail, Exception? cause = null)
        : base(detail, cause) => Kind = kind;

    /// <summary>Which kind.</summary>
    public ProblemKind Kind { get; }
}
