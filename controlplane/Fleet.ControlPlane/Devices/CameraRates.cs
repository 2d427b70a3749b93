using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Devices;

/// <summary>What a camera did between two messages of one run of an agent.</summary>
internal static class CameraRates
{
    /// <summary>From counters alone, all versions of the time together; null where the two cannot be subtracted.</summary>
    public static CameraPoint? Between(Telemetry before, Telemetry after, CameraId camera, DateTimeOffset at)
    {
        var seconds = (after.At - before.At).TotalSeconds;
        if (before.StartedAt != after.StartedAt || seconds <= 0)
        {
            return null;
        }

        var counted = after.Cameras.Where(c => c.Camera == camera).Select(c => c.Version)
            .Aggregate(Tally.Zero, (sum, version) => sum + (Tally.Of(after, camera, version) - Tally.Of(before, camera, version)));
        return new CameraPoint(
            at,
            Rate(Received(after, camera) - Received(before, camera), seconds),
            Rate(counted.Completed, seconds),
            Rate(Skipped(after, camera) - Skipped(before, camera), seconds),
            Latency(counted),
            counted.Completed > 0 ? Math.Max(0, counted.DetectionsPerFrame()) : null,
            after.Drift?.Where(d => d.Camera == camera).Max(d => (double?)d.Gap));
    }

    private static double Rate(long count, double seconds) => Math.Max(0, count) / seconds;

    private static double? Latency(Tally counted) =>
        counted.LatencyP95Ms() is { } ms ? double.IsInfinity(ms) ? counted.Latency!.UpperBounds[^1] : ms : null;

    // frames are counted where they come in; an agent that does not say counts them at its versions
    private static long Received(Telemetry telemetry, CameraId camera) =>
        telemetry.Sources?.FirstOrDefault(s => s.Camera == camera)?.Received ?? telemetry.Cameras.Where(c => c.Camera == camera).Sum(c => c.Received);

    private static long Skipped(Telemetry telemetry, CameraId camera) =>
        telemetry.Cameras.Where(c => c.Camera == camera).Sum(c => c.Skipped.Values.Sum());
}
