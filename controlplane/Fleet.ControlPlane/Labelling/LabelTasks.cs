using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Registry;
using Fleet.ControlPlane.Samples;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Labelling;

/// <summary>Everything that a person needs to work on a frame.</summary>
internal sealed class LabelTasks(IDbContextFactory<FleetStore> stores, VersionCatalogue versions)
{
    private const int MaxProposals = 20;
    private static readonly string[] Measures = [HeldOutMetrics.Result, "map50"];

    public async Task<LabelTask> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var sample = await FindAsync(store, digest, cancellationToken);
        var lease = await store.Set<LeaseRow>().AsNoTracking().SingleOrDefaultAsync(l => l.Sample == digest, cancellationToken);
        var reviews = await store.Set<ReviewRow>().AsNoTracking().Where(r => r.Sample == digest).OrderByDescending(r => r.Sequence).Take(10).ToListAsync(cancellationToken);
        var draft = lease?.DraftOf == sample.Revision ? lease.Draft : null;
        var (version, card, boxes) = await BestAsync(store, sample, cancellationToken);
        return new LabelTask(
            sample.Show(),
            lease?.EndsAt ?? default,
            Classes(card, sample, boxes, draft),
            version,
            boxes,
            draft,
            [.. reviews.Select(r => r.Show())]);
    }

    /// <summary>Keeps what a version finds; the same version again replaces it.</summary>
    /// <exception cref="ProblemException">The sample or the version is unknown, or there are too many versions of the sample.</exception>
    public async Task ProposeAsync(Digest digest, ProposalsRequest request, CancellationToken cancellationToken)
    {
        await versions.GetAsync(request.Version, cancellationToken);
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var sample = await FindAsync(store, digest, cancellationToken);
        FrameRules.Check(sample.Frame with { Detections = request.Detections });
        var rows = await store.Set<ProposalRow>().Where(p => p.Sample == digest).ToListAsync(cancellationToken);
        if (rows.Find(r => r.Version == request.Version) is { } known)
        {
            known.Detections = [.. request.Detections];
        }
        else if (rows.Count >= MaxProposals)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{MaxProposals} versions have looked at this frame already, and no more are kept.");
        }
        else
        {
            store.Add(new ProposalRow { Sample = digest, Version = request.Version, Detections = [.. request.Detections] });
        }

        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The newest label of the same camera among the frames that came before; null when there is none.</summary>
    public async Task<EarlierLabel?> EarlierAsync(Digest digest, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var sample = await FindAsync(store, digest, cancellationToken);
        var row = await store.Set<SampleRow>().AsNoTracking()
            .Where(s => s.Device == sample.Device && s.Camera == sample.Camera && s.Sequence < sample.Sequence && s.State == SampleState.Labelled)
            .OrderByDescending(s => s.Sequence).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : new EarlierLabel(row.Digest, row.Label ?? []);
    }

    private static async Task<SampleRow> FindAsync(FleetStore store, Digest digest, CancellationToken cancellationToken) =>
        await store.Set<SampleRow>().AsNoTracking().SingleOrDefaultAsync(s => s.Digest == digest, cancellationToken)
        ?? throw new ProblemException(Problems.SampleUnknown, $"There is no sample {digest}. List them with GET /api/v1/samples.");

    private static List<string> Classes(ModelCard? card, SampleRow sample, IReadOnlyList<Detection> proposals, IReadOnlyList<Annotation>? draft)
    {
        var named = proposals.Select(d => d.Label).Concat(sample.Label?.Select(a => a.Label) ?? []).Concat(draft?.Select(a => a.Label) ?? []);
        var all = (card?.Classes ?? []).Concat(named).Distinct(StringComparer.Ordinal).ToList();
        return all.Count > 0 ? all : ["object"];
    }

    /// <summary>Of the versions that looked at a frame, the one that measured best; without measures, the newest.</summary>
    private async Task<(VersionId?, ModelCard?, IReadOnlyList<Detection>)> BestAsync(FleetStore store, SampleRow sample, CancellationToken cancellationToken)
    {
        var sent = await store.Set<ProposalRow>().AsNoTracking().Where(p => p.Sample == sample.Digest).ToListAsync(cancellationToken);
        var looks = sent.Select(p => (p.Version, Boxes: (IReadOnlyList<Detection>)p.Detections)).ToList();
        if (sample.Frame.Version is { } own && looks.TrueForAll(l => l.Version != own))
        {
            looks.Add((own, sample.Frame.Detections));
        }

        var known = new List<(VersionId Version, VersionResponse? Response, IReadOnlyList<Detection> Boxes)>();
        foreach (var (version, boxes) in looks)
        {
            known.Add((version, await versions.FindAsync(version, cancellationToken), boxes));
        }

        // a device tells of what it doubts as well, which says that a frame is worth a look and not what is on it
        if (sample.Frame.Version is { } at && known.FindIndex(k => k.Version == at && k.Boxes == sample.Frame.Detections) is >= 0 and var i)
        {
            known[i] = known[i] with { Boxes = [.. known[i].Boxes.Where(d => d.Score >= (known[i].Response?.Card.ScoreThreshold ?? 0))] };
        }

        return known.Count == 0
            ? (null, null, sample.Frame.Detections)
            : known.OrderByDescending(k => Measure(k.Response?.Card)).ThenByDescending(k => k.Response?.CreatedAt).Select(k => (k.Version, k.Response?.Card, k.Boxes)).First();
    }

    private static double Measure(ModelCard? card) =>
        Measures.Select(m => card?.Metrics.TryGetValue(m, out var value) == true ? value : (double?)null).FirstOrDefault(v => v is not null) ?? -1;
}
