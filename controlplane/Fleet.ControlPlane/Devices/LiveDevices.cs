using System.Collections.Concurrent;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Devices;

/// <summary>What is known of devices only while this process lives: connections and the newest messages.</summary>
internal sealed class LiveDevices(TimeProvider time)
{
    private readonly ConcurrentDictionary<DeviceId, LiveDevice> _devices = new();

    public int Connected => _devices.Values.Count(d => d.Connections > 0);

    public IEnumerable<KeyValuePair<DeviceId, LiveDevice>> All => _devices;

    public LiveDevice Of(DeviceId id) => _devices.GetValueOrDefault(id, LiveDevice.Unheard);

    /// <summary>Connections are counted: at a take-over the new one begins before the old one ends.</summary>
    public LiveDevice Connect(DeviceId id) => Change(id, d => d with { Connections = d.Connections + 1, Said = Presence.Online });

    public LiveDevice Disconnect(DeviceId id) => Change(id, d => d with { Connections = Math.Max(0, d.Connections - 1) });

    public LiveDevice Hear(DeviceId id, Presence said) => Change(id, d => d with { Said = said });

    public LiveDevice Hear(DeviceId id, Telemetry telemetry) => Change(id, d => d with { Before = d.Newest, Newest = telemetry });

    public LiveDevice Hear(DeviceId id, Reported reported) => Change(id, d => d with { Reported = reported });

    public LiveDevice Hear(DeviceId id) => Change(id, d => d);

    private LiveDevice Change(DeviceId id, Func<LiveDevice, LiveDevice> change)
    {
        var now = time.GetUtcNow();
        return _devices.AddOrUpdate(id, _ => change(LiveDevice.Unheard) with { LastSeenAt = now }, (_, d) => change(d) with { LastSeenAt = now });
    }
}

/// <param name="Connections">Open ones.</param>
/// <param name="Said">What it said of itself last.</param>
/// <param name="LastSeenAt">When it was heard last.</param>
/// <param name="Reported">Its newest report; null before one came.</param>
/// <param name="Newest">Its newest telemetry.</param>
/// <param name="Before">The one before.</param>
internal sealed record LiveDevice(int Connections, Presence Said, DateTimeOffset? LastSeenAt, Reported? Reported, Telemetry? Newest, Telemetry? Before)
{
    public static readonly LiveDevice Unheard = new(0, Presence.Offline, null, null, null, null);

    public Presence Presence => (Connections > 0, Said) switch
    {
        (true, Presence.Stopped) or (false, Presence.Stopped) => Presence.Stopped,
        (true, _) => Presence.Online,
        _ => Presence.Offline,
    };

    /// <summary>Frames of <paramref name="camera"/> completed a second between the two newest messages; null without two of one run.</summary>
    public double? CompletedPerSecond(CameraId camera)
    {
        if (Newest is null || Before is null || Newest.StartedAt != Before.StartedAt || Newest.At <= Before.At)
        {
            return null;
        }

        return Math.Max(0, (Completed(Newest, camera) - Completed(Before, camera)) / (Newest.At - Before.At).TotalSeconds);
    }

    public long Completed(CameraId camera, VersionId? version) =>
        Newest?.Cameras.Where(c => c.Camera == camera && c.Version == version).Sum(c => c.Completed) ?? 0;

    public long Found(CameraId camera, VersionId? version) =>
        Newest?.Cameras.Where(c => c.Camera == camera && c.Version == version).Sum(c => c.Detections) ?? 0;

    private static long Completed(Telemetry telemetry, CameraId camera) =>
        telemetry.Cameras.Where(c => c.Camera == camera).Sum(c => c.Completed);
}
