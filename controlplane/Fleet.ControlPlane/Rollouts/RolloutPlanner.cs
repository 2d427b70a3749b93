using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>How one device stands to the version of a rollout.</summary>
internal enum Standing
{
    /// <summary>Its ring is not open yet, or a camera of it was not told yet.</summary>
    Untold,

    /// <summary>It has no camera that could complete a frame.</summary>
    NoCamera,

    /// <summary>It has said nothing since it was told.</summary>
    Silent,

    /// <summary>It is at work.</summary>
    Busy,

    /// <summary>It committed; a guard has too little evidence yet.</summary>
    Measured,

    /// <summary>All is well; it has not served long enough.</summary>
    Baking,

    /// <summary>Every camera of it completed frames with the version and committed it, every guard holds, and it baked.</summary>
    Committed,

    /// <summary>It gave no evidence in time, and its ring may go on without it.</summary>
    LeftBehind,

    /// <summary>A guard cannot be read or has nothing to compare with.</summary>
    Unclear,

    /// <summary>A camera of it refused the version, failed, went back or broke a guard.</summary>
    Failed,
}

/// <summary>What is known of one device of a rollout.</summary>
/// <param name="Device">Which.</param>
/// <param name="Ring">Index of its ring.</param>
/// <param name="Standing">What it reported.</param>
/// <param name="Online">Whether it is connected.</param>
/// <param name="Why">Why it failed, is unclear or is not measured.</param>
/// <param name="Late">Whether it has given no evidence in time.</param>
/// <param name="Findings">What the guards say of its cameras; null before it was told.</param>
internal sealed record DeviceEvidence(DeviceId Device, int Ring, Standing Standing, bool Online, string? Why = null, bool Late = false, IReadOnlyList<GuardFinding>? Findings = null);

/// <summary>What to do next, as data.</summary>
internal abstract record RolloutStep
{
    private RolloutStep(string why) => Why = why;

    /// <summary>One sentence for the rollout's log.</summary>
    public string Why { get; }

    /// <summary>Tell these devices: their ring is open already.</summary>
    internal sealed record Tell(IReadOnlyList<DeviceId> Devices, string Why) : RolloutStep(Why);

    internal sealed record OpenRing(int Ring, string Why) : RolloutStep(Why);

    internal sealed record Wait(string Why) : RolloutStep(Why);

    /// <summary>A person has to decide.</summary>
    internal sealed record Pause(string Why) : RolloutStep(Why);

    internal sealed record RollBack(string Why) : RolloutStep(Why);

    internal sealed record Finish(string Why) : RolloutStep(Why);
}

/// <summary>Decides from facts alone: no clock, no I/O; missing evidence never opens a ring.</summary>
internal static class RolloutPlanner
{
    private const int Named = 3;

    /// <param name="rings">In order.</param>
    /// <param name="open">Index of the newest open ring; -1 before the first.</param>
    /// <param name="devices">All devices of all rings.</param>
    public static RolloutStep Next(IReadOnlyList<RingRequest> rings, int open, IReadOnlyList<DeviceEvidence> devices)
    {
        for (var ring = 0; ring <= open; ring++)
        {
            var failed = In(devices, ring, Standing.Failed);
            if (failed.Count > rings[ring].MaxFailed)
            {
                return new RolloutStep.RollBack($"{failed.Count} of {In(devices, ring).Count} devices of ring {rings[ring].Name} failed, {rings[ring].MaxFailed} are allowed ({Names(failed)}); all go back to the version before.");
            }
        }

        if (open < 0)
        {
            return new RolloutStep.OpenRing(0, $"Ring {rings[0].Name} opens with {Count(In(devices, 0).Count)}.");
        }

        var untold = devices.Where(d => d.Ring <= open && d.Standing == Standing.Untold).ToList();
        if (untold.Count > 0)
        {
            return new RolloutStep.Tell([.. untold.Select(d => d.Device)], $"{Names(untold)} joined a ring that is open.");
        }

        var unclear = devices.Where(d => d.Ring <= open && d.Standing == Standing.Unclear).ToList();
        if (unclear.Count > 0)
        {
            return new RolloutStep.Pause($"Paused, for a person to decide: {Names(unclear)}. Resume accepts this, roll-back takes all back.");
        }

        if (Waiting(rings, open, devices) is { } wait)
        {
            return wait;
        }

        var evidence = Evidence(rings, open, devices);
        return open + 1 < rings.Count
            ? new RolloutStep.OpenRing(open + 1, $"{evidence} Ring {rings[open + 1].Name} opens with {Count(In(devices, open + 1).Count)}.")
            : new RolloutStep.Finish($"{evidence} The rollout is finished.");
    }

