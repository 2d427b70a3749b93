using Fleet.Agent.State;

namespace Fleet.Agent.Updates;

/// <summary>What a start means for what was under way: a start without goodbye counts as a crash of the version that was on trial or is restored.</summary>
internal static class Boot
{
    public static AgentState Start(AgentState state)
    {
        var crashed = state.StoppedCleanly ? 0 : 1;

        // what runs in the shadow is suspected first, then what is on trial: the version in service is never given up for them
        var blamed = state.Shadows.Any(s => s.Problem is null) || state.Updates.Any(u => IsOnTrial(u, state.SlotsOf(u.Camera))) ? 0 : crashed;
        return state with
        {
            StoppedCleanly = false,
            Cameras = [.. state.Cameras.Select(c => state.StoppedCleanly ? Awake(c.AtHome()) : Start(c.AtHome(), blamed))],
            Shadows = crashed == 0 ? state.Shadows : [.. state.Shadows.Select(s => s.Crashed())],
            Updates = [.. state.Updates.Select(u => Resume(u, state.SlotsOf(u.Camera), crashed))],
        };
    }

    private static bool IsOnTrial(UpdateRecord update, CameraSlots slots) =>
        !UpdateTable.HasEnded(update.State) && !slots.Rests && update.Version != slots.Home?.Version;

    private static CameraSlots Start(CameraSlots slots, int blamed) =>
        slots.ActiveVersion is null || slots.Rests ? slots : slots with { Crashes = slots.Crashes + blamed };

    // whoever stopped the agent and starts it again may have mended what was wrong: it is tried once without a pause
    private static CameraSlots Awake(CameraSlots slots) =>
        slots with { Rests = false, Crashes = Math.Min(slots.Crashes, UpdatePlanner.MaxCrashes) };

    private static UpdateRecord Resume(UpdateRecord update, CameraSlots slots, int crashed)
    {
        if (UpdateTable.HasEnded(update.State))
        {
            return update;
        }

        var canGoBack = slots.GoodVersion is not null;
        var crashes = crashed == 0 ? Math.Min(update.Crashes, UpdatePlanner.MaxCrashes) : update.Crashes + (slots.Rests ? 0 : crashed);
        var isLooping = UpdatePlanner.IsGivenUp(update.State, crashes, canGoBack);
        var next = UpdateTable.Next(update.State, isLooping ? UpdateEvent.Looped : UpdateEvent.Restarted, canGoBack)!.Value;
        return update with
        {
            Crashes = crashes,
            State = next,
            Problem = isLooping
                ? new Contracts.ReportedProblem(Contracts.Problems.EngineFailed.Code, $"The agent went down {crashes} times while {update.Version} was {update.State.ToString().ToLowerInvariant()}.")
                : update.Problem,
        };
    }
}
