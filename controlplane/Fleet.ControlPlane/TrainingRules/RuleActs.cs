using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Rollouts;
using Fleet.ControlPlane.Snapshots;
using Fleet.ControlPlane.TrainingRuns;

namespace Fleet.ControlPlane.TrainingRules;

/// <summary>Carries out what a rule decided.</summary>
internal sealed class RuleActs(RuleReader reader, SnapshotAlbum album, RunQueue runs, VersionCatalogue versions, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>Run and row are saved by the caller together: a stop in between starts no run twice.</summary>
    public async Task StartAsync(
        FleetStore store, RuleRow row, string why, int labelled, IReadOnlyList<SnapshotFrame> learnt, IReadOnlyList<SnapshotFrame> heldOut, CancellationToken cancellationToken)
    {
        var name = $"{row.Model} run {row.Runs + 1}";
        var split = new SnapshotSplit(SnapshotPart.Learnt, row.Rule.HeldOutPercent, row.Rule.BlockMinutes);
        var (train, _) = await album.TakeBothAsync(name, $"{name}, held out", (learnt, heldOut), split, cancellationToken);
        var champion = await reader.ChampionAsync(row.Model, cancellationToken);
        var run = runs.Add(store, new TrainingRunRequest(row.Model, row.Rule.Recipe, champion, train.Digest, row.Rule.Seed + row.Runs, train.HeldOut!.Digest));
        row.Started(run.Id, labelled, $"{why} Run {run.Id} starts from {champion?.ToString() ?? "nothing"}.", time.GetUtcNow());
    }

    public async Task PromoteAsync(RuleRow row, VersionId version, string why, CancellationToken cancellationToken)
    {
        if (await reader.StartedAsync(version, cancellationToken) is not { } rollout)
        {
            var found = await versions.GetAsync(version, cancellationToken);
            await using var scope = scopes.CreateAsyncScope();
            var request = new RolloutRequest(version, Variant: null, row.Rule.Rings ?? [], row.Rule.Guards);
            rollout = (await scope.ServiceProvider.GetRequiredService<RolloutDesk>().StartAsync(request, found, $"rule of {row.Model}", cancellationToken)).Id;
        }

        row.RollsOut(rollout, why, time.GetUtcNow());
    }

    public void Turn(RuleRow row, RuleStep step) =>
        row.Turn(step is RuleStep.Accept ? TrainingRuleState.AwaitingRelease : TrainingRuleState.Waiting, step.Why, time.GetUtcNow());
}
