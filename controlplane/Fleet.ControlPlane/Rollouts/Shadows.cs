using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Released versions that cameras run beside their own, to be compared before any of them is told to change.</summary>
internal static class Shadows
{
    public static void Map(Routes routes)
    {
        var shadow = routes.Operator.MapGroup("/devices/{device}/cameras/{camera}/shadow");
        shadow.MapPut("", PutAsync).RequireAuthorization(Policies.Operator).Tells("{who} let another version look at the frames of camera {camera}.");
        shadow.MapDelete("", DeleteAsync).RequireAuthorization(Policies.Operator).Tells("{who} ended the shadow of camera {camera}.");
    }

    private static async Task<CameraResponse> PutAsync(
        DeviceId device, CameraId camera, ShadowRequest request, DeviceDirectory directory, VersionCatalogue versions, DeviceView view, CancellationToken cancellationToken)
    {
        await ReleasedVersions.GetAsync(versions, request.Version, cancellationToken);
        var row = await directory.ChangeAsync(device, d => Set(d, camera, new DesiredShadow(request.Version, request.EveryNth, request.MaxShare)), cancellationToken);
        return view.Show(row, DeviceDirectory.Camera(row, camera));
    }

    private static async Task<NoContent> DeleteAsync(DeviceId device, CameraId camera, DeviceDirectory directory, CancellationToken cancellationToken)
    {
        await directory.ChangeAsync(device, d => DeviceDirectory.Camera(d, camera).Shadow = null, cancellationToken);
        return TypedResults.NoContent();
    }

    private static void Set(DeviceRow device, CameraId camera, DesiredShadow shadow)
    {
        var row = DeviceDirectory.Camera(device, camera);
        if (row.Version is not { } champion)
        {
            throw new ProblemException(Problems.RequestInvalid, $"Camera {camera} runs no version, so there is nothing to compare {shadow.Version} with. Roll one out first.");
        }

        if (champion == shadow.Version)
        {
            throw new ProblemException(Problems.RequestInvalid, $"Camera {camera} is told to run {champion} already; name another version to compare it with.");
        }

        row.Shadow = shadow;
    }
}
