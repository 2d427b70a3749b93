using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Devices;

/// <summary>What a device says over HTTPS.</summary>
internal static class DeviceApi
{
    private const int MaxPreviewBytes = 512 << 10;
    private const int MaxFormBytes = MaxPreviewBytes + (300 << 10);

    public static void MapDeviceReports(this Routes routes)
    {
        routes.Device.MapPut("/reported", PutReported);
        routes.Device.MapPut("/cameras/{camera}/preview", PutPreviewAsync).WithMetadata(new RequestSizeLimitAttribute(MaxFormBytes)).DisableAntiforgery();
    }

    private static NoContent PutReported(Reported reported, ClaimsPrincipal user, DeviceInbox inbox)
    {
        inbox.Hear(user.Device(), reported);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> PutPreviewAsync(
        CameraId camera, HttpRequest request, FleetStore store, DeviceInbox inbox, CancellationToken cancellationToken)
    {
        var device = request.HttpContext.User.Device();
        if (!await store.Set<CameraRow>().AnyAsync(c => c.Device == device && c.Id == camera, cancellationToken))
        {
            throw new ProblemException(Problems.CameraUnknown, $"{device} has no camera {camera}.");
        }

        var form = await FrameForm.ReadAsync(request, MaxPreviewBytes, cancellationToken);
        if (form.Meta.Camera != camera)
        {
            throw new ProblemException(Problems.RequestInvalid, $"The address names camera {camera}, the form {form.Meta.Camera}.");
        }

        inbox.Hear(device, camera, new LivePicture(form.Meta, form.Jpeg));
        return TypedResults.NoContent();
    }
}
