using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Everything that a step is decided from.</summary>
/// <param name="Rings">In order.</param>
/// <param name="Open">Index of the newest open ring; -1 before the first.</param>
/// <param name="Devices">All devices of all rings.</param>
internal sealed record RolloutFacts(IReadOnlyList<RingRequest> Rings, int Open, IReadOnlyList<DeviceEvidence> Devices)
{
    public Traffic Traffic { get; init; } = Traffic.Free;

    /// <summary>Rings after which a person said to go on.</summary>
    public IReadOnlySet<int> Released { get; init; } = new HashSet<int>();

    public List<DeviceEvidence> In(int ring) => [.. Devices.Where(d => d.Ring == ring)];

    public List<DeviceEvidence> In(int ring, Standing standing) => [.. Devices.Where(d => d.Ring == ring && d.Standing == standing)];

    /// <summary>Those that are in no open ring wait for it; the others ask to be told.</summary>
    public IEnumerable<DeviceEvidence> Askers(int open) =>
        Devices.Where(d => d.Ring <= open && !d.Dropped && (d.Standing == Standing.Untold || d.ToldAt is null)).OrderBy(d => d.Ring);
}

/// <summary>Decides from facts alone: no clock, no I/O; missing evidence never opens a ring.</summary>
internal static class RolloutPlanner
{
    private const int Named = 3;

    /// <summary>A connection that is gone for a moment does not take an order back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static RolloutStep Next(RolloutFacts facts)
    {
        var (rings, open, devices) = facts;
        for (var ring = 0; ring <= open; ring++)
        {
            var failed = facts.In(ring, Standing.Failed);
            if (failed.Count > rings[ring].MaxFailed)
            {
                return new RolloutStep.RollBack($"{failed.Count} of {facts.In(ring).Count} devices of ring {rings[ring].Name} failed, {rings[ring].MaxFailed} are allowed ({Names(failed)}); {ShadowPhase.Back(facts)}.");
            }
        }

        if (Recall(facts) is { } recall)
        {
            return recall;
        }

        if (open < 0)
        {
            return Opening(facts, ring: 0, "");
        }

        if (ShadowPhase.Drop(facts) is { } drop)
        {
            return drop;
        }

        var admission = Admission.Of(facts.Askers(open), facts.Traffic);
        if (admission.Told.Count > 0)
        {
            return new RolloutStep.Tell(Shares(admission.Told), $"{Names(admission.Told)} {(admission.Told.Count == 1 ? "is" : "are")} told: the ring is open{(facts.Traffic.IsLimited ? " and it is time" : "")}.");
        }

        var unclear = devices.Where(d => d.Ring <= open && d.Standing == Standing.Unclear).ToList();
        if (unclear.Count > 0)
        {
            return new RolloutStep.Pause($"Paused, for a person to decide: {Names(unclear)}. Resume accepts this, roll-back takes all back.");
        }

        var (promote, waiting) = ShadowPhase.Promote(facts);
        return promote ?? Waiting(facts, [.. admission.Held, .. waiting]) ?? GoOn(facts);
    }

    /// <summary>What is left to do for a finished rollout: those that it left behind are told when it is time.</summary>
    /// <returns>Null when nothing is left.</returns>
    public static RolloutStep? Follow(RolloutFacts facts)
    {
        if (((RolloutStep?)Recall(facts) ?? ShadowPhase.Drop(facts, unclear: true)) is { } step)
        {
            return step;
        }

        var admission = Admission.Of(facts.Askers(facts.Open), facts.Traffic);
        if (admission.Told.Count > 0)
        {
            return new RolloutStep.Tell(Shares(admission.Told), $"{Names(admission.Told)} {(admission.Told.Count == 1 ? "is" : "are")} back and told.");
        }

        var (promote, waiting) = ShadowPhase.Promote(facts);
        return (RolloutStep?)promote
            ?? (facts.Devices.Any(d => d is { Began: false, Dropped: false }) || ShadowPhase.IsOpen(facts) ? new RolloutStep.Wait($"Finished; still to follow{Admission.Words([.. admission.Held, .. waiting])}.", []) : null);
    }

    public static string Names(IReadOnlyList<DeviceEvidence> devices)
    {
        var names = string.Join(", ", devices.Take(Named).Select(d => d.Why is null ? d.Device.ToString() : $"{d.Device}: {d.Why}"));
        return devices.Count > Named ? $"{names} and {devices.Count - Named} more" : names;
    }

    /// <summary>Takes back orders that nobody may follow now; also while a rollout is paused.</summary>
    public static RolloutStep.Recall? Recall(RolloutFacts facts)
    {
        var traffic = facts.Traffic;
        var gone = !traffic.IsLimited ? [] : facts.Devices
            .Where(d => d is { ToldAt: not null, Began: false } && (!traffic.IsOpen(d.TimeZone) || (!d.Online && traffic.Now - d.ToldAt >= Patience)))
            .ToList();
        return gone.Count == 0 ? null
            : new RolloutStep.Recall(Shares(gone), $"The order of {gone.Count} that {(gone.Count == 1 ? "has" : "have")} not begun is taken back, because the window is closed or nobody is there to follow it ({Names(gone)}).");
    }

    private static RolloutStep.OpenRing Opening(RolloutFacts facts, int ring, string evidence)
    {
        var all = facts.In(ring);
        var admission = Admission.Of(facts.Askers(ring).Where(d => d.Ring == ring), facts.Traffic);
        var waits = admission.Held.Count == 0 ? "" : $" Waiting: {Admission.Words(admission.Held)[2..]}.";
        return new RolloutStep.OpenRing(ring, Shares(admission.Told), $"{evidence}Ring {facts.Rings[ring].Name} opens with {Count(all)}{(facts.Rings[ring].Shadow ? ", in the shadow first" : "")}.{waits}");
    }

