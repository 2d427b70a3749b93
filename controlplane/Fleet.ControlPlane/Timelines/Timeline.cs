using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Timelines;

/// <summary>Writes down what happened to devices, the newest <see cref="Kept"/> of each.</summary>
internal sealed class Timeline(IDbContextFactory<FleetStore> stores, TimeProvider time)
{
    public const int Kept = 300;
    private const int Longest = 500;

    /// <summary>Appends, in the transaction of <paramref name="store"/> where it has one.</summary>
    public async Task WriteAsync(FleetStore store, DeviceId device, IReadOnlyList<HappeningDraft> drafts, CancellationToken cancellationToken)
    {
        if (drafts.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        store.AddRange(drafts.Select(d => new HappeningRow { Device = device, At = now, Kind = d.Kind, Good = d.Good, Sentence = d.Sentence.Length <= Longest ? d.Sentence : d.Sentence[..Longest] }));
        await store.SaveChangesAsync(cancellationToken);
        store.ChangeTracker.Clear();
        var oldest = await store.Set<HappeningRow>().Where(h => h.Device == device).OrderByDescending(h => h.Sequence).Skip(Kept).Select(h => (long?)h.Sequence).FirstOrDefaultAsync(cancellationToken);
        if (oldest is { } last)
        {
            await store.Set<HappeningRow>().Where(h => h.Device == device && h.Sequence <= last).ExecuteDeleteAsync(cancellationToken);
        }
    }

    public async Task WriteAsync(DeviceId device, HappeningDraft draft, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await WriteAsync(store, device, [draft], cancellationToken);
    }

    /// <summary>Up to <paramref name="take"/> rows before <paramref name="before"/>, the newest first.</summary>
    public async Task<List<HappeningRow>> ReadAsync(DeviceId device, long before, int take, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await store.Set<HappeningRow>().AsNoTracking().Where(h => h.Device == device && h.Sequence < before).OrderByDescending(h => h.Sequence).Take(take).ToListAsync(cancellationToken);
    }
}
