using Fleet.Contracts;

namespace Fleet.Agent.Shadow;

/// <summary>A version that runs, or may not run any more, in the shadow of a camera's own; stored before it is loaded, so that one that takes the agent down is not loaded for ever.</summary>
internal sealed record ShadowRecord(CameraId Camera, VersionId Version, long Generation)
{
    /// <summary>After so many starts without goodbye it is not loaded again.</summary>
    public const int MaxCrashes = 2;

    public int Crashes { get; init; }

    /// <summary>Why it is not loaded again; null where it may be.</summary>
    public ReportedProblem? Problem { get; init; }

    /// <summary>What a start without goodbye says of it.</summary>
    public ShadowRecord Crashed()
    {
        var crashes = Crashes + 1;
        return Problem is not null ? this : this with
        {
            Crashes = crashes,
            Problem = crashes < MaxCrashes ? null : new ReportedProblem(Problems.EngineFailed.Code, $"The agent went down {crashes} times while {Version} ran in the shadow of {Camera}; it is not started again."),
        };
    }
}
