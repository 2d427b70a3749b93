using Fleet.Bench.Edge;
using Fleet.Contracts;

namespace Fleet.Bench.Soak;

/// <summary>What was read of the agent over time.</summary>
internal sealed class Vitals
{
    /// <summary>Frames of one camera that may be under way while counters are read.</summary>
    private const int UnderWay = 6;

    private readonly List<(TimeSpan At, EdgeStatus Status)> _samples = [];

    public IReadOnlyList<(TimeSpan At, EdgeStatus Status)> Samples => _samples;

    /// <exception cref="BenchFailedException">Counters do not add up.</exception>
    public void Add(TimeSpan at, EdgeStatus status)
    {
        foreach (var camera in status.Reported.Cameras)
        {
            Check(camera.Id, status, UnderWay);
        }

        _samples.Add((at, status));
    }

    /// <summary>Holds a camera's counters against each other.</summary>
    /// <param name="camera">Which.</param>
    /// <param name="status">Read at one moment.</param>
    /// <param name="underWay">So many frames may have come and not met their fate; 0 at rest.</param>
    /// <exception cref="BenchFailedException">They do not add up.</exception>
    public static void Check(CameraId camera, EdgeStatus status, int underWay)
    {
        var rows = status.Of(camera).ToList();
        var (received, fates) = (status.Source(camera)?.Received ?? 0, rows.Sum(r => r.Received));
        if (rows.Exists(r => r.Received != r.Skipped.Values.Sum() + r.Inferred || r.Inferred != r.Completed + r.Failed) || Math.Abs(received - fates) > underWay)
        {
            var told = string.Join("; ", rows.Select(r => $"{r.Version}: received {r.Received}, skipped {string.Join(", ", r.Skipped.Select(s => $"{s.Key} {s.Value}"))}, inferred {r.Inferred}, completed {r.Completed}, failed {r.Failed}"));
            throw new BenchFailedException($"The counters of {camera} do not add up: its source gave {received} frames, and their fates are {fates} ({told}).");
        }
    }

    /// <summary>Lower quartile over a part of the run, of the moments at which every camera ran: garbage comes and goes, and what stays lies below it.</summary>
    public double Floor(double from, double to, Func<EdgeStatus, double> value)
    {
        var (first, last) = (_samples[0].At, _samples[^1].At);
        var part = _samples.Where(s => s.At - first >= (last - first) * from && s.At - first <= (last - first) * to).ToList();
        var whole = part.Where(s => s.Status.Reported.Cameras.All(c => c.State == CameraState.Running)).ToList();
        var sorted = (whole.Count > 0 ? whole : part).Select(s => value(s.Status)).Order().ToList();
        return sorted[sorted.Count / 4];
    }
}
