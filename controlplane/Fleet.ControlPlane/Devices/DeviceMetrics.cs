using System.Diagnostics.Metrics;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;

namespace Fleet.ControlPlane.Devices;

internal sealed class DeviceMetrics
{
    public DeviceMetrics(FleetMeters meters, LiveDevices live, LivePictures pictures, DeviceWriter writer)
    {
        meters.Meter.CreateObservableGauge("fleet.devices.connected", () => live.Connected, description: "Devices with an open MQTT connection.");
        meters.Meter.CreateObservableCounter("fleet.frames.completed", () => Frames(live), description: "Frames whose detections were published, since each agent started.");
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

    private static IEnumerable<Measurement<long>> Frames(LiveDevices live) =>
        from device in live.All
        from counters in device.Value.Newest?.Cameras ?? []
        select new Measurement<long>(
            counters.Completed,
            new KeyValuePair<string, object?>("device", device.Key.ToString()),
            new KeyValuePair<string, object?>("camera", counters.Camera.ToString()),
            new KeyValuePair<string, object?>("version", counters.Version?.ToString() ?? "none"));

    private static IEnumerable<(DeviceId Device, ZoneCounters Zone)> Zones(LiveDevices live) =>
        from device in live.All
        from zone in device.Value.Newest?.Zones ?? []
        select (device.Key, zone);

    private static IEnumerable<(DeviceId Device, ZoneCounters Zone)> Facings(LiveDevices live) => Zones(live).Where(z => z.Zone.IsEmpty is not null);

    private static IEnumerable<Measurement<long>> Present((DeviceId Device, ZoneCounters Zone) at) =>
        at.Zone.Present.Count == 0
            ? [Of(at, 0L)]
            : at.Zone.Present.Select(p => new Measurement<long>(p.Value, [.. TagsOf(at.Device, at.Zone.Camera, "zone", at.Zone.Zone), new("class", p.Key)]));

    private static IEnumerable<Measurement<long>> Crossings(LiveDevices live) =>
        from device in live.All
        from line in device.Value.Newest?.Lines ?? []
        from crossed in new (string Direction, long Count)[] { ("forward", line.Forward), ("backward", line.Backward) }
        select new Measurement<long>(crossed.Count, [.. TagsOf(device.Key, line.Camera, "line", line.Line), new("direction", crossed.Direction)]);

    private static Measurement<T> Of<T>((DeviceId Device, ZoneCounters Zone) at, T value) where T : struct =>
        new(value, TagsOf(at.Device, at.Zone.Camera, "zone", at.Zone.Zone));

    private static KeyValuePair<string, object?>[] TagsOf(DeviceId device, CameraId camera, string kind, string place) =>
        [new("device", device.ToString()), new("camera", camera.ToString()), new(kind, place)];
}
