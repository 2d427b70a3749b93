using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Reads the demo's devices.</summary>
internal static class Site
{
    public static async Task<IEnumerable<CameraResponse>> CamerasAsync(DemoContext demo, CancellationToken cancellationToken) =>
        (await DevicesAsync(demo, cancellationToken)).SelectMany(d => d.Cameras);

    public static async Task<List<DeviceResponse>> DevicesAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        var devices = new List<DeviceResponse>();
        await foreach (var device in demo.Client.Devices.ListAsync(cancellationToken))
        {
            devices.Add(device);
        }

        return devices;
    }
}
