using System.Collections.Frozen;
using Fleet.Contracts;

namespace Fleet.Agent.Updates;

/// <summary>What became of a step.</summary>
internal enum UpdateEvent
{
    /// <summary>The step succeeded.</summary>
    Done,

    /// <summary>The link was away: the same step again.</summary>
    Again,

    /// <summary>A signature, digest, expiry or target did not hold.</summary>
    Untrusted,

    /// <summary>This device cannot run the version.</summary>
    Incompatible,

    /// <summary>The step failed and would fail again.</summary>
    Failed,

    /// <summary>The agent was started in the middle of the step.</summary>
    Restarted,

    /// <summary>The agent was started in the middle too often.</summary>
    Looped,
}

/// <summary>Every transition of an update there is.</summary>
internal static class UpdateTable
{
    private static readonly FrozenDictionary<(UpdateState From, UpdateEvent On), UpdateState> Rows =
        new Dictionary<(UpdateState, UpdateEvent), UpdateState>
        {
            [(UpdateState.Reserving, UpdateEvent.Done)] = UpdateState.Fetching,
            [(UpdateState.Reserving, UpdateEvent.Failed)] = UpdateState.FailedNoChange,
            [(UpdateState.Reserving, UpdateEvent.Restarted)] = UpdateState.Reserving,
            [(UpdateState.Reserving, UpdateEvent.Looped)] = UpdateState.FailedNoChange,

            [(UpdateState.Fetching, UpdateEvent.Done)] = UpdateState.Verifying,
            [(UpdateState.Fetching, UpdateEvent.Again)] = UpdateState.Fetching,
            [(UpdateState.Fetching, UpdateEvent.Untrusted)] = UpdateState.RejectedUntrusted,
            [(UpdateState.Fetching, UpdateEvent.Failed)] = UpdateState.FailedNoChange,
            [(UpdateState.Fetching, UpdateEvent.Restarted)] = UpdateState.Reserving,
            [(UpdateState.Fetching, UpdateEvent.Looped)] = UpdateState.FailedNoChange,

            [(UpdateState.Verifying, UpdateEvent.Done)] = UpdateState.Preparing,
            [(UpdateState.Verifying, UpdateEvent.Again)] = UpdateState.Verifying,
            [(UpdateState.Verifying, UpdateEvent.Untrusted)] = UpdateState.RejectedUntrusted,
            [(UpdateState.Verifying, UpdateEvent.Incompatible)] = UpdateState.RejectedIncompatible,
            [(UpdateState.Verifying, UpdateEvent.Failed)] = UpdateState.FailedNoChange,
            [(UpdateState.Verifying, UpdateEvent.Restarted)] = UpdateState.Reserving,
            [(UpdateState.Verifying, UpdateEvent.Looped)] = UpdateState.FailedNoChange,

            [(UpdateState.Preparing, UpdateEvent.Done)] = UpdateState.Proving,
            [(UpdateState.Preparing, UpdateEvent.Untrusted)] = UpdateState.RejectedUntrusted,
            [(UpdateState.Preparing, UpdateEvent.Incompatible)] = UpdateState.RejectedIncompatible,
            [(UpdateState.Preparing, UpdateEvent.Failed)] = UpdateState.FailedNoChange,
            [(UpdateState.Preparing, UpdateEvent.Restarted)] = UpdateState.Reserving,
            [(UpdateState.Preparing, UpdateEvent.Looped)] = UpdateState.FailedNoChange,

            [(UpdateState.Proving, UpdateEvent.Done)] = UpdateState.Activating,
            [(UpdateState.Proving, UpdateEvent.Incompatible)] = UpdateState.RejectedIncompatible,
            [(UpdateState.Proving, UpdateEvent.Failed)] = UpdateState.FailedNoChange,
            [(UpdateState.Proving, UpdateEvent.Restarted)] = UpdateState.Reserving,
            [(UpdateState.Proving, UpdateEvent.Looped)] = UpdateState.FailedNoChange,

            [(UpdateState.Activating, UpdateEvent.Done)] = UpdateState.Watching,
            [(UpdateState.Activating, UpdateEvent.Failed)] = UpdateState.RolledBack,
            [(UpdateState.Activating, UpdateEvent.Restarted)] = UpdateState.Reserving,
            [(UpdateState.Activating, UpdateEvent.Looped)] = UpdateState.RolledBack,

            [(UpdateState.Watching, UpdateEvent.Done)] = UpdateState.Committed,
            [(UpdateState.Watching, UpdateEvent.Failed)] = UpdateState.RolledBack,
            [(UpdateState.Watching, UpdateEvent.Restarted)] = UpdateState.Reserving,
            [(UpdateState.Watching, UpdateEvent.Looped)] = UpdateState.RolledBack,
        }.ToFrozenDictionary();

    /// <summary>Where <paramref name="on"/> leads.</summary>
    /// <param name="from">The step that was taken.</param>
    /// <param name="on">What became of it.</param>
    /// <param name="canGoBack">A committed version waits in the other slot.</param>
    /// <returns>Null where the table has no such row: the step cannot end so.</returns>
    public static UpdateState? Next(UpdateState from, UpdateEvent on, bool canGoBack) => Rows.TryGetValue((from, on), out var next)
        ? next == UpdateState.RolledBack && !canGoBack ? UpdateState.FailedUnableToRollBack : next
        : null;

    /// <summary>The update is over, well or badly.</summary>
    public static bool HasEnded(UpdateState state) => state >= UpdateState.Committed;
}
