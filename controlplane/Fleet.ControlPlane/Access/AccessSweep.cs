using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Access;

/// <summary>Removes what has expired.</summary>
internal sealed class AccessSweep(IDbContextFactory<FleetStore> stores, TimeProvider time) : IReconciler
{
    public string Name => "access-sweep";

    public TimeSpan Period => TimeSpan.FromHours(1);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        await store.Set<SessionRow>().Where(s => s.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        await store.Set<LinkRow>().Where(l => l.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        await store.Set<ApiKeyRow>().Where(k => k.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        return [];
    }
}
