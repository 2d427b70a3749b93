using Fleet.Contracts;

namespace Fleet.ControlPlane.TrainingRuns;

/// <summary>An unfinished run as the planner sees it.</summary>
internal sealed record OpenRun(TrainingRunId Id, DateTimeOffset CreatedAt, int Attempt, DateTimeOffset? LeaseEndsAt);

/// <summary>What to do for a trainer that asks for work.</summary>
internal abstract record RunStep
{
    private RunStep()
    {
    }

    /// <summary>Give it this run.</summary>
    internal sealed record Hand(TrainingRunId Run, int Attempt) : RunStep;

    /// <summary>Too many trainers were lost over it.</summary>
    internal sealed record GiveUp(TrainingRunId Run, string Detail) : RunStep;

    /// <summary>Nothing waits.</summary>
    internal sealed record Rest : RunStep;
}

internal static class RunPlanner
{
    public const int MaxAttempts = 5;

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>The oldest run that nobody holds; a run that lost <see cref="MaxAttempts"/> trainers is given up first.</summary>
    public static RunStep Next(IEnumerable<OpenRun> open, DateTimeOffset now)
    {
        var free = open
            .Where(r => r.LeaseEndsAt is not { } end || end <= now)
            .OrderBy(r => r.CreatedAt).ThenBy(r => r.Id.ToString(), StringComparer.Ordinal)
            .ToList();
        var lost = free.Find(r => r.Attempt >= MaxAttempts);
        return lost is not null ? new RunStep.GiveUp(lost.Id, Lost(lost.Attempt))
            : free.Count > 0 ? new RunStep.Hand(free[0].Id, free[0].Attempt + 1)
            : new RunStep.Rest();
    }

    private static string Lost(int attempts) =>
        $"{attempts} trainers took this run and each fell silent for {Lease.TotalSeconds:0} s. Look at the trainers' logs (memory, disk), then start the run again.";
}