    private static RolloutStep GoOn(RolloutFacts facts)
    {
        var (rings, open, devices) = facts;
        var evidence = Evidence(facts);
        if (rings[open].Hold && !facts.Released.Contains(open))
        {
            return new RolloutStep.Pause($"{evidence} The ring asks whether to go on: resume does, roll-back takes all back.", open);
        }

        return open + 1 < rings.Count
            ? Opening(facts, open + 1, evidence + " ")
            : new RolloutStep.Finish($"{evidence} The rollout is finished.", (facts.Traffic.IsLimited && devices.Any(d => d is { Began: false, Dropped: false })) || ShadowPhase.IsOpen(facts));
    }

    private static RolloutStep? Waiting(RolloutFacts facts, IReadOnlyList<Held> held)
    {
        var (rings, open, _) = facts;
        RolloutStep.Wait Wait(string why) => new(why, [.. held.Where(h => h.By == HeldBy.Offline).Select(h => h.Device.Share)]);
        for (var ring = 0; ring <= open; ring++)
        {
            var all = facts.In(ring);
            if (all.Count == 0 && !MayBeEmpty(rings, ring))
            {
                return Wait($"Ring {rings[ring].Name} has no device: nothing matches '{rings[ring].Selector}'.");
            }

            var left = facts.In(ring, Standing.LeftBehind).Count;
            var pending = all.Where(d => d.Standing is not (Standing.Committed or Standing.Failed or Standing.LeftBehind)).ToList();
            if (100.0 * left > rings[ring].MaxSilentPercent * all.Count)
            {
                pending.AddRange(facts.In(ring, Standing.LeftBehind));
            }

            var committed = facts.In(ring, Standing.Committed).Count;
            if (all.Count > 0 && facts.In(ring, Standing.Failed).Count == all.Count)
            {
                if (!facts.Released.Contains(ring))
                {
                    return new RolloutStep.Pause($"Paused, for a person to decide: every device of ring {rings[ring].Name} failed, as many as are allowed ({Names(all)}). Resume goes on without them, roll-back takes all back.", ring);
                }

                continue;
            }

            if (pending.Count > 0 || (committed == 0 && all.Count > 0))
            {
                return Wait($"Ring {rings[ring].Name}: {committed} of {all.Count} committed{Because(pending, [.. held.Where(h => h.Device.Ring == ring)])}.");
            }
        }

        return null;
    }

    // a share of few may be nobody, and the last ring is for whoever is left; any other empty ring is a selector that misses
    private static bool MayBeEmpty(IReadOnlyList<RingRequest> rings, int ring) =>
        ring > 0 && (ring == rings.Count - 1 || rings[ring].Percent is not null || rings[ring].Count is not null || !RingMembers.IsWhole(rings[ring]));

    private static string Evidence(RolloutFacts facts)
    {
        var (rings, open, _) = facts;
        var all = facts.In(open).Count;
        var left = facts.In(open, Standing.LeftBehind);
        var behind = left.Count == 0 ? "" : $" {left.Count} gave no evidence in time and are left behind ({Names(left)}); {(left.Exists(d => d.InShadow) ? "they are told when their shadow has agreed" : facts.Traffic.IsLimited ? "they are told when they are back" : "they keep their order")}.";
        return all == 0 ? $"Ring {rings[open].Name} has no device." : $"Ring {rings[open].Name}: {facts.In(open, Standing.Committed).Count} of {all} completed frames with the version and committed it.{behind}";
    }

    private static string Because(List<DeviceEvidence> pending, IReadOnlyList<Held> held)
    {
        var waits = held.Select(h => h.Device.Share).ToHashSet();
        var told = pending.Where(d => !waits.Contains(d.Share)).ToList();
        var late = told.Where(d => d.Standing == Standing.LeftBehind).ToList();
        var parts = new[]
        {
            Admission.Words([.. held.Where(h => h.Device.Standing != Standing.LeftBehind)]),
            Part(told.Where(d => !d.Online && d.Standing != Standing.LeftBehind), "offline"),
            Part(told.Where(d => d.Online && d.Standing == Standing.Silent), "silent since it was told"),
            Part(told.Where(d => d.Online && d.Standing == Standing.NoCamera), "without a camera"),
            Part(told.Where(d => d.Online && d.Standing == Standing.Busy), "at work"),
            Part(told.Where(d => d.Online && d.Standing == Standing.Compared), "being compared in the shadow"),
            Part(told.Where(d => d.Online && d.Standing == Standing.Agreed), "agreed in the shadow"),
            Part(told.Where(d => d.Online && d.Standing == Standing.Measured), "being measured"),
            Part(told.Where(d => d.Online && d.Standing == Standing.Baking), "baking"),
            Part(late.Concat(pending.Where(d => waits.Contains(d.Share) && d.Standing == Standing.LeftBehind)), "late, more than may be left behind"),
        };
        return string.Concat(parts);
    }

    private static string Part(IEnumerable<DeviceEvidence> devices, string what) =>
        devices.ToList() is { Count: > 0 } some ? $", {some.Count} {what} ({Names(some)})" : "";

    private static string Count(List<DeviceEvidence> devices) =>
        $"{Plural(devices.Count, "device")}{(devices.Sum(d => d.Cameras.Count) is > 0 and var cameras ? $" and {Plural(cameras, "camera")}" : "")}";

    private static string Plural(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static IReadOnlyList<RingShare> Shares(IEnumerable<DeviceEvidence> devices) => [.. devices.Select(d => d.Share)];
}
