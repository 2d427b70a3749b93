using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Console.Cameras;

/// <summary>Everything that the page of a camera shows, read together.</summary>
public sealed record CameraView(DeviceResponse Device, CameraResponse Camera, CameraHistory History)
{
    /// <summary>Where a camera has its page.</summary>
    public static string Address(DeviceId device, CameraId camera) => $"/devices/{device}/cameras/{camera}";

    /// <exception cref="ProblemException">There is no such device or camera.</exception>
    public static async Task<CameraView> ReadAsync(FleetClient client, string device, string camera, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (!DeviceId.TryParse(device, null, out var deviceId) || !CameraId.TryParse(camera, null, out var cameraId))
        {
            throw new ProblemException(Problems.CameraUnknown, $"'{device}/{camera}' names no camera: wanted the ids of a device and of a camera, each 1 to 64 of a-z, 0-9 and -.");
        }

        var found = client.Devices.GetAsync(deviceId, cancellationToken);
        var history = client.Devices.HistoryAsync(deviceId, cameraId, cancellationToken);
        await Task.WhenAll(found, history);
        return new((await found), (await found).Cameras.First(c => c.Id == cameraId), await history);
    }
}
