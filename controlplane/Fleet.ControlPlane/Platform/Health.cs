using System.Reflection;
using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Platform;

/// <summary>Answers whether the control plane works; who is signed in also sees its background work.</summary>
internal sealed class Health(IDbContextFactory<FleetStore> stores, ReconcilerDriver driver)
{
    private static readonly string Version = typeof(Health).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public async Task<HealthResponse> AskAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var loops = driver.States.Select(s => new LoopHealth(s.Name, s.LastRunAt, s.LastTook.TotalMilliseconds, s.LastError, s.Runs, s.Failures)).ToList();
        var status = await DatabaseAnswersAsync(cancellationToken)
            ? loops.Find(l => l.LastError is not null) is { } failing ? $"{failing.Name}-failing" : "ok"
            : "database-unavailable";
        return new HealthResponse(status, Version, user.Role() is null ? null : loops);
    }

    private async Task<bool> DatabaseAnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var store = await stores.CreateDbContextAsync(cancellationToken);
            await store.Database.ExecuteSqlRawAsync("SELECT 1", cancellationToken);
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
