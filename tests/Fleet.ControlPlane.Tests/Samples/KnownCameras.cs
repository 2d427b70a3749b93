using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Tests.Samples;

internal static class KnownCameras
{
    /// <summary>Makes the control plane know a camera, as if it had been set up.</summary>
    public static Task KnowAsync(this RunningPlane plane, DeviceId device, CameraId camera) => plane.Server.StoreAsync(store =>
    {
        var row = store.Set<DeviceRow>().Include(d => d.Cameras).SingleOrDefault(d => d.Id == device) ?? store.Add(new DeviceRow { Id = device }).Entity;
        if (row.Cameras.TrueForAll(c => c.Id != camera))
        {
            row.Cameras.Add(new CameraRow { Device = device, Id = camera, Source = "twin:scene" });
        }
    });
}
