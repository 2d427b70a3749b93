using System.Diagnostics.Metrics;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;

namespace Fleet.ControlPlane.Devices;

/// <summary>What cameras give and what becomes of it, and how the computers are that look at it.</summary>
internal sealed class CameraMetrics
{
    public CameraMetrics(FleetMeters meters, LiveDevices live)
    {
        meters.Meter.CreateObservableCounter("fleet.frames.received", () => Sources(live, s => s.Received), description: "Frames that cameras gave, since each agent started.");
        meters.Meter.CreateObservableCounter("fleet.frames.decoded", () => Sources(live, s => s.Decoded), description: "Of them, those that were whole.");
        meters.Meter.CreateObservableCounter("fleet.frames.skipped", () => Skipped(live), description: "Frames that were not inferred, by reason.");
        meters.Meter.CreateObservableCounter("fleet.frames.inferred", () => Frames(live, c => c.Inferred), description: "Frames given to a network.");
        meters.Meter.CreateObservableCounter("fleet.camera.failures", () => Sources(live, s => s.Failures), description: "How often cameras failed or could not be opened.");
        meters.Meter.CreateObservableGauge("fleet.frames.last_completed", () => LastCompleted(live), unit: "s", description: "When a camera's last frame was completed, in seconds since 1970.");
        meters.Meter.CreateObservableGauge("fleet.device.temperature", () => Health(live, h => h.TemperatureC), unit: "Cel", description: "A device's warmest sensor.");
        meters.Meter.CreateObservableGauge("fleet.device.memory_free", () => Health(live, h => h.MemoryFreeBytes), unit: "By", description: "Memory that programs on a device can still have.");
        meters.Meter.CreateObservableGauge("fleet.device.shed_level", () => Health(live, h => h.ShedLevel), description: "Halvings of cameras' rates in force on a device because it is under pressure.");
    }

    private static IEnumerable<Measurement<long>> Frames(LiveDevices live, Func<CameraCounters, long> value) =>
        from device in live.All
        from counters in device.Value.Newest?.Cameras ?? []
        select new Measurement<long>(value(counters), Tags(device.Key, counters));

    private static IEnumerable<Measurement<long>> Skipped(LiveDevices live) =>
        from device in live.All
        from counters in device.Value.Newest?.Cameras ?? []
        from skipped in counters.Skipped
        select new Measurement<long>(skipped.Value, [.. Tags(device.Key, counters), new("reason", skipped.Key)]);

    private static IEnumerable<Measurement<double>> LastCompleted(LiveDevices live) =>
        from device in live.All
        from camera in (device.Value.Newest?.Cameras ?? []).GroupBy(c => c.Camera, c => c.LastCompletedAt)
        let last = camera.Max()
        where last is not null
        select new Measurement<double>(last.Value.ToUnixTimeMilliseconds() / 1000.0, new("device", device.Key.ToString()), new("camera", camera.Key.ToString()));

    private static IEnumerable<Measurement<long>> Sources(LiveDevices live, Func<SourceCounters, long> value) =>
        from device in live.All
        from source in device.Value.Newest?.Sources ?? []
        select new Measurement<long>(value(source), new("device", device.Key.ToString()), new("camera", source.Camera.ToString()));

    private static IEnumerable<Measurement<double>> Health(LiveDevices live, Func<DeviceHealth, double?> value) =>
        from device in live.All
        let health = device.Value.Newest?.Health
        where health is not null
        let figure = value(health)
        where figure is not null
        select new Measurement<double>(figure.Value, new KeyValuePair<string, object?>("device", device.Key.ToString()));

    private static KeyValuePair<string, object?>[] Tags(DeviceId device, CameraCounters counters) =>
        [new("device", device.ToString()), new("camera", counters.Camera.ToString()), new("version", counters.Version?.ToString() ?? "none")];
}