    private static RolloutStep.Wait? Waiting(IReadOnlyList<RingRequest> rings, int open, IReadOnlyList<DeviceEvidence> devices)
    {
        for (var ring = 0; ring <= open; ring++)
        {
            var all = In(devices, ring);
            var isLast = ring == rings.Count - 1;
            if (all.Count == 0 && !(isLast && ring > 0))
            {
                return new RolloutStep.Wait($"Ring {rings[ring].Name} has no device: nothing matches '{rings[ring].Selector}'.");
            }

            var left = In(devices, ring, Standing.LeftBehind).Count;
            var pending = all.Where(d => d.Standing is not (Standing.Committed or Standing.Failed or Standing.LeftBehind)).ToList();
            if (100.0 * left > rings[ring].MaxSilentPercent * all.Count)
            {
                pending.AddRange(In(devices, ring, Standing.LeftBehind));
            }

            var committed = In(devices, ring, Standing.Committed).Count;
            if (pending.Count > 0 || (committed == 0 && all.Count > 0))
            {
                return new RolloutStep.Wait($"Ring {rings[ring].Name}: {committed} of {all.Count} committed{Because(pending)}.");
            }
        }

        return null;
    }

    private static string Evidence(IReadOnlyList<RingRequest> rings, int open, IReadOnlyList<DeviceEvidence> devices)
    {
        var all = In(devices, open).Count;
        var left = In(devices, open, Standing.LeftBehind);
        var behind = left.Count == 0 ? "" : $" {left.Count} gave no evidence in time and are left behind ({Names(left)}); they keep their order.";
        return all == 0 ? $"Ring {rings[open].Name} has no device." : $"Ring {rings[open].Name}: {In(devices, open, Standing.Committed).Count} of {all} completed frames with the version and committed it.{behind}";
    }

    private static string Because(List<DeviceEvidence> pending)
    {
        var parts = new[]
        {
            Part(pending.Where(d => !d.Online), "offline"),
            Part(pending.Where(d => d.Online && d.Standing == Standing.Silent), "silent since it was told"),
            Part(pending.Where(d => d.Online && d.Standing == Standing.NoCamera), "without a camera"),
            Part(pending.Where(d => d.Online && d.Standing == Standing.Busy), "at work"),
            Part(pending.Where(d => d.Online && d.Standing == Standing.Measured), "being measured"),
            Part(pending.Where(d => d.Online && d.Standing == Standing.Baking), "baking"),
            Part(pending.Where(d => d.Online && d.Standing == Standing.LeftBehind), "late, more than may be left behind"),
        };
        return string.Concat(parts);
    }

    private static string Part(IEnumerable<DeviceEvidence> devices, string what) =>
        devices.ToList() is { Count: > 0 } some ? $", {some.Count} {what} ({Names(some)})" : "";

    private static string Count(int devices) => devices == 1 ? "1 device" : $"{devices} devices";

    private static string Names(List<DeviceEvidence> devices)
    {
        var names = string.Join(", ", devices.Take(Named).Select(d => d.Why is null ? d.Device.ToString() : $"{d.Device}: {d.Why}"));
        return devices.Count > Named ? $"{names} and {devices.Count - Named} more" : names;
    }

    private static List<DeviceEvidence> In(IReadOnlyList<DeviceEvidence> devices, int ring) => [.. devices.Where(d => d.Ring == ring)];

    private static List<DeviceEvidence> In(IReadOnlyList<DeviceEvidence> devices, int ring, Standing standing) =>
        [.. devices.Where(d => d.Ring == ring && d.Standing == standing)];
}
