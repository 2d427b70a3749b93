using System.Diagnostics.Metrics;
using Fleet.Contracts;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;

namespace Fleet.ControlPlane.Devices;

internal sealed class DeviceMetrics
{
    public DeviceMetrics(FleetMeters meters, LiveDevices live, LivePictures pictures, DeviceWriter writer)
    {
        meters.Meter.CreateObservableGauge("fleet.devices.connected", () => live.Connected, description: "Devices with an open MQTT connection.");
        meters.Meter.CreateObservableCounter("fleet.frames.completed", () => Frames(live, c => c.Completed), description: "Frames whose detections were published, since each agent started.");
        meters.Meter.CreateObservableCounter("fleet.frames.received", () => Sources(live, s => s.Received), description: "Frames that cameras gave, since each agent started.");
        meters.Meter.CreateObservableCounter("fleet.frames.decoded", () => Sources(live, s => s.Decoded), description: "Of them, those that were whole.");
        meters.Meter.CreateObservableCounter("fleet.frames.skipped", () => Skipped(live), description: "Frames that were not inferred, by reason.");
        meters.Meter.CreateObservableCounter("fleet.frames.inferred", () => Frames(live, c => c.Inferred), description: "Frames given to a network.");
        meters.Meter.CreateObservableCounter("fleet.camera.failures", () => Sources(live, s => s.Failures), description: "How often cameras failed or could not be opened.");
        meters.Meter.CreateObservableGauge("fleet.frames.last_completed", () => LastCompleted(live), unit: "s", description: "When a camera's last frame was completed, in seconds since 1970.");
        meters.Meter.CreateObservableGauge("fleet.device.temperature", () => Health(live, h => h.TemperatureC), unit: "Cel", description: "A device's warmest sensor.");
        meters.Meter.CreateObservableGauge("fleet.device.memory_free", () => Health(live, h => h.MemoryFreeBytes), unit: "By", description: "Memory that programs on a device can still have.");
        meters.Meter.CreateObservableGauge("fleet.device.shed_level", () => Health(live, h => h.ShedLevel), description: "Halvings of cameras' rates in force on a device because it is under pressure.");
        meters.Meter.CreateObservableGauge("fleet.queue.device_writes", () => writer.Waiting, description: "Devices whose news waits to be stored.");
        meters.Meter.CreateObservableGauge("fleet.zone.present", () => Zones(live).SelectMany(Present), description: "Objects in a zone now, by class.");
        meters.Meter.CreateObservableCounter("fleet.zone.entered", () => Zones(live).Select(z => Of(z, z.Zone.Entered)), description: "Objects that came into a zone, since each agent started.");
        meters.Meter.CreateObservableCounter("fleet.zone.left", () => Zones(live).Select(z => Of(z, z.Zone.Left)), description: "Objects that went out of a zone, since each agent started.");
        meters.Meter.CreateObservableCounter("fleet.zone.dwell", () => Zones(live).Select(z => Of(z, z.Zone.DwellSeconds)), unit: "s", description: "Time that all objects together spent in a zone, since each agent started.");
        meters.Meter.CreateObservableCounter("fleet.facing.emptied", () => Facings(live).Select(z => Of(z, z.Zone.Emptied)), description: "Times a facing became empty, since each agent started.");
        meters.Meter.CreateObservableGauge("fleet.facing.empty", () => Facings(live).Select(z => Of(z, z.Zone.IsEmpty is true ? 1L : 0)), description: "1 for a facing that is empty now.");
        meters.Meter.CreateObservableCounter("fleet.line.crossed", () => Crossings(live), description: "Objects that crossed a line, since each agent started.");
        meters.Meter.CreateObservableGauge("fleet.pictures.live", () => pictures.Bytes, unit: "By", description: "Memory of live pictures.");
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
