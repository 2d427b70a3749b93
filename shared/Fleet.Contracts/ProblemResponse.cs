namespace Fleet.Contracts;

/// <summary>The body of an RFC 9457 problem answer.</summary>
/// <param name="Type"><c>urn:fleet:problem:</c> and the code.</param>
/// <param name="Title">Constant short text.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What was given, what is wanted, what to do.</param>
/// <param name="Code"><c>slice.reason</c>.</param>
/// <param name="TraceId">To find it in the log.</param>
/// <param name="Errors">Field by field, where a body did not validate.</param>
public sealed record ProblemResponse(
    string Type,
    string Title,
    int Status,
    string? Detail,
    string Code,
    string? TraceId = null,
    IReadOnlyDictionary<string, string[]>? Errors = null);
