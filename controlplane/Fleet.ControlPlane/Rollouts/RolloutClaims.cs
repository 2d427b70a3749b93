using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What other rollouts have to do with one: the cameras they hold, and what they sent.</summary>
internal static class RolloutClaims
{
    /// <summary>Cameras that a newer rollout has or will have: two never pull at one camera.</summary>
    public static async Task<IReadOnlySet<(DeviceId, CameraId)>> NewerAsync(FleetStore store, RolloutRow rollout, IReadOnlyList<DeviceRow> devices, CancellationToken cancellationToken)
    {
        var newer = await store.Set<RolloutRow>().Include(r => r.Devices).AsNoTracking()
            .Where(r => r.BeganAt != null && r.BeganAt > rollout.BeganAt && r.State != RolloutState.RolledBack).ToListAsync(cancellationToken);
        return Of(newer, devices);
    }

    /// <summary>What rollouts hold: a live one all cameras of its rings, an ended one those that it told.</summary>
    public static IReadOnlySet<(DeviceId, CameraId)> Of(IReadOnlyList<RolloutRow> rollouts, IReadOnlyList<DeviceRow> devices) =>
        rollouts.SelectMany(r => r.State is RolloutState.Running or RolloutState.Paused
            ? RingMembers.Of(r, devices).SelectMany(m => m.Cameras.Select(c => (m.Device, c)))
            : r.Devices.Where(d => d.ToldAt is not null).SelectMany(d => d.Cameras.Select(c => (d.Device, c)))).ToHashSet();

    /// <summary>What was sent within the last hour.</summary>
    public static async Task<IReadOnlyList<Sent>> SentAsync(FleetStore store, IReadOnlyList<DeviceRow> devices, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - Traffic.Hour;
        var rows = await store.Set<RolloutDeviceRow>().AsNoTracking().Where(d => d.SentAt > since).Select(d => new { d.Device, d.SentAt, d.SentBytes }).ToListAsync(cancellationToken);
        var sites = devices.ToDictionary(d => d.Id, d => d.Site);
        return [.. rows.Select(r => new Sent(r.SentAt!.Value, sites.GetValueOrDefault(r.Device), r.SentBytes))];
    }
}
