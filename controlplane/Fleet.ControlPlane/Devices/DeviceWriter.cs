using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.ControlPlane.Commands;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Rollouts;
using Fleet.ControlPlane.Timelines;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Devices;

/// <summary>Writes what devices said, all of a quarter of a second in one transaction. What a crash loses, a device says again when it reconnects.</summary>
internal sealed class DeviceWriter(
    IDbContextFactory<FleetStore> stores, LiveDevices live, Timeline timeline, ChangeFeed changes, DeviceListeners listeners, TimeProvider time) : IReconciler
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<DeviceId, bool> _dirty = new();

    // as the store has it; read from there once, so that a heartbeat costs no reading
    private readonly ConcurrentDictionary<DeviceId, (Presence Presence, Reported? Reported)> _written = new();

    public string Name => "device-writer";

    public TimeSpan Period => TimeSpan.FromSeconds(30);

    public int Waiting => _dirty.Count;

    /// <summary>Something was heard of it; <paramref name="reported"/> where that includes a report.</summary>
    public void Mark(DeviceId device, bool reported) => _dirty.AddOrUpdate(device, reported, (_, before) => before || reported);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        if (_dirty.IsEmpty)
        {
            return [];
        }

        await Task.Delay(Gather, time, cancellationToken);
        var batch = _dirty.Keys.ToDictionary(id => id, id => _dirty.TryRemove(id, out var reported) && reported);
        try
        {
            await WriteAsync(batch, cancellationToken);
        }
        catch
        {
            foreach (var (id, reported) in batch)
            {
                Mark(id, reported);
            }

            throw;
        }

        Tell(batch);
        return [];
    }

    private async Task WriteAsync(Dictionary<DeviceId, bool> batch, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var written = new Dictionary<DeviceId, (Presence, Reported?)>();
        foreach (var (id, reported) in batch)
        {
            var said = live.Of(id);
            var before = await BeforeAsync(store, id, cancellationToken);
            var row = store.Set<DeviceRow>().Where(d => d.Id == id);
            await row.ExecuteUpdateAsync(s => s.SetProperty(d => d.LastSeenAt, said.LastSeenAt).SetProperty(d => d.LastPresence, said.Said), cancellationToken);
            if (reported)
            {
                await row.ExecuteUpdateAsync(s => s.SetProperty(d => d.Reported, said.Reported), cancellationToken);
            }

            await timeline.WriteAsync(store, id, [.. Told(before, said)], cancellationToken);
            written[id] = (said.Presence, said.Reported ?? before.Reported);
        }

        await transaction.CommitAsync(cancellationToken);
        foreach (var (id, state) in written)
        {
            _written[id] = state;
        }
    }

    private async Task<(Presence Presence, Reported? Reported)> BeforeAsync(FleetStore store, DeviceId id, CancellationToken cancellationToken)
    {
        if (_written.TryGetValue(id, out var known))
        {
            return known;
        }

        var row = await store.Set<DeviceRow>().AsNoTracking().Where(d => d.Id == id).Select(d => new { d.LastPresence, d.Reported }).FirstOrDefaultAsync(cancellationToken);
        return (row?.LastPresence ?? Presence.Offline, row?.Reported);
    }

    private static IEnumerable<HappeningDraft> Told((Presence Presence, Reported? Reported) before, LiveDevice now) =>
        HappeningPlanner.Between(before.Presence, now.Presence)
            .Concat(now.Reported is { } reported && !ReferenceEquals(reported, before.Reported) ? HappeningPlanner.Between(before.Reported, reported) : []);

    private void Tell(Dictionary<DeviceId, bool> batch)
    {
        foreach (var id in batch.Keys)
        {
            changes.Publish("device", id.ToString());
        }

        if (batch.ContainsValue(true) || listeners.Measured.Wants(batch.Keys))
        {
            listeners.Rollouts.Now();
        }

        if (batch.Any(b => b.Value && live.Of(b.Key).Reported is { Commands.Count: > 0 }))
        {
            listeners.Commands.Now();
        }
    }
}

/// <summary>Who must know when devices reported, or said what they counted.</summary>
internal sealed record DeviceListeners(Wake<RolloutReconciler> Rollouts, RolloutWatch Measured, Wake<CommandReconciler> Commands);
