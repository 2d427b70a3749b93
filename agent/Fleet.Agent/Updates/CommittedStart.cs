using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Updates;

/// <summary>Starts the version that should serve a camera after a start of the agent, and keeps account of how often that failed.</summary>
internal sealed partial class CommittedStart(CameraId camera, StateStore store, UpdateSteps steps, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Proof = TimeSpan.FromMinutes(1);
    private long _failedAt = time.GetTimestamp();
    private long _startedAt;

    /// <summary>Why the camera has no version although it should; null otherwise.</summary>
    public ReportedProblem? Problem { get; set; }

    /// <summary>Since the agent started, or since a start failed.</summary>
    public TimeSpan Rested => time.GetElapsedTime(_failedAt);

    private CameraSlots Slots => store.Current.SlotsOf(camera);

    /// <returns>Its engine; null where it cannot be started now.</returns>
    public async Task<Engine?> StartAsync(Installed version, DevicePolicy policy, CancellationToken cancellationToken)
    {
        Rouse(Slots.AtHome());
        try
        {
            var engine = await steps.RestoreAsync(version, policy, cancellationToken);
            (_startedAt, Problem) = (time.GetTimestamp(), null);
            return engine;
        }
        catch (ProblemException e)
        {
            var problem = new ReportedProblem(e.Kind.Code, $"{version.Version} cannot be started again: {e.Message}");
            if (e.Kind == Problems.TrustMismatch || Slots.Former is not null)
            {
                GiveUp(version, problem);
                return null;
            }

            (Problem, _failedAt) = (problem, time.GetTimestamp());
            store.Change(s => s.With(s.SlotsOf(camera) with { Crashes = s.SlotsOf(camera).Crashes + 1 }));
            return null;
        }
    }

    public void GiveUp(UpdateStep.GiveUp step) => GiveUp(step.Version, new ReportedProblem(
        Problems.EngineFailed.Code, $"{step.Version.Version} could not be started {step.Failures} times in a row and is not started again; {Slots.Former!.Version} takes its place."));

    /// <summary>Nothing is started for a while: an agent that goes down meanwhile is not this version's fault.</summary>
    public void Rest(UpdateStep.Rest step)
    {
        Problem ??= new ReportedProblem(
            Problems.EngineFailed.Code, $"{step.Version.Version} could not be started {step.Failures} times in a row. Nothing here could take its place, so it is tried again after {step.Pause.TotalSeconds:0} s.");
        if (!Slots.Rests)
        {
            store.Change(s => s.With(s.SlotsOf(camera) with { Rests = true }));
            Rests(log, camera, Problem.Detail);
        }
    }

    /// <summary>Something is started again: from now on a crash counts.</summary>
    public void Rouse() => Rouse(Slots);

    /// <summary>Once the version has proved itself again, earlier failures are not held against it.</summary>
    public void Forgive(Engine? serving, DevicePolicy policy)
    {
        if (serving is not null && Slots is { Crashes: > 0 } slots && serving.Version.Is(slots.Home) && (serving.Completed >= policy.WatchFrames || time.GetElapsedTime(_startedAt) > Proof))
        {
            store.Change(s => s.With(s.SlotsOf(camera) with { Crashes = 0 }));
        }
    }

    private void Rouse(CameraSlots slots)
    {
        var awake = slots with { Rests = false };
        if (awake != Slots)
        {
            store.Change(s => s.With(awake));
        }
    }

    private void GiveUp(Installed version, ReportedProblem problem)
    {
        Problem = problem;
        store.Change(s => s.GiveUp(camera, version, problem));
        GivenUp(log, camera, problem.Detail);
    }

    [LoggerMessage(1403, LogLevel.Warning, "Camera {Camera}: {Reason}")]
    private static partial void GivenUp(ILogger log, CameraId camera, string reason);

    [LoggerMessage(1404, LogLevel.Warning, "Camera {Camera}: {Reason}")]
    private static partial void Rests(ILogger log, CameraId camera, string reason);
}
