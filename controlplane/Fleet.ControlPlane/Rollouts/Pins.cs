using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Pinned devices: rollouts pass them by until they are unpinned.</summary>
internal sealed class Pins(DeviceDirectory directory, VersionCatalogue versions, Wake<RolloutReconciler> rollouts, TimeProvider time)
{
    public static void Map(Routes routes)
    {
        var devices = routes.Operator.MapGroup("/devices/{device}/pin");
        devices.MapPut("", PutAsync).RequireAuthorization(Policies.Operator).Tells("{who} pinned it.");
        devices.MapDelete("", DeleteAsync).RequireAuthorization(Policies.Operator).Tells("{who} unpinned it.");
    }

    public static string Words(DevicePin pin) =>
        $"pinned {(pin.Version is { } version ? $"to {version}" : "to what it has")} by {pin.By}{(string.IsNullOrWhiteSpace(pin.Reason) ? "" : $" ({pin.Reason})")}";

    private static async Task<Ok<DevicePin>> PutAsync(DeviceId device, PinRequest request, Pins pins, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        TypedResults.Ok(await pins.PinAsync(device, request, user.Name(), cancellationToken));

    private static async Task<NoContent> DeleteAsync(DeviceId device, Pins pins, CancellationToken cancellationToken)
    {
        await pins.ChangeAsync(device, d => d.Pin = null, cancellationToken);
        return TypedResults.NoContent();
    }

    private async Task<DevicePin> PinAsync(DeviceId device, PinRequest request, string by, CancellationToken cancellationToken)
    {
        var pin = new DevicePin(request.Version, by, time.GetUtcNow(), request.Reason);
        var variant = request.Version is { } version ? ReleasedVersions.Variant(version, asked: null, (await ReleasedVersions.GetAsync(versions, version, cancellationToken)).Card) : null;
        await ChangeAsync(device, row => Set(row, pin, variant), cancellationToken);
        return pin;
    }

    private static void Set(DeviceRow row, DevicePin pin, string? variant)
    {
        row.Pin = pin;
        if (pin.Version is null)
        {
            return;
        }

        (row.Version, row.Variant) = (pin.Version, variant);
        foreach (var camera in row.Cameras.Where(c => c.Version != pin.Version))
        {
            (camera.Version, camera.Variant) = (pin.Version, variant);
        }
    }

    private async Task ChangeAsync(DeviceId device, Action<DeviceRow> change, CancellationToken cancellationToken)
    {
        await directory.ChangeAsync(device, change, cancellationToken);
        rollouts.Now();
    }
}
