using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;

namespace Fleet.ControlPlane.Tests.Samples;

/// <summary>A control plane with one device that has one camera, <c>door</c>, and speaks to it.</summary>
public sealed class SendingCamera : IAsyncDisposable
{
    private SendingCamera(RunningPlane plane, TestDevice device, HttpClient http) => (Plane, Device, Http) = (plane, device, http);

    public RunningPlane Plane { get; }

    public TestDevice Device { get; }

    /// <summary>With the device's certificate.</summary>
    public HttpClient Http { get; }

    public static async Task<SendingCamera> StartAsync(CancellationToken cancellationToken)
    {
        var plane = new RunningPlane();
        await plane.InitializeAsync();
        var device = await TestDevice.EnrolAsync(plane.Server, "box");
        await plane.Admin.Devices.SetCameraAsync(device.Id, CameraId.Parse("door"), new CameraRequest("twin:scene"), cancellationToken);
        return new SendingCamera(plane, device, device.Http(plane.Server));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Device.DisposeAsync();
        await Plane.DisposeAsync();
    }
}
