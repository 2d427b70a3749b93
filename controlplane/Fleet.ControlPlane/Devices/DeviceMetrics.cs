using System.Diagnostics.Metrics;
using Fleet.ControlPlane.Platform;

namespace Fleet.ControlPlane.Devices;

internal sealed class DeviceMetrics
{
    public DeviceMetrics(FleetMeters meters, LiveDevices live, LivePictures pictures, DeviceWriter writer)
    {
        meters.Meter.CreateObservableGauge("fleet.devices.connected", () => live.Connected, description: "Devices with an open MQTT connection.");
        meters.Meter.CreateObservableCounter("fleet.frames.completed", () => Frames(live), description: "Frames whose detections were published, since each agent started.");
        meters.Meter.CreateObservableGauge("fleet.queue.device_writes", () => writer.Waiting, description: "Devices whose news waits to be stored.");
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
}
