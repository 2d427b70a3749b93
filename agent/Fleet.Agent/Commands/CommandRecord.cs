using Fleet.Contracts;

namespace Fleet.Agent.Commands;

/// <summary>A command that was begun or has ended; kept as long as the directive names it, so that it is done once.</summary>
internal sealed record CommandRecord(CommandId Id, CommandState State, DateTimeOffset BegunAt)
{
    /// <summary>The run of the agent that began it.</summary>
    public string Run { get; init; } = "";

    /// <summary>Frames kept for it.</summary>
    public int Frames { get; init; }

    public ReportedProblem? Problem { get; init; }

    public ReportedCommand Report() => new(Id, State, Frames, Problem);
}
