using Fleet.Bench.Edge;
using Fleet.Contracts;

namespace Fleet.Bench.Cameras;

/// <summary>What histograms grew by between two looks.</summary>
internal static class Latency
{
    /// <summary>Capture to result, ms, straight within a bucket.</summary>
    public static double Quantile(EdgeStatus before, EdgeStatus after, double share)
    {
        var (from, to) = (Sum(before), Sum(after));
        var bounds = after.Telemetry.Cameras[0].CaptureToResultMs.UpperBounds;
        var grown = to.Select((count, i) => count - (i < from.Count ? from[i] : 0)).ToList();
        var (wanted, seen) = (grown.Sum() * share, 0L);
        for (var i = 0; i < bounds.Count; i++)
        {
            if (grown[i] > 0 && seen + grown[i] >= wanted)
            {
                var low = i == 0 ? 0 : bounds[i - 1];
                return low + ((bounds[i] - low) * (wanted - seen) / grown[i]);
            }

            seen += grown[i];
        }

        return bounds[^1];
    }

    private static List<long> Sum(EdgeStatus status)
    {
        IReadOnlyList<CameraCounters> rows = status.Telemetry.Cameras;
        return rows.Count == 0 ? [] : [.. Enumerable.Range(0, rows[0].CaptureToResultMs.Counts.Count).Select(i => rows.Sum(r => r.CaptureToResultMs.Counts[i]))];
    }
}
