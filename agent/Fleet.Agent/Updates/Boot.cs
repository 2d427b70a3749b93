using Fleet.Agent.State;

namespace Fleet.Agent.Updates;

/// <summary>What a start means for what was under way: a start without goodbye counts as a crash of the version that was on trial or is restored.</summary>
internal static class Boot
{
    public static AgentState Start(AgentState state)
    {
        var crashed = state.StoppedCleanly ? 0 : 1;

        // what runs in the shadow is suspected first: the version in service is never given up for it
        var blamed = state.Shadows.Any(s => s.Problem is null) ? 0 : crashed;
        return state with
        {
            StoppedCleanly = false,
            Cameras = [.. state.Cameras.Select(c => c.ActiveVersion is null ? c : c with { Crashes = c.Crashes + blamed })],
            Shadows = crashed == 0 ? state.Shadows : [.. state.Shadows.Select(s => s.Crashed())],
            Updates = [.. state.Updates.Select(u => Resume(u, crashed, state.SlotsOf(u.Camera).GoodVersion is not null))],
        };
    }

    private static UpdateRecord Resume(UpdateRecord update, int crashed, bool canGoBack)
    {
        if (UpdateTable.HasEnded(update.State))
        {
            return update;
        }

        var crashes = update.Crashes + crashed;
        var isLooping = crashes > UpdatePlanner.MaxCrashes;
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
