using Fleet.Contracts;

namespace Fleet.Agent.Pipeline;

/// <summary>Reasons for which a frame is not inferred.</summary>
internal static class SkipReason
{
    public const string NewerFrame = "newer-frame";
    public const string Rate = "rate";
    public const string NoVersion = "no-version";
    public const string Still = "still";
    public const string Broken = "broken";
    public const string Pressure = "pressure";
    public const string Stopped = "stopped";
}

/// <summary>Counters of one camera, version by version. A frame is received under the version that decides what becomes of it, so each version's numbers add up by themselves.</summary>
internal sealed class FrameCounters(CameraId camera, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<Row> _rows = [];

    /// <summary>What the camera gave; its frames are the sum of what the versions received, and what waits.</summary>
    public SourceTally Source { get; } = new(camera, time);

    public void Skipped(VersionId? version, string reason, long count = 1)
    {
        if (count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var row = RowOf_NeedsLock(version);
            row.Received += count;
            row.Skips[reason] = row.Skips.GetValueOrDefault(reason) + count;
        }
    }

    public void Failed(VersionId? version)
    {
        lock (_gate)
        {
            var row = RowOf_NeedsLock(version);
            row.Received++;
            row.Failed++;
        }
    }

    public void Completed(VersionId? version, int detections, DateTimeOffset at, double captureToResultMs, double queueMs, double inferenceMs)
    {
        lock (_gate)
        {
            var row = RowOf_NeedsLock(version);
            row.Received++;
            row.Completed++;
            row.Detections += detections;
            row.LastCompletedAt = at;
            row.CaptureToResult.Add(captureToResultMs);
            row.Queue.Add(queueMs);
            row.Inference.Add(inferenceMs);
        }
    }

    public long SkippedFor(string reason)
    {
        lock (_gate)
        {
            return _rows.Sum(r => r.Skips.GetValueOrDefault(reason));
        }
    }

    public IReadOnlyList<CameraCounters> Read()
    {
        lock (_gate)
        {
            return [.. _rows.Select(r => r.Read(camera))];
        }
    }

    private Row RowOf_NeedsLock(VersionId? version)
    {
        foreach (var row in _rows)
        {
            if (row.Version == version)
            {
                return row;
            }
        }

        var made = new Row(version);
        _rows.Add(made);
        return made;
    }

    private sealed class Row(VersionId? version)
    {
        public VersionId? Version { get; } = version;

        public long Received { get; set; }

        public long Completed { get; set; }

        public long Failed { get; set; }

        public long Detections { get; set; }

        public DateTimeOffset? LastCompletedAt { get; set; }

        public Dictionary<string, long> Skips { get; } = [];

        public HistogramCounter CaptureToResult { get; } = new();

        public HistogramCounter Queue { get; } = new();

        public HistogramCounter Inference { get; } = new();

        public CameraCounters Read(CameraId camera) => new(
            camera, Version, Received, new Dictionary<string, long>(Skips), Completed + Failed, Completed, Failed, Detections,
            LastCompletedAt, CaptureToResult.Read(), Inference.Read(), Queue.Read());
    }
}
