using Fleet.Contracts;

namespace Fleet.ControlPlane.Devices;

/// <summary>The last hour of each camera, in memory; when there are too many cameras, those of the device heard longest ago go.</summary>
internal sealed class CameraHistories(TimeProvider time, int maxCameras = 4096)
{
    public const int EverySeconds = 15;
    private const int MostPoints = 240;
    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceId, LinkedListNode<Kept>> _byDevice = [];
    private readonly LinkedList<Kept> _byAge = new();
    private int _cameras;

    public IReadOnlyList<CameraPoint> Of(DeviceId device, CameraId camera)
    {
        lock (_lock)
        {
            return _byDevice.TryGetValue(device, out var node) && node.Value.Points.TryGetValue(camera, out var points) ? [.. points.Select(p => p.Show())] : [];
        }
    }

    /// <summary>Takes in a message; those that follow another one closely only count later.</summary>
    public void Hear(DeviceId device, Telemetry telemetry)
    {
        lock (_lock)
        {
            var kept = Touch_NeedsLock(device);
            if (kept.From is { } from && from.StartedAt == telemetry.StartedAt && telemetry.At >= from.At && telemetry.At - from.At < TimeSpan.FromSeconds(EverySeconds))
            {
                return;
            }

            if (kept.From is not null)
            {
                Add_NeedsLock(kept, telemetry);
            }

            kept.From = telemetry;
            while (_cameras > maxCameras && _byAge.First is { } oldest)
            {
                Drop_NeedsLock(oldest);
            }
        }
    }

    /// <summary>Forgets a camera that was removed.</summary>
    public void Forget(DeviceId device, CameraId camera)
    {
        lock (_lock)
        {
            if (_byDevice.TryGetValue(device, out var node) && node.Value.Points.Remove(camera))
            {
                _cameras--;
            }
        }
    }

    private Kept Touch_NeedsLock(DeviceId device)
    {
        if (_byDevice.TryGetValue(device, out var node))
        {
            _byAge.Remove(node);
            _byAge.AddLast(node);
        }
        else
        {
            node = _byDevice[device] = _byAge.AddLast(new Kept(device));
            _cameras++;
        }

        return node.Value;
    }

    private void Add_NeedsLock(Kept kept, Telemetry telemetry)
    {
        var now = time.GetUtcNow();
        foreach (var camera in telemetry.Cameras.Select(c => c.Camera).Concat((telemetry.Sources ?? []).Select(s => s.Camera)).Distinct())
        {
            if (CameraRates.Between(kept.From!, telemetry, camera, now) is not { } point)
            {
                continue;
            }

            if (!kept.Points.TryGetValue(camera, out var points))
            {
                points = kept.Points[camera] = new();
                _cameras++;
            }

            if (points.Count == MostPoints)
            {
                points.Dequeue();
            }

            points.Enqueue(new Small(point));
        }
    }

    private void Drop_NeedsLock(LinkedListNode<Kept> node)
    {
        _byAge.Remove(node);
        _byDevice.Remove(node.Value.Device);
        _cameras -= 1 + node.Value.Points.Count;
    }

    /// <summary>A device; it weighs as much as a camera, so that devices without one are bounded too.</summary>
    private sealed class Kept(DeviceId device)
    {
        public DeviceId Device { get; } = device;

        public Telemetry? From { get; set; }

        public Dictionary<CameraId, Queue<Small>> Points { get; } = [];
    }

    /// <summary>A point in 32 bytes; what is not known is no number.</summary>
    private readonly struct Small(CameraPoint point)
    {
        private readonly long _at = point.At.ToUnixTimeMilliseconds();
        private readonly float _received = (float)point.Received;
        private readonly float _completed = (float)point.Completed;
        private readonly float _skipped = (float)point.Skipped;
        private readonly float _latency = (float?)point.LatencyP95Ms ?? float.NaN;
        private readonly float _objects = (float?)point.Objects ?? float.NaN;
        private readonly float _drift = (float?)point.Drift ?? float.NaN;

        public CameraPoint Show() => new(
            DateTimeOffset.FromUnixTimeMilliseconds(_at), Round(_received), Round(_completed), Round(_skipped), Known(_latency), Known(_objects), Known(_drift));

        private static double? Known(float value) => float.IsNaN(value) ? null : Round(value);

        private static double Round(float value) => Math.Round(value, 3);
    }
}
