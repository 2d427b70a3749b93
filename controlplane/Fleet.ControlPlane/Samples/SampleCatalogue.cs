using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Samples;

/// <summary>A labelled sample as a frame of a snapshot, and when it was captured.</summary>
internal sealed record LabelledFrame(SnapshotFrame Frame, DateTimeOffset CapturedAt);

/// <summary>As much of a sample as browsing needs.</summary>
internal sealed record SampleOutline(DateTimeOffset CapturedAt, string Trigger, double Worth, SampleState State, IReadOnlyList<Annotation>? Label);

/// <summary>What other slices may know of samples.</summary>
internal sealed class SampleCatalogue(IDbContextFactory<FleetStore> stores)
{
    // SQLite takes 32,766 parameters a statement
    private const int Batch = 1000;

    /// <summary>Every labelled sample as a frame of a snapshot.</summary>
    public async Task<IReadOnlyList<SnapshotFrame>> LabelledAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var rows = await store.Set<SampleRow>().AsNoTracking().Where(s => s.State == SampleState.Labelled).ToListAsync(cancellationToken);
        return [.. rows.Select(Frame)];
    }

    /// <summary>Every labelled sample with its time, or those that are named.</summary>
    /// <exception cref="ProblemException">One that is named is unknown or not labelled.</exception>
    public async Task<IReadOnlyList<LabelledFrame>> LabelledInTimeAsync(IReadOnlyList<Digest>? samples, CancellationToken cancellationToken)
    {
        var frames = samples is null ? await LabelledAsync(cancellationToken) : await LabelledAsync(samples, cancellationToken);
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var found = new List<LabelledFrame>();
        foreach (var batch in frames.Chunk(Batch))
        {
            var digests = batch.Select(f => f.Digest).ToList();
            var times = await store.Set<SampleRow>().AsNoTracking().Where(s => digests.Contains(s.Digest)).ToDictionaryAsync(s => s.Digest, s => s.Frame.CapturedAt, cancellationToken);
            found.AddRange(batch.Select(f => new LabelledFrame(f, times[f.Digest])));
        }

        return found;
    }

    /// <summary>Every labelled sample that a camera running the model sent, with its time.</summary>
    public async Task<IReadOnlyList<LabelledFrame>> LabelledInTimeAsync(ModelName model, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var rows = await store.Set<SampleRow>().AsNoTracking().Where(s => s.Model == model && s.State == SampleState.Labelled).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new LabelledFrame(Frame(r), r.Frame.CapturedAt))];
    }

    /// <summary>The newest samples in a state, as frames of a snapshot; those without a label have no boxes.</summary>
    public async Task<IReadOnlyList<SnapshotFrame>> NewestAsync(SampleState state, int take, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var rows = await store.Set<SampleRow>().AsNoTracking().Where(s => s.State == state).OrderByDescending(s => s.Sequence).Take(take).ToListAsync(cancellationToken);
        return [.. rows.Select(Frame)];
    }

    /// <summary>How many samples that a camera running the model sent are labelled.</summary>
    public async Task<int> CountLabelledAsync(ModelName model, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await store.Set<SampleRow>().CountAsync(s => s.Model == model && s.State == SampleState.Labelled, cancellationToken);
    }

    /// <summary>The same for every model.</summary>
    public async Task<IReadOnlyDictionary<ModelName, int>> CountLabelledAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var counts = await store.Set<SampleRow>().Where(s => s.Model != null && s.State == SampleState.Labelled)
            .GroupBy(s => s.Model).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return counts.ToDictionary(c => c.Key!.Value, c => c.Count);
    }

    /// <summary>The named samples as frames of a snapshot.</summary>
    /// <exception cref="ProblemException">One is unknown or not labelled.</exception>
    public async Task<IReadOnlyList<SnapshotFrame>> LabelledAsync(IEnumerable<Digest> samples, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var frames = new List<SnapshotFrame>();
        foreach (var batch in samples.Distinct().Chunk(Batch))
        {
            var rows = await store.Set<SampleRow>().AsNoTracking().Where(s => batch.Contains(s.Digest)).ToDictionaryAsync(s => s.Digest, cancellationToken);
            frames.AddRange(batch.Select(digest => Frame(Labelled(rows.GetValueOrDefault(digest), digest))));
        }

        return frames;
    }

    /// <exception cref="ProblemException"><see cref="Problems.SampleUnknown"/>.</exception>
    public async Task RequireAsync(Digest sample, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        if (!await store.Set<SampleRow>().AnyAsync(s => s.Digest == sample, cancellationToken))
        {
            throw Unknown(sample);
        }
    }

    /// <summary>The newest samples that pass a filter.</summary>
    public async Task<IReadOnlyList<Digest>> DigestsAsync(SampleQuery query, int most, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await query.Of(store.Set<SampleRow>().AsNoTracking()).OrderByDescending(s => s.Sequence).Take(most).Select(s => s.Digest).ToListAsync(cancellationToken);
    }

    /// <summary>Samples as they are shown; one that is not there is left out.</summary>
    public Task<IReadOnlyDictionary<Digest, SampleResponse>> ShowAsync(IReadOnlyList<Digest> samples, CancellationToken cancellationToken) =>
        ReadAsync(samples, r => r.Show(), cancellationToken);

    /// <summary>The same for browsing.</summary>
    public Task<IReadOnlyDictionary<Digest, SampleOutline>> OutlineAsync(IReadOnlyList<Digest> samples, CancellationToken cancellationToken) =>
        ReadAsync(samples, r => new SampleOutline(r.Frame.CapturedAt, r.Trigger, r.Worth, r.State, r.Label), cancellationToken);

    private async Task<IReadOnlyDictionary<Digest, T>> ReadAsync<T>(IReadOnlyList<Digest> samples, Func<SampleRow, T> show, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var found = new Dictionary<Digest, T>(samples.Count);
        foreach (var batch in samples.Chunk(Batch))
        {
            await foreach (var row in store.Set<SampleRow>().AsNoTracking().Where(s => batch.Contains(s.Digest)).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                found[row.Digest] = show(row);
            }
        }

        return found;
    }

    private static ProblemException Unknown(Digest sample) => new(Problems.SampleUnknown, $"There is no sample {sample}. List them with GET /api/v1/samples.");

    private static SampleRow Labelled(SampleRow? row, Digest digest) => row switch
    {
        null => throw Unknown(digest),
        { State: not SampleState.Labelled } => throw new ProblemException(Problems.RequestInvalid, $"Sample {digest} is {row.State}. Label it first, or leave it out."),
        _ => row,
    };

    private static SnapshotFrame Frame(SampleRow row) =>
        new(row.Digest, row.Frame.WidthPx, row.Frame.HeightPx, row.Device, row.Camera, row.Label ?? []);
}
