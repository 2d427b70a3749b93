using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Models whose rollouts need approval. Only an Admin changes that: whoever could lift it could go round it.</summary>
internal sealed class RolloutRules(FleetStore store)
{
    public static void Map(Routes routes)
    {
        var settings = routes.Operator.MapGroup("/rollout-settings");
        settings.MapGet("", (RolloutRules rules, CancellationToken c) => rules.ListAsync(c)).RequireAuthorization(Policies.Viewer);
        settings.MapPut("/{model}", (ModelName model, RolloutSettingsRequest request, RolloutRules rules, CancellationToken c) => rules.PutAsync(model, request, c)).RequireAuthorization(Policies.Admin);
    }

    public Task<List<RolloutSettings>> ListAsync(CancellationToken cancellationToken) =>
        store.Set<RolloutSettingsRow>().AsNoTracking().OrderBy(s => s.Model).Select(s => new RolloutSettings(s.Model, s.NeedsApproval)).ToListAsync(cancellationToken);

    public async Task<Ok<RolloutSettings>> PutAsync(ModelName model, RolloutSettingsRequest request, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await store.Set<RolloutSettingsRow>().FindAsync([model], cancellationToken);
        if (row is null)
        {
            row = new RolloutSettingsRow { Model = model };
            store.Add(row);
        }

        row.NeedsApproval = request.NeedsApproval;
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Ok(new RolloutSettings(model, row.NeedsApproval));
    }
}
