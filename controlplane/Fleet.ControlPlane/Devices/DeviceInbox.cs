using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.Devices;

/// <summary>Takes in what devices say, over MQTT or HTTP alike. Cheap: it runs on the device's own connection.</summary>
internal sealed class DeviceInbox(LiveDevices live, DeviceWriter writer, Wake<DeviceWriter> wake, LivePictures pictures, CameraHistories histories, ChangeFeed changes)
{
    public void Connected(DeviceId device)
    {
        live.Connect(device);
        Mark(device);
    }

    public void Disconnected(DeviceId device)
    {
        live.Disconnect(device);
        Mark(device);
    }

    public void Hear(DeviceId device, StatusMessage status)
    {
        live.Hear(device, status.Presence);
        Mark(device);
    }

    public void Hear(DeviceId device, Reported reported)
    {
        RequireSelf(device, reported.Device);
        live.Hear(device, reported);
        Mark(device, reported: true);
    }

    public void Hear(DeviceId device, Telemetry telemetry)
    {
        RequireSelf(device, telemetry.Device);
        live.Hear(device, telemetry);
        histories.Hear(device, telemetry);
        Mark(device);
    }

    public void Hear(DeviceId device, CameraId camera, DetectionEvent seen)
    {
        RequireSelf(device, seen.Device);
        if (camera != seen.Camera)
        {
            throw new ProblemException(Problems.RequestInvalid, $"The topic names camera {camera}, the message {seen.Camera}.");
        }

        live.Hear(device);
    }

    public void Hear(DeviceId device, CameraId camera, LivePicture picture)
    {
        pictures.Put(device, camera, picture);
        changes.Publish("camera", $"{device}/{camera}");
    }

    private static void RequireSelf(DeviceId device, DeviceId named)
    {
        if (device != named)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{device} may not speak for {named}.");
        }
    }

    private void Mark(DeviceId device, bool reported = false)
    {
        writer.Mark(device, reported);
        wake.Now();
    }
}
