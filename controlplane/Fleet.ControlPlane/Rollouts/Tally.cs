using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What a version did on a camera; counters only, so that two of one run of the agent can be subtracted.</summary>
/// <param name="Completed">Frames completed.</param>
/// <param name="Failed">Inferences that failed.</param>
/// <param name="Lost">Frames it had no time for.</param>
/// <param name="Detections">Objects found.</param>
/// <param name="Latency">From capture to detections, ms; null where it cannot be read.</param>
internal sealed record Tally(long Completed, long Failed, long Lost, long Detections, Histogram? Latency)
{
    private static readonly Histogram NoLatency = new([], [], 0);
    private static readonly string[] Overload = ["newer-frame", "broken", "pressure"];

    public static readonly Tally Zero = new(0, 0, 0, 0, NoLatency);

    public long Due() => Completed + Failed + Lost;

    public double DetectionsPerFrame() => (double)Detections / Completed;

    public static Tally Of(Telemetry telemetry, CameraId camera, VersionId? version) =>
        telemetry.Cameras.FirstOrDefault(c => c.Camera == camera && c.Version == version) is not { } c
            ? Zero
            : new Tally(c.Completed, c.Failed, Overload.Sum(reason => c.Skipped.GetValueOrDefault(reason)), c.Detections, IsWhole(c.CaptureToResultMs) ? c.CaptureToResultMs : null);

    public static Tally operator +(Tally a, Tally b) => Combine(a, b, sign: 1);

    public static Tally operator -(Tally a, Tally b) => Combine(a, b, sign: -1);

    /// <summary>So many ms are enough for 95 of 100 frames; infinite where they lie beyond the last bound; null where that cannot be read.</summary>
    public double? LatencyP95Ms()
    {
        var all = Latency?.Counts.Sum() ?? 0;
        if (all == 0)
        {
            return null;
        }

        var rank = 0.95 * all;
        var below = 0L;
        for (var i = 0; i < Latency!.UpperBounds.Count; i++)
        {
            if (below + Latency.Counts[i] >= rank)
            {
                var from = i == 0 ? 0 : Latency.UpperBounds[i - 1];
                return from + ((Latency.UpperBounds[i] - from) * (rank - below) / Latency.Counts[i]);
            }

            below += Latency.Counts[i];
        }

        return double.PositiveInfinity;
    }

    private static Tally Combine(Tally a, Tally b, int sign) => new(
        a.Completed + (sign * b.Completed),
        a.Failed + (sign * b.Failed),
        a.Lost + (sign * b.Lost),
        a.Detections + (sign * b.Detections),
        Combine(a.Latency, b.Latency, sign));

    private static Histogram? Combine(Histogram? a, Histogram? b, int sign) => (a, b) switch
    {
        (null, _) or (_, null) => null,
        (_, { Counts.Count: 0 }) => a,
        ({ Counts.Count: 0 }, _) when sign > 0 => b,
        _ when a.UpperBounds.SequenceEqual(b.UpperBounds) => new Histogram(a.UpperBounds, [.. a.Counts.Zip(b.Counts, (x, y) => x + (sign * y))], a.Sum + (sign * b.Sum)),
        _ => null,
    };

    private static bool IsWhole(Histogram histogram) => histogram.Counts.Count == histogram.UpperBounds.Count + 1 && histogram.Counts.All(c => c >= 0);
}
