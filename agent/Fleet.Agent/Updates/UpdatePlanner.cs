using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Updates;

/// <summary>What a camera's pipeline measured since a version was switched on.</summary>
/// <param name="Completed">Frames it completed.</param>
/// <param name="Failed">Frames it failed on.</param>
/// <param name="MeanMs">Its mean inference time; null before the first frame.</param>
/// <param name="BeforeMeanMs">That of the version before; null when there was none or it completed too few frames.</param>
/// <param name="Elapsed">Since the switch.</param>
/// <param name="Fault">The last failure in words; null when none.</param>
internal sealed record WatchEvidence(long Completed, long Failed, double? MeanMs, double? BeforeMeanMs, TimeSpan Elapsed, string? Fault);

/// <summary>All that the planner looks at, for one camera.</summary>
/// <param name="Wanted">The version the directive names for it; null for pictures only.</param>
/// <param name="Generation">Of that directive.</param>
/// <param name="Slots">What it has.</param>
/// <param name="Update">The update of the wanted version on it, if one was begun.</param>
/// <param name="Serving">The version its pipeline runs now.</param>
/// <param name="Watch">Evidence on that version.</param>
/// <param name="Policy">Limits.</param>
internal sealed record CameraFacts(
    Installed? Wanted,
    long Generation,
    CameraSlots Slots,
    UpdateRecord? Update,
    Installed? Serving,
    WatchEvidence? Watch,
    DevicePolicy Policy)
{
    /// <summary>Since the agent started, or since a start of the version failed.</summary>
    public TimeSpan Rested { get; init; }
}

/// <summary>One step of one camera.</summary>
internal abstract record UpdateStep
{
    private UpdateStep()
    {
    }

    /// <summary>All is as it should be, or nothing can be done before a newer directive.</summary>
    internal sealed record Nothing : UpdateStep;

    /// <summary>The watch goes on.</summary>
    internal sealed record Wait : UpdateStep;

    /// <summary>The camera runs no version any more.</summary>
    internal sealed record Clear : UpdateStep;

    /// <summary>The committed version is loaded again after a start.</summary>
    internal sealed record Restore(Installed Version) : UpdateStep;

    /// <summary>The committed version failed too often, and the one before it waits in the other slot: the slot is given up.</summary>
    internal sealed record GiveUp(Installed Version, int Failures) : UpdateStep;

    /// <summary>A version that nothing could take the place of failed too often: it is started again when a pause is over.</summary>
    internal sealed record Rest(Installed Version, int Failures, TimeSpan Pause) : UpdateStep;

    /// <summary>A version that was never committed serves, but is not wanted any more: the committed one serves again.</summary>
    internal sealed record Return(Installed Version) : UpdateStep;

    /// <summary>An update begins.</summary>
    internal sealed record Begin(Installed Version) : UpdateStep;

    /// <summary>The step that the record names is taken.</summary>
    internal sealed record Take(UpdateRecord Update, Installed Version) : UpdateStep;

    /// <summary>The watch is over.</summary>
    internal sealed record Judge(UpdateRecord Update, UpdateEvent Verdict, ReportedProblem? Problem) : UpdateStep;
}

