using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Rollouts;
using Fleet.ControlPlane.Samples;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.TrainingRules;

/// <summary>Takes every rule as far as its facts allow.</summary>
internal sealed class RuleReconciler(
    IDbContextFactory<FleetStore> stores, SampleCatalogue samples, RuleReader reader, RuleActs acts, ChangeFeed changes) : IReconciler
{
    // decisions of one round: start, settle and start again at once
    private const int MaxSteps = 4;

    public string Name => "training-rules";

    public TimeSpan Period => TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var models = await store.Set<RuleRow>().Select(r => r.Model).ToListAsync(cancellationToken);
        var failed = new List<string>();
        foreach (var model in models)
        {
            try
            {
                for (var i = 0; i < MaxSteps && await StepAsync(model, cancellationToken); i++)
                {
                }
            }
            catch (Exception e) when (e is DbUpdateException or ProblemException)
            {
                failed.Add($"Rule of {model}: {e.Message}");
            }
        }

        return failed;
    }

    /// <returns>Whether there may be another step to take at once.</returns>
    private async Task<bool> StepAsync(ModelName model, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await store.Set<RuleRow>().SingleOrDefaultAsync(r => r.Model == model, cancellationToken);
        if (row is null)
        {
            return false;
        }

        var labelled = await samples.CountLabelledAsync(model, cancellationToken);
        var (facts, learnt, heldOut) = await reader.ReadAsync(row, labelled, cancellationToken);
        var step = RulePlanner.Next(facts);
        row.Candidate = facts.Candidate?.Card.Version;
        switch (step)
        {
            case RuleStep.Wait:
                row.Wait(step.Why);
                break;
            case RuleStep.Start:
                await acts.StartAsync(store, row, step.Why, labelled, learnt, heldOut, cancellationToken);
                break;
            case RuleStep.Promote { Version: var version }:
                await acts.PromoteAsync(row, version, step.Why, cancellationToken);
                break;
            default:
                acts.Turn(row, step);
                break;
        }

        if (store.ChangeTracker.HasChanges())
        {
            await store.SaveChangesAsync(cancellationToken);
            changes.Publish("training", model.ToString());
        }

        return step is not RuleStep.Wait;
    }
}
