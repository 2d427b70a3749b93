using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Audit;

internal static class AuditApi
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditLog>();

    public static void MapAudit(this Routes routes)
    {
        routes.Operator.MapGet("/audit", ListAsync).RequireAuthorization(Policies.Admin);
        routes.Operator.MapGet("/audit/head", (AuditLog log, CancellationToken c) => log.HeadAsync(c)).RequireAuthorization(Policies.Viewer);
    }

    /// <summary>Newest first, or from the beginning where <paramref name="oldest"/> is asked for: so it is checked.</summary>
    private static async Task<Ok<Page<AuditEntry>>> ListAsync(
        [AsParameters] PageQuery page, bool? oldest, string? who, string? act, bool? refused, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var rows = store.Set<AuditRow>().AsNoTracking();
        rows = who is null ? rows : rows.Where(r => r.Who == who);
        rows = act is null ? rows : rows.Where(r => r.Act.Contains(act));
        rows = refused is null ? rows : rows.Where(r => r.Status >= StatusCodes.Status400BadRequest == refused);
        var at = page.AfterNumber();
        rows = oldest is true
            ? rows.Where(r => r.Sequence > (at ?? 0)).OrderBy(r => r.Sequence)
            : rows.Where(r => r.Sequence < (at ?? long.MaxValue)).OrderByDescending(r => r.Sequence);
        var found = await rows.Take(page.Take() + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(page.Of(found, r => r.Sequence, r => r.Show()));
    }
}