/// <summary>Chooses the next step of a camera from facts alone.</summary>
internal static class UpdatePlanner
{
    /// <summary>A version that took the agent down more often than this in a row gives way to the one before; where there is none, it goes on with pauses.</summary>
    public const int MaxCrashes = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>The pause before a version is started once more that failed so often in a row: twice as long each time, up to ten minutes.</summary>
    public static TimeSpan Pause(int failures) => failures <= MaxCrashes ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, failures - MaxCrashes - 1)));

    /// <summary>Whether an update ends because the agent went down so often in it. One that nothing could take the place of goes on, unless it serves already: then it stays, as one that cannot be gone back from.</summary>
    public static bool IsGivenUp(UpdateState state, int crashes, bool canGoBack) => crashes > MaxCrashes && (canGoBack || state == UpdateState.Watching);

    public static UpdateStep Next(CameraFacts facts)
    {
        if (facts.Wanted is not { } wanted)
        {
            return facts.Serving is null && facts.Slots.ActiveVersion is null ? new UpdateStep.Nothing() : new UpdateStep.Clear();
        }

        var good = facts.Slots.GoodVersion;
        var home = facts.Serving is null && (good ?? Uncommitted(facts, wanted)) is { } version ? Start(facts, version) : null;
        if (home is not (null or UpdateStep.Rest) || (home is UpdateStep.Rest && wanted.Is(facts.Slots.Home)))
        {
            return home;
        }

        if (MustBegin(facts, wanted, good))
        {
            return new UpdateStep.Begin(wanted);
        }

        return facts.Update is not { } update || UpdateTable.HasEnded(update.State) ? home ?? Home(facts, good)
            : Rest(update, wanted, facts) ?? (update.State != UpdateState.Watching ? new UpdateStep.Take(update, wanted)
            : wanted.Is(facts.Serving) ? Watch(update, facts)
            : new UpdateStep.Judge(update, UpdateEvent.Restarted, Problem: null));
    }

    /// <summary>How the version that should serve comes to serve after a start. While it rests, another that is wanted may be brought.</summary>
    private static UpdateStep Start(CameraFacts facts, Installed home)
    {
        var failures = facts.Slots.Crashes;
        return failures > MaxCrashes && facts.Slots.Former is not null ? new UpdateStep.GiveUp(home, failures)
            : facts.Rested < Pause(failures) ? new UpdateStep.Rest(home, failures, Pause(failures))
            : new UpdateStep.Restore(home);
    }

    private static UpdateStep.Rest? Rest(UpdateRecord update, Installed wanted, CameraFacts facts) =>
        update.State == UpdateState.Reserving && facts.Rested < Pause(update.Crashes) ? new UpdateStep.Rest(wanted, update.Crashes, Pause(update.Crashes)) : null;

    private static UpdateStep Home(CameraFacts facts, Installed? good) =>
        good is null || good.Is(facts.Serving) ? new UpdateStep.Nothing() : new UpdateStep.Return(good);

    /// <summary>The version that serves for want of another, although it was not committed.</summary>
    private static Installed? Uncommitted(CameraFacts facts, Installed wanted) =>
        facts.Update?.State == UpdateState.FailedUnableToRollBack && wanted.Is(facts.Slots.ActiveVersion) ? wanted : null;

    private static bool MustBegin(CameraFacts facts, Installed wanted, Installed? good)
    {
        if (facts.Update is not { } update)
        {
            return !wanted.Is(good);
        }

        if (update.Variant != wanted.Variant)
        {
            return true;
        }

        var ended = UpdateTable.HasEnded(update.State);
        return ended && facts.Generation > update.Generation && !wanted.Is(good);
    }

    private static UpdateStep Watch(UpdateRecord update, CameraFacts facts)
    {
        var policy = facts.Policy;
        if (facts.Watch is not { } watch)
        {
            return new UpdateStep.Wait();
        }

        if (watch.Failed > 0)
        {
            return Worse(update, $"{update.Version} failed on {watch.Failed} of {watch.Completed + watch.Failed} frames: {watch.Fault}");
        }

        if (watch.Completed >= policy.WatchFrames)
        {
            return !GoesBack(update, facts.Slots) && watch is { MeanMs: { } now, BeforeMeanMs: { } before } && now > before * policy.WatchSlowdown
                ? Worse(update, FormattableString.Invariant($"{update.Version} needs {now:0.0} ms a frame, the version before {before:0.0} ms; allowed is {policy.WatchSlowdown:0.##} times as much."))
                : new UpdateStep.Judge(update, UpdateEvent.Done, Problem: null);
        }

        return watch.Elapsed.TotalSeconds > policy.WatchSeconds
            ? Worse(update, FormattableString.Invariant($"{update.Version} completed {watch.Completed} of {policy.WatchFrames} frames within {policy.WatchSeconds:0.#} s."))
            : new UpdateStep.Wait();
    }

    /// <summary>Whoever goes back to an older version has a reason that no clock knows: that it is slower than what is taken back does not count against it.</summary>
    private static bool GoesBack(UpdateRecord update, CameraSlots slots) =>
        slots.GoodVersion is { } good && good.Version.Model == update.Version.Model && update.Version.Number < good.Version.Number;

    private static UpdateStep.Judge Worse(UpdateRecord update, string detail) =>
        new(update, UpdateEvent.Failed, new ReportedProblem(Problems.EngineWorse.Code, detail));
}
