using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Rollouts;
using Fleet.ControlPlane.Samples;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.TrainingRules;

internal static class TrainingRulesApi
{
    public static IServiceCollection AddTrainingRules(this IServiceCollection services) =>
        services.AddSingleton<RuleReader>().AddSingleton<RuleActs>().AddReconciler<RuleReconciler>();

    public static void MapTrainingRules(this Routes routes)
    {
        var rules = routes.Operator.MapGroup("/training-rules");
        rules.MapGet("", ListAsync).RequireAuthorization(Policies.Viewer);
        rules.MapGet("/{model}", GetAsync).RequireAuthorization(Policies.Viewer);
        rules.MapPut("/{model}", PutAsync).RequireAuthorization(Policies.Operator);
        rules.MapDelete("/{model}", DeleteAsync).RequireAuthorization(Policies.Operator);
    }

    private static async Task<Ok<Page<TrainingRuleResponse>>> ListAsync(
        [AsParameters] PageQuery page, SampleCatalogue samples, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var after = page.After() ?? "";
        var found = await store.Set<RuleRow>().FromSql($"""SELECT * FROM "TrainingRules" WHERE "Model" > {after}""")
            .AsNoTracking().OrderBy(r => r.Model).Take(page.Take() + 1).ToListAsync(cancellationToken);
        var labelled = await samples.CountLabelledAsync(cancellationToken);
        return TypedResults.Ok(page.Of(found, r => r.Model.ToString(), r => r.Show(labelled.GetValueOrDefault(r.Model))));
    }

    private static async Task<Ok<TrainingRuleResponse>> GetAsync(
        ModelName model, HttpResponse response, SampleCatalogue samples, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await FindAsync(store, model, cancellationToken) ?? throw Unknown(model);
        response.Headers.ETag = row.ETag;
        return TypedResults.Ok(row.Show(await samples.CountLabelledAsync(model, cancellationToken)));
    }

    /// <summary>Makes the rule, or changes it where If-Match names what was read.</summary>
    private static async Task<Ok<TrainingRuleResponse>> PutAsync(
        ModelName model,
        TrainingRuleRequest rule,
        HttpContext context,
        SampleCatalogue samples,
        IDbContextFactory<FleetStore> stores,
        Wake<RuleReconciler> wake,
        ChangeFeed changes,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        Check(rule);
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        // the write lock is taken before anything is read: the rule's own progress does not get between
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var (row, by, now) = (await FindAsync(store, model, cancellationToken), context.User.Name(), time.GetUtcNow());
        if (row is null)
        {
            row = new RuleRow { Model = model, Rule = rule, StartedAt = now, LabelledAtStart = 0 };
            row.Turn(TrainingRuleState.Waiting, $"{by} made the rule.", now);
            store.Add(row);
        }
        else
        {
            ETags.RequireMatch(context.Request, row.ETag);
            row.Change(rule, by, now);
        }

        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        wake.Now();
        changes.Publish("training", model.ToString());
        context.Response.Headers.ETag = row.ETag;
        return TypedResults.Ok(row.Show(await samples.CountLabelledAsync(model, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(ModelName model, IDbContextFactory<FleetStore> stores, ChangeFeed changes, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        store.Remove(await FindAsync(store, model, cancellationToken) ?? throw Unknown(model));
        await store.SaveChangesAsync(cancellationToken);
        changes.Publish("training", model.ToString());
        return TypedResults.NoContent();
    }

    private static void Check(TrainingRuleRequest rule)
    {
        if (rule is { NewLabels: null, EveryHours: null, OnDrift: false })
        {
            throw new ProblemException(Problems.RequestInvalid, "A rule needs a trigger. Give newLabels, everyHours, onDrift or several of them.");
        }

        if (rule.Rings is { } rings)
        {
            RolloutDraft.CheckRings(rings);
        }

        GuardRules.Check(rule.Guards ?? [], rule.Rings ?? []);
    }

    private static Task<RuleRow?> FindAsync(FleetStore store, ModelName model, CancellationToken cancellationToken) =>
        store.Set<RuleRow>().SingleOrDefaultAsync(r => r.Model == model, cancellationToken);

    private static ProblemException Unknown(ModelName model) =>
        new(Problems.TrainingRuleUnknown, $"{model} has no training rule. List them with GET /api/v1/training-rules.");
}
