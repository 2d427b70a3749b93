using Fleet.Contracts;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Devices;

/// <summary>Changes what devices should be; their directives follow by themselves.</summary>
internal sealed class DeviceDirectory(FleetStore store, ChangeFeed changes, Wake<DirectiveReconciler> directives)
{
    private const int MaxCameras = 256;

    public async Task<DeviceRow> FindAsync(DeviceId id, CancellationToken cancellationToken) =>
        await store.Set<DeviceRow>().Include(d => d.Cameras).AsSplitQuery().SingleOrDefaultAsync(d => d.Id == id, cancellationToken)
        ?? throw new ProblemException(Problems.DeviceUnknown, $"No device is called {id}.");

    /// <summary>Up to <paramref name="take"/> devices whose id follows <paramref name="after"/>.</summary>
    public Task<List<DeviceRow>> ListAsync(string? after, int take, CancellationToken cancellationToken) =>
        store.Set<DeviceRow>().FromSql($"""SELECT * FROM "Devices" WHERE "Id" > {after ?? ""}""")
            .OrderBy(d => d.Id).Take(take).Include(d => d.Cameras).AsNoTracking().ToListAsync(cancellationToken);

    public async Task<DeviceRow> ChangeAsync(DeviceId id, Action<DeviceRow> change, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await FindAsync(id, cancellationToken);
        change(row);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("device", id.ToString());
        directives.Now();
        return row;
    }

    /// <summary>Sets a camera; a new one gets the version its device runs.</summary>
    public Task<DeviceRow> SetCameraAsync(DeviceId id, CameraId camera, CameraRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(id, row => SetCamera(row, camera, request), cancellationToken);

    public Task<DeviceRow> RemoveCameraAsync(DeviceId id, CameraId camera, CancellationToken cancellationToken) =>
        ChangeAsync(id, row => row.Cameras.Remove(Camera(row, camera)), cancellationToken);

    public static CameraRow Camera(DeviceRow row, CameraId camera) =>
        row.Cameras.FirstOrDefault(c => c.Id == camera)
        ?? throw new ProblemException(Problems.CameraUnknown, $"{row.Id} has no camera {camera}; it has {Names(row)}.");

    private static void SetCamera(DeviceRow row, CameraId id, CameraRequest request)
    {
        var camera = row.Cameras.FirstOrDefault(c => c.Id == id);
        // whoever reads an address gets it without its secrets, and may send it back like that
        var source = CameraAddress.Restore(request.Source, camera?.Source)
            ?? throw new ProblemException(Problems.CameraSource, $"The source '{request.Source}' hides a password that is not known for that user and host. Type it in the place of {CameraAddress.Hidden}.");
        if (camera is null)
        {
            if (row.Cameras.Count >= MaxCameras)
            {
                throw new ProblemException(Problems.RequestInvalid, $"{row.Id} has {row.Cameras.Count} cameras; at most {MaxCameras} are taken. Remove one first.");
            }

            camera = new CameraRow { Device = row.Id, Id = id, Version = row.Version, Variant = row.Variant };
            row.Cameras.Add(camera);
        }

        (camera.Source, camera.Fps, camera.Loop) = (source, request.Fps, request.Loop);
        var (zones, lines) = (request.Zones ?? camera.Zones ?? [], request.Lines ?? camera.Lines ?? []);
        ZoneRules.ThrowIfBroken(zones, lines);
        (camera.Zones, camera.Lines) = (zones.Count > 0 ? zones : null, lines.Count > 0 ? lines : null);
        camera.Motion = request.Motion ?? camera.Motion;
    }

    private static string Names(DeviceRow row) =>
        row.Cameras.Count == 0 ? "none" : string.Join(", ", row.Cameras.Select(c => c.Id.ToString()).Order(StringComparer.Ordinal));
}
