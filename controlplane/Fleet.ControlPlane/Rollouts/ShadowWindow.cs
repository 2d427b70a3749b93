using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>How alike two versions looked at the same frames; counters only, so that two of one run of the agent can be subtracted.</summary>
/// <param name="Compared">Frames that both looked at.</param>
/// <param name="Failed">Frames that the one in the shadow failed on.</param>
/// <param name="Matched">Objects that both found.</param>
/// <param name="Apart">Objects that only one of them found.</param>
internal sealed record Likeness(long Compared, long Failed, long Matched, long Apart)
{
    public static readonly Likeness Zero = new(0, 0, 0, 0);

    /// <summary>Share of objects on which both agree; null before either found any.</summary>
    public double? Agreement => Matched + Apart > 0 ? 2.0 * Matched / ((2 * Matched) + Apart) : null;

    public static Likeness Of(Telemetry telemetry, CameraId camera, VersionId? champion, VersionId version) =>
        telemetry.Shadows?.FirstOrDefault(s => s.Camera == camera && s.Champion == champion && s.Version == version) is { } said
            ? new Likeness(said.Compared, said.Failed, said.Matched, said.OnlyChampion + said.OnlyCandidate)
            : Zero;

    public static Likeness operator +(Likeness a, Likeness b) => new(a.Compared + b.Compared, a.Failed + b.Failed, a.Matched + b.Matched, a.Apart + b.Apart);

    public static Likeness operator -(Likeness a, Likeness b) => new(a.Compared - b.Compared, a.Failed - b.Failed, a.Matched - b.Matched, a.Apart - b.Apart);
}

/// <summary>What a version did in the shadow of one camera since its device was told, across restarts of the agent.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Champion">What serves there; null for nothing.</param>
/// <param name="StartedAt">Run of the agent that was heard last; null before the first.</param>
/// <param name="SeenAt">Message that was heard last.</param>
/// <param name="Base">Counters of this run when the window began.</param>
/// <param name="Newest">Counters of this run now.</param>
/// <param name="Carried">From runs before this one.</param>
/// <param name="InRow">For each guard, how many messages in a row broke it.</param>
internal sealed record ShadowWindow(
    CameraId Camera,
    VersionId? Champion,
    DateTimeOffset? StartedAt,
    DateTimeOffset? SeenAt,
    Likeness Base,
    Likeness Newest,
    Likeness Carried,
    IReadOnlyList<int> InRow)
{
    public Likeness Total() => Carried + (Newest - Base);

    public static ShadowWindow Begin(CameraId camera, VersionId? champion, VersionId version, Telemetry? telemetry)
    {
        var now = telemetry is null ? Likeness.Zero : Likeness.Of(telemetry, camera, champion, version);
        return new ShadowWindow(camera, champion, telemetry?.StartedAt, telemetry?.At, now, now, Likeness.Zero, []);
    }

    /// <summary>Takes in a message; the same one twice changes nothing. A new run of the agent counts from 0, what was counted before is kept.</summary>
    public ShadowWindow Hear(Telemetry telemetry, VersionId version, IReadOnlyList<Guard> guards)
    {
        if (telemetry.StartedAt == StartedAt && telemetry.At == SeenAt)
        {
            return this;
        }

        var now = Likeness.Of(telemetry, Camera, Champion, version);
        var heard = this with { StartedAt = telemetry.StartedAt, SeenAt = telemetry.At, Newest = now };
        if (StartedAt is null)
        {
            heard = heard with { Base = now };
        }
        else if (StartedAt != telemetry.StartedAt)
        {
            heard = heard with { Carried = Total(), Base = Likeness.Zero };
        }

        return heard with { InRow = [.. guards.Select((g, i) => ShadowMeter.Measure(g, heard).Outcome == GuardOutcome.Fail ? InRow.ElementAtOrDefault(i) + 1 : 0)] };
    }
}
