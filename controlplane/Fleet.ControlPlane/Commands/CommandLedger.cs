using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Commands;

/// <summary>What directives may know of commands.</summary>
internal sealed class CommandLedger(IDbContextFactory<FleetStore> stores, TimeProvider time)
{
    /// <summary>The commands of each device that it may still take, oldest first.</summary>
    public async Task<ILookup<DeviceId, CommandRow>> OpenAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var open = await store.Set<CommandRow>().AsNoTracking()
            .Where(c => (c.State == CommandState.Waiting || c.State == CommandState.Running) && c.ExpiresAt > now)
            .OrderBy(c => c.Sequence).ToListAsync(cancellationToken);
        return open.ToLookup(c => c.Device);
    }
}
