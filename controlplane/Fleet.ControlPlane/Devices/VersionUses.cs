using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Devices;

/// <summary>How many cameras each version is meant for, by the store, and serves, by what connected devices say.</summary>
internal sealed class VersionUses(FleetStore store, LiveDevices live)
{
    public async Task<IReadOnlyList<VersionUse>> CountAsync(CancellationToken cancellationToken)
    {
        var shutOut = (await store.Set<DeviceRow>().AsNoTracking().Where(d => d.Revoked).Select(d => d.Id).ToListAsync(cancellationToken)).ToHashSet();
        var wanted = await store.Set<CameraRow>().AsNoTracking().Where(c => c.Version != null)
            .GroupBy(c => new { c.Device, c.Version }).Select(g => new { g.Key.Device, g.Key.Version, Cameras = g.Count() }).ToListAsync(cancellationToken);
        return Of([.. wanted.Where(w => !shutOut.Contains(w.Device)).Select(w => (w.Version!.Value, w.Cameras))], Running(shutOut));
    }

    /// <param name="wanted">A line for each device and version: how many of its cameras should run it.</param>
    /// <param name="running">A line for each camera that runs one.</param>
    internal static IReadOnlyList<VersionUse> Of(IReadOnlyList<(VersionId Version, int Cameras)> wanted, IEnumerable<VersionId> running)
    {
        var (meant, served) = (wanted.ToLookup(w => w.Version, w => w.Cameras), running.CountBy(v => v).ToDictionary());
        return
        [
            .. from version in meant.Select(m => m.Key).Union(served.Keys)
               orderby version.Model.ToString(), version.Number
               select new VersionUse(version, meant[version].Count(), meant[version].Sum(), served.GetValueOrDefault(version)),
        ];
    }

    private IEnumerable<VersionId> Running(HashSet<DeviceId> shutOut) =>
        from device in live.All
        where device.Value.Presence == Presence.Online && !shutOut.Contains(device.Key)
        from camera in device.Value.Reported?.Cameras ?? []
        where camera.Version is not null
        select camera.Version!.Value;
}
