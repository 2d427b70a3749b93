namespace Fleet.Contracts;

/// <summary>One page of a listing.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="Next">Give it as <c>cursor</c> to go on; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A dated sentence.</summary>
/// <param name="At">When.</param>
/// <param name="Text">What.</param>
public sealed record LogLine(DateTimeOffset At, string Text);

/// <summary>Something changed: read the named thing again. Sent as server-sent events on <c>/api/v1/changes</c>.</summary>
/// <param name="Kind"><c>device</c>, <c>camera</c>, <c>version</c>, <c>rollout</c>, <c>sample</c>, <c>training</c>.</param>
/// <param name="Id">Which.</param>
public sealed record ChangeMessage(string Kind, string Id);

/// <summary>The answer of <c>/health</c>.</summary>
/// <param name="Status"><c>ok</c>, or a word that says what is broken.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Loops">Its background work; for signed-in callers only.</param>
public sealed record HealthResponse(string Status, string Version, IReadOnlyList<LoopHealth>? Loops = null);

/// <summary>Background work that repeats.</summary>
/// <param name="Name">Which.</param>
/// <param name="LastRunAt">When it ran last; null before the first time.</param>
/// <param name="LastTookMs">How long that took, ms.</param>
/// <param name="LastError">What failed then; null when nothing did.</param>
/// <param name="Runs">How often it ran since the start.</param>
/// <param name="Failures">How often something failed.</param>
public sealed record LoopHealth(string Name, DateTimeOffset? LastRunAt, double LastTookMs, string? LastError, long Runs, long Failures);
