using Fleet.Contracts;

namespace Fleet.Agent.Commands;

/// <summary>All that the planner looks at.</summary>
/// <param name="Wanted">The commands of the newest verified directive.</param>
/// <param name="Known">Those that were begun or have ended.</param>
/// <param name="Cameras">The cameras of that directive.</param>
/// <param name="Run">This run of the agent.</param>
/// <param name="Now">The time, never before one that is known to have passed.</param>
internal sealed record CommandFacts(IReadOnlyList<DesiredCommand> Wanted, IReadOnlyList<CommandRecord> Known, IReadOnlyList<CameraId> Cameras, string Run, DateTimeOffset Now);

/// <summary>One step of one command.</summary>
internal abstract record CommandStep
{
    private CommandStep()
    {
    }

    /// <summary>It is noted as begun.</summary>
    internal sealed record Begin(DesiredCommand Command) : CommandStep;

    /// <summary>It is gone on with.</summary>
    internal sealed record Go(DesiredCommand Command, CommandRecord Record) : CommandStep;

    /// <summary>It ends.</summary>
    internal sealed record End(DesiredCommand Command, CommandState State, ReportedProblem? Problem) : CommandStep;

    /// <summary>No directive names it any more.</summary>
    internal sealed record Forget(CommandId Id) : CommandStep;
}

/// <summary>Chooses the next step of every command from facts alone.</summary>
internal static class CommandPlanner
{
    public static IReadOnlyList<CommandStep> Next(CommandFacts facts) =>
    [
        .. facts.Known.Where(k => !facts.Wanted.Any(w => w.Id == k.Id)).Select(k => new CommandStep.Forget(k.Id)),
        .. facts.Wanted.Take(CommandLimits.Open).Select(w => Next(w, facts.Known.FirstOrDefault(k => k.Id == w.Id), facts)).OfType<CommandStep>(),
    ];

    private static CommandStep? Next(DesiredCommand command, CommandRecord? known, CommandFacts facts)
    {
        if (known is { State: not CommandState.Running })
        {
            return null;
        }

        if (known is not null && command.Kind == CommandKind.Restart && known.Run != facts.Run)
        {
            return new CommandStep.End(command, CommandState.Done, Problem: null);
        }

        if (facts.Now > command.ExpiresAt)
        {
            return Refuse(command, Problems.CommandExpired, known is null
                ? $"The command came after {command.ExpiresAt:u}, when its time was over."
                : $"The command was not done by {command.ExpiresAt:u}.");
        }

        if (command.Camera is { } camera && !facts.Cameras.Contains(camera))
        {
            return Refuse(command, Problems.CameraUnknown, $"This device has no camera {camera}.");
        }

        return known is null ? new CommandStep.Begin(command) : new CommandStep.Go(command, known);
    }

    private static CommandStep.End Refuse(DesiredCommand command, ProblemKind problem, string detail) =>
        new(command, CommandState.Refused, new ReportedProblem(problem.Code, detail));
}
