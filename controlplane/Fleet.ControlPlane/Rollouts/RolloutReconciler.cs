using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Takes every running rollout as far as the evidence allows, and tells those that a finished one left behind when they are back.</summary>
internal sealed class RolloutReconciler(
    IDbContextFactory<FleetStore> stores, LiveDevices live, ChangeFeed changes, Wake<DirectiveReconciler> directives, RolloutWatch watch, TimeProvider time) : IReconciler
{
    public string Name => "rollouts";

    public TimeSpan Period => TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await watch.RestAsync(cancellationToken);
        var began = time.GetTimestamp();
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var running = await store.Set<RolloutRow>().Where(r => r.State == RolloutState.Running || r.State == RolloutState.Paused || (r.State == RolloutState.Finished && r.Follows)).Select(r => r.Id).ToListAsync(cancellationToken);
        var (failed, measured) = (new List<string>(), new HashSet<DeviceId>());
        foreach (var id in running)
        {
            try
            {
                while (await StepAsync(id, measured, cancellationToken))
                {
                }
            }
            catch (Exception e) when (e is DbUpdateException or ProblemException)
            {
                failed.Add($"Rollout {id}: {e.Message}");
            }
        }

        watch.Looked(measured, began);
        return failed;
    }

    /// <returns>Whether there may be another step to take at once.</returns>
    private async Task<bool> StepAsync(RolloutId id, HashSet<DeviceId> measured, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var rollout = await store.Set<RolloutRow>().Include(r => r.Devices).SingleAsync(r => r.Id == id, cancellationToken);
        if (!RolloutTurn.IsLive(rollout))
        {
            return false;
        }

        var devices = await store.Set<DeviceRow>().Include(d => d.Cameras).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        var others = new RolloutOthers(
            await RolloutClaims.NewerAsync(store, rollout, devices, cancellationToken),
            await RolloutClaims.SentAsync(store, devices, now, cancellationToken),
            await store.Set<DirectiveRow>().ToDictionaryAsync(d => d.Device, d => d.Generation, cancellationToken));
        var before = rollout.Revision;
        var (step, news) = RolloutTurn.Take(rollout, devices, d => live.Of(d), others, now);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        measured.UnionWith(RolloutEar.Measured(rollout));
        if (news || rollout.Revision != before)
        {
            changes.Publish("rollout", id.ToString());
        }

        if (news || step is not (null or RolloutStep.Wait))
        {
            directives.Now();
        }

        return step is { GoesOn: true };
    }
}
