using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Directives;

/// <summary>What other slices may know of directives.</summary>
internal sealed class DirectiveLedger(IDbContextFactory<FleetStore> stores)
{
    /// <summary>The newest directive of <paramref name="device"/>; null before the first.</summary>
    public async Task<DirectiveRow?> NewestAsync(DeviceId device, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await store.Set<DirectiveRow>().AsNoTracking().SingleOrDefaultAsync(d => d.Device == device, cancellationToken);
    }

    /// <summary>The newest generation of each; a device without directive is left out.</summary>
    public async Task<IReadOnlyDictionary<DeviceId, long>> GenerationsAsync(IReadOnlyList<DeviceId> devices, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await store.Set<DirectiveRow>().Where(d => devices.Contains(d.Device)).ToDictionaryAsync(d => d.Device, d => d.Generation, cancellationToken);
    }
}
