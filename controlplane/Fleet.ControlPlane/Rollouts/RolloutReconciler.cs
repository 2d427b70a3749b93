using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Takes every running rollout as far as the evidence allows.</summary>
internal sealed class RolloutReconciler(
    IDbContextFactory<FleetStore> stores, LiveDevices live, ChangeFeed changes, Wake<DirectiveReconciler> directives, TimeProvider time) : IReconciler
{
    public string Name => "rollouts";

    public TimeSpan Period => TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var running = await store.Set<RolloutRow>().Where(r => r.State == RolloutState.Running).Select(r => r.Id).ToListAsync(cancellationToken);
        var failed = new List<string>();
        foreach (var id in running)
        {
            try
            {
                while (await StepAsync(id, cancellationToken))
                {
                }
            }
            catch (Exception e) when (e is DbUpdateException or ProblemException)
            {
                failed.Add($"Rollout {id}: {e.Message}");
            }
        }

        return failed;
    }

    /// <returns>Whether there may be another step to take at once.</returns>
    private async Task<bool> StepAsync(RolloutId id, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var rollout = await store.Set<RolloutRow>().Include(r => r.Devices).SingleAsync(r => r.Id == id, cancellationToken);
        if (rollout.State != RolloutState.Running)
        {
            return false;
        }

        var devices = await store.Set<DeviceRow>().Include(d => d.Cameras).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        RolloutActs.Observe(rollout, devices, d => live.Of(d).Newest, now);
        var evidence = RolloutEvidence.Of(rollout, devices, d => live.Of(d).Presence == Presence.Online, now);
        var step = RolloutPlanner.Next(rollout.Rings, rollout.Open, evidence);
        var generations = await store.Set<DirectiveRow>().ToDictionaryAsync(d => d.Device, d => d.Generation, cancellationToken);
        Apply(rollout, step, new RolloutActs(rollout, devices, evidence, generations, d => live.Of(d).Newest, now));
        var news = rollout.Say(now, step.Why);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (news)
        {
            changes.Publish("rollout", id.ToString());
        }

        if (step is not RolloutStep.Wait)
        {
            directives.Now();
        }

        return step is RolloutStep.OpenRing or RolloutStep.Tell;
    }

    private static void Apply(RolloutRow rollout, RolloutStep step, RolloutActs acts)
    {
        switch (step)
        {
            case RolloutStep.OpenRing { Ring: var ring }:
                rollout.Open = ring;
                acts.TellRing(ring);
                break;
            case RolloutStep.Tell { Devices: var devices }:
                acts.Tell(devices);
                break;
            case RolloutStep.Pause:
                rollout.State = RolloutState.Paused;
                rollout.Asked = RolloutEvidence.Inconclusive(acts.Evidence);
                break;
            case RolloutStep.RollBack:
                rollout.State = RolloutState.RolledBack;
                acts.TakeBack();
                break;
            case RolloutStep.Finish:
                rollout.State = RolloutState.Finished;
                break;
            case RolloutStep.Wait:
                break;
        }
    }
}
