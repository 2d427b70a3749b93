using Fleet.Contracts;
using Fleet.ControlPlane.DevicePolicies;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Parcels;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Platform.Trust;
using Fleet.ControlPlane.Registry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.SharedEngines;

/// <summary>Engines go from the device that built them to devices of exactly its kind, where the policies of both allow it.</summary>
internal static class SharedEnginesApi
{
    public static void AddSharedEngines(this IServiceCollection services) => services.AddScoped<EngineGate>().AddSingleton(s => new EngineShelf(
        s.GetRequiredService<DataFolder>().Folder("engines"), s.GetRequiredService<ServerTrust>().Ca, s.GetRequiredService<TimeProvider>()));

    public static void MapSharedEngines(this Routes routes)
    {
        var engines = routes.Device.MapGroup("/engines");
        engines.MapGet("/{key}", GetAsync);

        // the shelf counts the bytes itself, against what was sealed
        engines.MapPut("/{key}", PutAsync).WithMetadata(new DisableRequestSizeLimitAttribute()).Accepts<Stream>("application/octet-stream");
    }

    private static async Task<PhysicalFileHttpResult> GetAsync(Digest key, HttpContext http, EngineShelf shelf, EngineGate gate, CancellationToken cancellationToken)
    {
        var device = http.User.Device();
        if (!(await gate.SharingAsync(device, cancellationToken)).Takes() || shelf.Find(key) is not { } engine
            || await gate.IsRevokedAsync(engine.Statement.Device, cancellationToken) || !await gate.RunsAsync(device, engine.Statement.Model, cancellationToken))
        {
            throw new ProblemException(Problems.EngineNone, $"No engine {key} is shared with this device. Build it.");
        }

        http.Response.Headers[SealedEngine.Header] = engine.Seal;
        return TypedResults.PhysicalFile(engine.Path, "application/octet-stream");
    }

    private static async Task<Results<Created, NoContent>> PutAsync(
        Digest key, [FromHeader(Name = SealedEngine.Header)] string seal, HttpContext http, EngineShelf shelf, EngineGate gate, CancellationToken cancellationToken)
    {
        var device = http.User.Device();
        if (!(await gate.SharingAsync(device, cancellationToken)).Offers())
        {
            throw new ProblemException(Problems.AuthForbidden, "The policy of this device does not let it offer engines. Set engineSharing to Offer or Both.");
        }

        var statement = shelf.Open(seal);
        if (statement.Device != device || statement.Key != key || statement.SizeBytes is < 1 or > EngineStatement.MaxBytes)
        {
            throw new ProblemException(Problems.EngineSeal, $"The seal is of {statement.Device} for {statement.Key} with {statement.SizeBytes} bytes; wanted one of {device} for {key} with 1 to {EngineStatement.MaxBytes} bytes.");
        }

        if (!await gate.RunsAsync(device, statement.Model, cancellationToken))
        {
            throw new ProblemException(Problems.EngineNone, $"No camera of this device is told to run a released version with the file {statement.Model}, so its engine is not taken.");
        }

        if (shelf.Find(key) is { } known && !await gate.IsRevokedAsync(known.Statement.Device, cancellationToken))
        {
            return TypedResults.NoContent();
        }

        await shelf.PutAsync(statement, seal, http.Request.Body, cancellationToken);
        return TypedResults.Created();
    }
}

/// <summary>What decides whether a device may give or take an engine.</summary>
internal sealed class EngineGate(VersionCatalogue versions, FleetStore store)
{
    /// <summary>What the policy that a device goes by says of engines.</summary>
    public async Task<EngineSharing> SharingAsync(DeviceId device, CancellationToken cancellationToken)
    {
        var row = await store.Set<DeviceRow>().AsNoTracking().SingleAsync(d => d.Id == device, cancellationToken);
        return (await FleetPolicies.BookAsync(store, cancellationToken)).Of(row).Policy.EngineSharing;
    }

    /// <summary>Whether the device was revoked, or is unknown.</summary>
    public async Task<bool> IsRevokedAsync(DeviceId device, CancellationToken cancellationToken) =>
        !await store.Set<DeviceRow>().AnyAsync(d => d.Id == device && !d.Revoked, cancellationToken);

    /// <summary>Whether a camera of the device should run, or try, a released version with this file.</summary>
    public async Task<bool> RunsAsync(DeviceId device, Digest model, CancellationToken cancellationToken)
    {
        var files = await versions.ReleasedFilesAsync(model, cancellationToken);
        var cameras = await store.Set<CameraRow>().AsNoTracking().Where(c => c.Device == device).ToListAsync(cancellationToken);
        return cameras.SelectMany(c => new[] { c.Version, c.Beside?.Version }).OfType<VersionId>().Any(v => files.Any(f => ParcelRules.IsOf(f, v)));
    }
}
