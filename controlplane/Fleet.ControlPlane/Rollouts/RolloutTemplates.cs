using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Rollouts without their versions, kept under names. A rollout that was made from one is its own: changing the template changes no rollout.</summary>
internal sealed class RolloutTemplates(FleetStore store, ChangeFeed changes, TimeProvider time)
{
    public const int Max = 100;

    public static void Map(Routes routes)
    {
        var templates = routes.Operator.MapGroup("/rollout-templates");
        templates.MapGet("", (RolloutTemplates all, CancellationToken c) => all.ListAsync(c)).RequireAuthorization(Policies.Viewer);
        templates.MapGet("/{name}", (TemplateName name, RolloutTemplates all, CancellationToken c) => all.GetAsync(name, c)).RequireAuthorization(Policies.Viewer);
        templates.MapPut("/{name}", (TemplateName name, RolloutTemplateRequest rollout, RolloutTemplates all, ClaimsPrincipal user, CancellationToken c) => all.PutAsync(name, rollout, user.Name(), c)).RequireAuthorization(Policies.Operator);
        templates.MapDelete("/{name}", (TemplateName name, RolloutTemplates all, CancellationToken c) => all.DeleteAsync(name, c)).RequireAuthorization(Policies.Operator);
    }

    public async Task<List<RolloutTemplate>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.Set<RolloutTemplateRow>().AsNoTracking().OrderBy(t => t.Name).ToListAsync(cancellationToken)).Select(Show)];

    public async Task<RolloutTemplate> GetAsync(TemplateName name, CancellationToken cancellationToken) => Show(await FindAsync(name, cancellationToken) ?? throw Unknown(name));

    /// <summary>Saves it, over one of the same name.</summary>
    public async Task<Ok<RolloutTemplate>> PutAsync(TemplateName name, RolloutTemplateRequest rollout, string by, CancellationToken cancellationToken)
    {
        RolloutDraft.Check(rollout);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await FindAsync(name, cancellationToken);
        if (row is null)
        {
            if (await store.Set<RolloutTemplateRow>().CountAsync(cancellationToken) >= Max)
            {
                throw new ProblemException(Problems.RequestInvalid, $"There are {Max} templates, which is the most there can be; delete one first.");
            }

            row = new RolloutTemplateRow { Name = name };
            store.Add(row);
        }

        (row.Rollout, row.SavedAt, row.SavedBy) = (rollout, time.GetUtcNow(), by);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("template", name.ToString());
        return TypedResults.Ok(Show(row));
    }

    public async Task<NoContent> DeleteAsync(TemplateName name, CancellationToken cancellationToken)
    {
        store.Remove(await FindAsync(name, cancellationToken) ?? throw Unknown(name));
        await store.SaveChangesAsync(cancellationToken);
        changes.Publish("template", name.ToString());
        return TypedResults.NoContent();
    }

    private static RolloutTemplate Show(RolloutTemplateRow row) => new(row.Name, row.Rollout, row.SavedAt, row.SavedBy);

    private static ProblemException Unknown(TemplateName name) =>
        new(Problems.RolloutTemplateUnknown, $"No template is called {name}. List them with GET /api/v1/rollout-templates.");

    private Task<RolloutTemplateRow?> FindAsync(TemplateName name, CancellationToken cancellationToken) =>
        store.Set<RolloutTemplateRow>().SingleOrDefaultAsync(t => t.Name == name, cancellationToken);
}

internal sealed class RolloutTemplateRow : IEntityTypeConfiguration<RolloutTemplateRow>
{
    public TemplateName Name { get; set; }

    public RolloutTemplateRequest Rollout { get; set; } = new([]);

    public DateTimeOffset SavedAt { get; set; }

    public string SavedBy { get; set; } = "";

    public void Configure(EntityTypeBuilder<RolloutTemplateRow> builder)
    {
        builder.ToTable("RolloutTemplates").HasKey(t => t.Name);
        builder.Property(t => t.Rollout).HasJson(FleetJson.Tolerant.RolloutTemplateRequest);
    }
}
