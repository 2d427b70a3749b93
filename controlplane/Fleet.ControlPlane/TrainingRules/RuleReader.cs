using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Rollouts;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.TrainingRuns;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.TrainingRules;

/// <summary>Reads what a rule is decided by.</summary>
internal sealed class RuleReader(IDbContextFactory<FleetStore> stores, SampleCatalogue samples, RunQueue runs, VersionCatalogue versions, LiveDevices live, TimeProvider time)
{
    /// <summary>Facts, and the frames that a run would learn from and be measured on; frames are read only when the trigger has come.</summary>
    public async Task<(RuleFacts Facts, IReadOnlyList<SnapshotFrame> Learnt, IReadOnlyList<SnapshotFrame> HeldOut)> ReadAsync(RuleRow row, int labelled, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - row.StartedAt;
        var drifting = Drifting(row);
        var (learnt, heldOut) = RulePlanner.IsTriggered(row.Rule, row.NewLabels(labelled), since, drifting)
            ? LabelSplit.Of(await samples.LabelledInTimeAsync(row.Model, cancellationToken), row.Rule.HeldOutPercent, TimeSpan.FromMinutes(row.Rule.BlockMinutes))
            : ([], []);
        var run = row.Run is { } id ? await runs.FindAsync(id, cancellationToken) : null;
        var candidate = (row.Candidate ?? run?.Version) is { } version ? await versions.FindAsync(version, cancellationToken) : null;
        var facts = new RuleFacts(row.Rule, row.State, since, row.NewLabels(labelled), learnt.Count, heldOut.Count, run, candidate, await RolloutAsync(row.Rollout, cancellationToken), drifting);
        return (facts, learnt, heldOut);
    }

    /// <summary>The version of the model that most cameras should run, else its newest released one; null when there is none.</summary>
    public async Task<VersionId?> ChampionAsync(ModelName model, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var wanted = await store.Set<CameraRow>().Where(c => c.Version != null).Select(c => c.Version!.Value).ToListAsync(cancellationToken);
        var serving = wanted.Where(v => v.Model == model).GroupBy(v => v).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key.Number).FirstOrDefault();
        return serving?.Key ?? await versions.NewestReleasedAsync(model, cancellationToken);
    }

    /// <summary>An alarm that a run was started on is not a reason for the next one.</summary>
    private int Drifting(RuleRow row) => live.All.SelectMany(d => d.Value.Newest?.Drift ?? [])
        .Count(s => s.Version.Model == row.Model && (s.AlarmSince > row.StartedAt || (row.Runs == 0 && s.AlarmSince is not null)));

    /// <summary>A rollout of the version that is there already: this program was stopped between starting it and remembering it.</summary>
    public async Task<RolloutId?> StartedAsync(VersionId version, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var ids = await store.Set<RolloutRow>().Where(r => r.Version == version).Select(r => r.Id).ToListAsync(cancellationToken);
        return ids.Count > 0 ? ids[^1] : null;
    }

    private async Task<RolloutState?> RolloutAsync(RolloutId? rollout, CancellationToken cancellationToken)
    {
        if (rollout is not { } id)
        {
            return null;
        }

        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return (await store.Set<RolloutRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken))?.State;
    }
}
