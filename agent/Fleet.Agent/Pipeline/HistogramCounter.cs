using Fleet.Contracts;

namespace Fleet.Agent.Pipeline;

/// <summary>Counts values in fixed buckets; its owner holds the lock.</summary>
internal sealed class HistogramCounter
{
    private static readonly double[] BoundsMs = [1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 350, 500, 1000, 2000, 5000];
    private readonly long[] _counts = new long[BoundsMs.Length + 1];
    private double _sum;

    public void Add(double valueMs)
    {
        var bucket = Array.BinarySearch(BoundsMs, valueMs);
        _counts[bucket < 0 ? ~bucket : bucket]++;
        _sum += valueMs;
    }

    public Histogram Read() => new(BoundsMs, [.. _counts], _sum);
}
