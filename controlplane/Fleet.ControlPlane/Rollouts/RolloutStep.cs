using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What is known of the cameras that one device has in one ring of a rollout.</summary>
/// <param name="Device">Which.</param>
/// <param name="Ring">Index of the ring.</param>
/// <param name="Standing">What it reported.</param>
/// <param name="Online">Whether it is connected.</param>
/// <param name="Why">Why it failed, is unclear or is not measured.</param>
/// <param name="Late">Whether it has given no evidence in time.</param>
/// <param name="Findings">What the guards say of its cameras; null before it was told.</param>
internal sealed record DeviceEvidence(DeviceId Device, int Ring, Standing Standing, bool Online, string? Why = null, bool Late = false, IReadOnlyList<GuardFinding>? Findings = null)
{
    /// <summary>Its cameras in this ring.</summary>
    public IReadOnlyList<CameraId> Cameras { get; init; } = [];

    /// <summary>Null while it is not told.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>It has seen what it was told.</summary>
    public bool Began { get; init; }

    /// <summary>What it was told is to run the version in the shadow.</summary>
    public bool InShadow { get; init; }

    /// <summary>Its shadow was judged and has ended: it is not told any more.</summary>
    public bool Dropped { get; init; }

    public string? Site { get; init; }

    /// <summary>Where its clock hangs, by its label <c>time-zone</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What it has to fetch.</summary>
    public long Bytes { get; init; }

    public RingShare Share => new(Device, Ring);
}

/// <summary>The cameras that a device has in a ring.</summary>
internal readonly record struct RingShare(DeviceId Device, int Ring);

/// <summary>What to do next, as data.</summary>
internal abstract record RolloutStep
{
    private RolloutStep(string why) => Why = why;

    /// <summary>One sentence for the rollout's log.</summary>
    public string Why { get; }

    /// <summary>Tell these: their ring is open already.</summary>
    internal sealed record Tell(IReadOnlyList<RingShare> Told, string Why) : RolloutStep(Why);

    /// <summary>Tell these to run the version: in the shadow it agreed with their own. The shadow ends with it.</summary>
    internal sealed record Promote(IReadOnlyList<RingShare> Promoted, string Why) : RolloutStep(Why);

    /// <summary>End the shadow of these, which are not told any more.</summary>
    internal sealed record Drop(IReadOnlyList<RingShare> Dropped, string Why) : RolloutStep(Why);

    /// <summary>Open a ring and tell those of it that may be told now.</summary>
    internal sealed record OpenRing(int Ring, IReadOnlyList<RingShare> Told, string Why) : RolloutStep(Why);

    /// <summary>Take the order of those back that have not begun: they are told again when it is time.</summary>
    internal sealed record Recall(IReadOnlyList<RingShare> Recalled, string Why) : RolloutStep(Why);

    /// <param name="Missing">Those that would be told if they were there: from now on they owe evidence.</param>
    internal sealed record Wait(string Why, IReadOnlyList<RingShare> Missing) : RolloutStep(Why);

    /// <param name="Held">The ring that asks whether to go on; null where guards are unclear.</param>
    internal sealed record Pause(string Why, int? Held = null) : RolloutStep(Why);

    internal sealed record RollBack(string Why) : RolloutStep(Why);

    /// <summary>Whether there may be another step to take at once.</summary>
    public bool GoesOn => this is OpenRing or Tell or Recall or Promote or Drop;

    /// <param name="Follows">Some have not begun, or are in the shadow still, and are to be told when it is time.</param>
    internal sealed record Finish(string Why, bool Follows = false) : RolloutStep(Why);
}
