using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Samples;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Labelling;

/// <summary>Hands samples to people, one person a sample. A lease ends by itself, is kept alive while a page is open, and given back when it is left.</summary>
internal sealed class LabelQueue(IDbContextFactory<FleetStore> stores, TimeProvider time)
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    /// <returns>The next sample, now held by <paramref name="who"/>; null when none is left.</returns>
    public Task<Digest?> NextAsync(string who, LabelNextRequest request, CancellationToken cancellationToken) => ChangeAsync(async store =>
    {
        var free = Free(store, who, request, time.GetUtcNow());
        if (request.Strategy == LabelStrategy.Camera && await LeastLabelledAsync(store, free, cancellationToken) is var (device, camera))
        {
            free = free.Where(s => s.Device == device && s.Camera == camera);
        }

        var digest = await Ordered(free, request.Strategy).Select(s => (Digest?)s.Digest).FirstOrDefaultAsync(cancellationToken);
        if (digest is { } found)
        {
            await HoldAsync(store, found, who, cancellationToken);
        }

        return digest;
    }, cancellationToken);

    /// <summary>Takes this sample, or keeps it; what was drawn so far is stored with it.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.LabellingLeased"/>: it is someone else's now.</exception>
    public Task<DateTimeOffset> HoldAsync(Digest sample, string who, IReadOnlyList<Annotation>? draft, CancellationToken cancellationToken) => ChangeAsync(async store =>
    {
        var row = await store.Set<SampleRow>().AsNoTracking().SingleOrDefaultAsync(s => s.Digest == sample, cancellationToken)
            ?? throw new ProblemException(Problems.SampleUnknown, $"There is no sample {sample}. List them with GET /api/v1/samples.");
        var lease = await HoldAsync(store, sample, who, cancellationToken);
        if (draft is not null)
        {
            FrameRules.Check(draft, row.Frame.WidthPx, row.Frame.HeightPx);
            (lease.Draft, lease.DraftOf) = ([.. draft], row.Revision);
        }

        return lease.EndsAt;
    }, cancellationToken);

    /// <summary>Gives a sample back; a draft stays. Giving back what another holds changes nothing.</summary>
    public Task GiveBackAsync(Digest sample, string who, CancellationToken cancellationToken) => ChangeAsync(async store =>
    {
        await EndAsync(store, sample, who, cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>Gives a sample back and does not offer it to this person again.</summary>
    public Task SkipAsync(Digest sample, string who, CancellationToken cancellationToken) => ChangeAsync(async store =>
    {
        if (!await store.Set<SkipRow>().AnyAsync(s => s.By == who && s.Sample == sample, cancellationToken))
        {
            store.Add(new SkipRow { Sample = sample, By = who });
        }

        await EndAsync(store, sample, who, cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>Offers a person again what they skipped.</summary>
    public async Task<int> TakeBackSkipsAsync(string who, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await store.Set<SkipRow>().Where(s => s.By == who).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task<LabelCounts> CountAsync(string who, LabelNextRequest filter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var all = Filtered(store.Set<SampleRow>(), filter);
        var waiting = all.Where(s => s.State == SampleState.Unlabelled);
        return new LabelCounts(
            await waiting.CountAsync(cancellationToken),
            await all.CountAsync(s => store.Set<LeaseRow>().Any(l => l.Sample == s.Digest && l.EndsAt > now), cancellationToken),
            await waiting.CountAsync(s => store.Set<SkipRow>().Any(k => k.By == who && k.Sample == s.Digest), cancellationToken),
            await all.CountAsync(s => s.State == SampleState.Labelled, cancellationToken),
            await Unreviewed(store, all, who).CountAsync(cancellationToken),
            await all.CountAsync(s => s.State == SampleState.Discarded, cancellationToken));
    }

    private static IQueryable<SampleRow> Free(FleetStore store, string who, LabelNextRequest request, DateTimeOffset now)
    {
        var all = Filtered(store.Set<SampleRow>().AsNoTracking(), request);
        var wanted = request.Work == LabelWork.Review ? Unreviewed(store, all, who) : all.Where(s => s.State == SampleState.Unlabelled);
        return wanted
            .Where(s => !store.Set<LeaseRow>().Any(l => l.Sample == s.Digest && l.EndsAt > now))
            .Where(s => !store.Set<SkipRow>().Any(k => k.By == who && k.Sample == s.Digest));
    }

    private static IQueryable<SampleRow> Filtered(IQueryable<SampleRow> samples, LabelNextRequest request)
    {
        samples = request.Device is { } device ? samples.Where(s => s.Device == device) : samples;
        samples = request.Camera is { } camera ? samples.Where(s => s.Camera == camera) : samples;
        return request.Model is { } model ? samples.Where(s => s.Model == model) : samples;
    }

    private static IQueryable<SampleRow> Unreviewed(FleetStore store, IQueryable<SampleRow> samples, string who) => samples.Where(s =>
        s.State == SampleState.Labelled && s.LabelledBy != who && !store.Set<ReviewRow>().Any(r => r.Sample == s.Digest && r.Revision == s.Revision));

    private static IOrderedQueryable<SampleRow> Ordered(IQueryable<SampleRow> free, LabelStrategy strategy) => strategy switch
    {
        LabelStrategy.First => free.OrderBy(s => s.Sequence),
        LabelStrategy.Random => free.OrderBy(s => s.Chance).ThenBy(s => s.Sequence),
        LabelStrategy.Uncertainty => free.OrderByDescending(s => s.Doubt).ThenBy(s => s.Sequence),
        LabelStrategy.Value or LabelStrategy.Camera => free.OrderByDescending(s => s.Worth).ThenBy(s => s.Sequence),
        _ => throw new ProblemException(Problems.RequestInvalid, $"There is no strategy {strategy}. Wanted: {string.Join(", ", Enum.GetNames<LabelStrategy>())}."),
    };

    private static async Task<(DeviceId Device, CameraId Camera)?> LeastLabelledAsync(FleetStore store, IQueryable<SampleRow> free, CancellationToken cancellationToken)
    {
        var cameras = await free.Select(s => new { s.Device, s.Camera }).Distinct().ToListAsync(cancellationToken);
        var labelled = await store.Set<SampleRow>().Where(s => s.State == SampleState.Labelled).GroupBy(s => new { s.Device, s.Camera })
            .Select(g => new { g.Key.Device, g.Key.Camera, Count = g.Count() }).ToDictionaryAsync(g => (g.Device, g.Camera), g => g.Count, cancellationToken);
        return cameras.Select(c => ((DeviceId, CameraId)?)(c.Device, c.Camera))
            .MinBy(c => (labelled.GetValueOrDefault(c!.Value), $"{c.Value.Item1}/{c.Value.Item2}"));
    }

    private async Task<LeaseRow> HoldAsync(FleetStore store, Digest sample, string who, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var lease = await store.Set<LeaseRow>().SingleOrDefaultAsync(l => l.Sample == sample, cancellationToken);
        if (lease is null)
        {
            lease = new LeaseRow { Sample = sample, Holder = who, EndsAt = now + Lease };
            store.Add(lease);
        }
        else if (lease.Holder != who && lease.EndsAt > now)
        {
            throw new ProblemException(Problems.LabellingLeased, $"{lease.Holder} works on this frame until {lease.EndsAt:HH:mm:ss} UTC. Take the next one, or wait.");
        }

        (lease.Holder, lease.EndsAt) = (who, now + Lease);
        return lease;
    }

    private async Task EndAsync(FleetStore store, Digest sample, string who, CancellationToken cancellationToken)
    {
        if (await store.Set<LeaseRow>().SingleOrDefaultAsync(l => l.Sample == sample && l.Holder == who, cancellationToken) is not { } lease)
        {
            return;
        }

        if (lease.Draft is not null && await store.Set<SampleRow>().AnyAsync(s => s.Digest == sample && s.Revision == lease.DraftOf, cancellationToken))
        {
            lease.EndsAt = time.GetUtcNow();
        }
        else
        {
            store.Remove(lease);
        }
    }

    // the write lock is taken before anything is read, so that people who ask at once are answered one after the other
    private async Task<T> ChangeAsync<T>(Func<FleetStore, Task<T>> change, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var result = await change(store);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
