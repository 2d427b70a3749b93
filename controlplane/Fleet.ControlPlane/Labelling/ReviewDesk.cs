using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Samples;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Labelling;

/// <summary>A second person accepts, corrects or returns a label; how far both agree is kept.</summary>
internal sealed class ReviewDesk(IDbContextFactory<FleetStore> stores, ChangeFeed changes, TimeProvider time)
{
    private const int MaxBoxesCompared = FrameRules.MaxBoxes;

    public async Task<SampleResponse> ReviewAsync(Digest digest, string by, ReviewRequest request, HttpRequest http, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var sample = await store.Set<SampleRow>().SingleOrDefaultAsync(s => s.Digest == digest, cancellationToken)
            ?? throw new ProblemException(Problems.SampleUnknown, $"There is no sample {digest}. List them with GET /api/v1/samples.");
        ETags.RequireMatch(http, sample.ETag);
        Check(sample, by, request);
        var (before, labelledBy) = (sample.Label ?? [], sample.LabelledBy!);
        Change(sample, by, request);
        store.Add(new ReviewRow
        {
            Sample = digest,
            Revision = sample.Revision,
            By = by,
            At = time.GetUtcNow(),
            Verdict = request.Verdict,
            Note = request.Note,
            LabelledBy = labelledBy,
            Before = before,
            Agreement = request.Verdict == ReviewVerdict.Returned ? null : Agreement.Of(before, sample.Label ?? []),
        });
        await LeaveAsync(store, sample, request.Verdict == ReviewVerdict.Returned ? before : null, by, cancellationToken);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("sample", digest.ToString());
        return sample.Show();
    }

    /// <summary>Agreement over all labels that were reviewed, then person by person.</summary>
    public async Task<List<LabelAgreement>> AgreementAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var rows = await store.Set<ReviewRow>().AsNoTracking().Select(r => new Reviewed(r.LabelledBy, r.Verdict, r.Agreement)).ToListAsync(cancellationToken);
        var people = rows.GroupBy(r => r.LabelledBy, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Of(g.Key, [.. g]));
        return rows.Count == 0 ? [] : [Of("*", rows), .. people];
    }

    private static LabelAgreement Of(string whose, IReadOnlyList<Reviewed> rows) => new(
        whose,
        rows.Count,
        rows.Count(r => r.Verdict == ReviewVerdict.Accepted),
        rows.Count(r => r.Verdict == ReviewVerdict.Returned),
        Agreement.Sum(rows.Select(r => r.Agreement).OfType<BoxAgreement>()));

    private static void Check(SampleRow sample, string by, ReviewRequest request)
    {
        if (sample.State != SampleState.Labelled)
        {
            throw new ProblemException(Problems.LabellingReview, $"The sample is {sample.State}, so there is no label to review.");
        }

        if (sample.LabelledBy == by)
        {
            throw new ProblemException(Problems.LabellingReview, "You made this label yourself. Someone else has to review it.");
        }

        if (!Enum.IsDefined(request.Verdict) || request.Verdict == ReviewVerdict.Corrected != request.Boxes is not null || request.Boxes?.Count > MaxBoxesCompared)
        {
            throw new ProblemException(Problems.RequestInvalid, $"Corrected comes with all boxes (at most {MaxBoxesCompared}), the other verdicts with none.");
        }
    }

    private static void Change(SampleRow sample, string by, ReviewRequest request)
    {
        if (request.Verdict == ReviewVerdict.Corrected)
        {
            sample.Change(new LabelRequest(SampleState.Labelled, request.Boxes!), by);
        }
        else if (request.Verdict == ReviewVerdict.Returned)
        {
            sample.Change(new LabelRequest(SampleState.Unlabelled, []), by);
        }
    }

    // a label that goes back is not lost: whoever takes the frame next begins with it
    private async Task LeaveAsync(FleetStore store, SampleRow sample, List<Annotation>? draft, string by, CancellationToken cancellationToken)
    {
        var lease = await store.Set<LeaseRow>().SingleOrDefaultAsync(l => l.Sample == sample.Digest, cancellationToken);
        if (lease is null && draft is not null)
        {
            store.Add(new LeaseRow { Sample = sample.Digest, Holder = by, EndsAt = time.GetUtcNow(), Draft = draft, DraftOf = sample.Revision });
        }
        else if (lease is not null)
        {
            (lease.EndsAt, lease.Draft, lease.DraftOf) = (time.GetUtcNow(), draft, sample.Revision);
        }
    }

    private sealed record Reviewed(string LabelledBy, ReviewVerdict Verdict, BoxAgreement? Agreement);
}
