using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Registry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Fleet.ControlPlane.Parcels;

internal static class ParcelsApi
{
    public static void AddParcels(this IServiceCollection services) => services.AddScoped<ParcelParts>().AddSingleton(s => new ParcelStore(
        s.GetRequiredService<BlobStore>(), s.GetRequiredService<DataFolder>().Folder("parcels"), s.GetRequiredService<TimeProvider>()));

    public static void MapParcels(this Routes routes) => routes.Device.MapGet("/parcels/{digest}", GetAsync);

    private static async Task<PhysicalFileHttpResult> GetAsync(
        Digest digest, [FromQuery(Name = "base")] Digest? from, HttpContext http, ParcelParts parts, CancellationToken cancellationToken)
    {
        var wanted = await parts.Versions.ReleasedFilesAsync(digest, cancellationToken);
        if (wanted.Count == 0)
        {
            throw new ProblemException(Problems.BlobUnknown, $"No released version has a file {digest}.");
        }

        var mine = await VersionsOfAsync(parts.Store, http.User.Device(), cancellationToken);
        if (wanted.FirstOrDefault(f => mine.Any(v => ParcelRules.IsOf(f, v))) is not { } file)
        {
            throw new ProblemException(Problems.ParcelNone, $"No camera of this device is told to run a version with the file {digest}. Fetch the whole file.");
        }

        var held = from is { } known && known != digest ? await parts.Versions.ReleasedFilesAsync(known, cancellationToken) : [];
        var path = await parts.Parcels.FindAsync(file, held.FirstOrDefault(h => ParcelRules.IsKin(h, file)), cancellationToken);
        return TypedResults.PhysicalFile(path, "application/octet-stream", enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{Path.GetFileName(path)}\""));
    }

    /// <summary>The versions that cameras of the device should run, or try beside their own.</summary>
    private static async Task<IReadOnlyList<VersionId>> VersionsOfAsync(FleetStore store, DeviceId device, CancellationToken cancellationToken)
    {
        var cameras = await store.Set<CameraRow>().AsNoTracking().Where(c => c.Device == device).ToListAsync(cancellationToken);
        return [.. cameras.SelectMany(c => new[] { c.Version, c.Beside?.Version }).OfType<VersionId>().Distinct()];
    }
}

/// <summary>What an answer is made from.</summary>
internal sealed class ParcelParts(VersionCatalogue versions, ParcelStore parcels, FleetStore store)
{
    public VersionCatalogue Versions => versions;

    public ParcelStore Parcels => parcels;

    public FleetStore Store => store;
}
