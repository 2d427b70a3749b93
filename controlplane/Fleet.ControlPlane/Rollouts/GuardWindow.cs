using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What a version did on one camera since its device was told, across restarts of the agent.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Champion">What it ran before; null for nothing.</param>
/// <param name="Before">What that did, as far as it was known when the device was told.</param>
/// <param name="StartedAt">Run of the agent that was heard last; null before the first.</param>
/// <param name="SeenAt">Message that was heard last.</param>
/// <param name="Base">Counters of this run when the window began.</param>
/// <param name="Newest">Counters of this run now.</param>
/// <param name="Carried">From runs before this one.</param>
/// <param name="TemperatureC">Newest temperature; null where the computer offers none.</param>
/// <param name="InRow">For each guard, how many messages in a row broke it.</param>
internal sealed record GuardWindow(
    CameraId Camera,
    VersionId? Champion,
    Tally Before,
    DateTimeOffset? StartedAt,
    DateTimeOffset? SeenAt,
    Tally Base,
    Tally Newest,
    Tally Carried,
    double? TemperatureC,
    IReadOnlyList<int> InRow)
{
    /// <summary>What was counted when the other cameras of the box ceased to run the version before; null while they do.</summary>
    public Tally? Compared { get; init; }

    public Tally Total() => Carried + (Newest - Base);

    public static GuardWindow Begin(CameraId camera, VersionId? champion, VersionId version, Telemetry? telemetry)
    {
        var now = telemetry is null ? Tally.Zero : Tally.Of(telemetry, camera, version);
        var before = telemetry is null || champion is null ? Tally.Zero : Tally.Of(telemetry, camera, champion);
        return new GuardWindow(camera, champion, before, telemetry?.StartedAt, telemetry?.At, now, now, Tally.Zero, telemetry?.Health?.TemperatureC, []);
    }

    /// <summary>Takes in a message; the same one twice changes nothing. A new run of the agent counts from 0, what was counted before is kept.</summary>
    /// <param name="telemetry">The message.</param>
    /// <param name="version">What is counted.</param>
    /// <param name="guards">What is judged by it.</param>
    /// <param name="controls">The other cameras of the box, which have heard it before.</param>
    /// <param name="endsComparison">Those do not run the version before any more.</param>
    public GuardWindow Hear(Telemetry telemetry, VersionId version, IReadOnlyList<Guard> guards, IReadOnlyList<GuardWindow>? controls = null, bool endsComparison = false)
    {
        if (telemetry.StartedAt == StartedAt && telemetry.At == SeenAt)
        {
            return this;
        }

        var now = Tally.Of(telemetry, Camera, version);
        var heard = this with { StartedAt = telemetry.StartedAt, SeenAt = telemetry.At, Newest = now, TemperatureC = telemetry.Health?.TemperatureC, Compared = Compared ?? (endsComparison ? Total() : null) };
        if (StartedAt is null)
        {
            // the server had not heard of it when it was told, having just begun itself: the version before is still among its counters
            heard = heard with { Base = now, Before = Champion is null ? Before : Tally.Of(telemetry, Camera, Champion) };
        }
        else if (StartedAt != telemetry.StartedAt)
        {
            heard = heard with { Carried = Total(), Base = Tally.Zero };
        }

        return heard with { InRow = [.. guards.Select((g, i) => GuardMeter.Measure(g, heard, controls).Outcome == GuardOutcome.Fail ? InRow.ElementAtOrDefault(i) + 1 : 0)] };
    }
}
