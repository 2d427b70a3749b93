using System.Net.Http.Headers;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>The queue of frames to label, leases, proposals and reviews.</summary>
public sealed class LabellingClient
{
    private const string Root = Wire.Api + "/labelling";
    private readonly Wire _wire;

    internal LabellingClient(Wire wire) => _wire = wire;

    /// <summary>The next frame, held for the caller; null when none is left.</summary>
    public Task<LabelTask?> NextAsync(LabelNextRequest request, CancellationToken cancellationToken) =>
        _wire.SendOrNothingAsync(Call.Post($"{Root}/next", request, FleetJson.Tolerant.LabelNextRequest), FleetJson.Tolerant.LabelTask, cancellationToken);

    /// <summary>Takes a frame or keeps it, and stores what was drawn so far.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.LabellingLeased"/> when someone else holds it.</exception>
    public Task<LabelTask> HoldAsync(Digest sample, LeaseRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{sample}/lease", request, FleetJson.Tolerant.LeaseRequest), FleetJson.Tolerant.LabelTask, cancellationToken);

    /// <summary>Gives a frame back; a draft stays.</summary>
    public Task GiveBackAsync(Digest sample, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Delete($"{Root}/{sample}/lease"), cancellationToken);

    /// <summary>Gives a frame back, not to be offered to the caller again.</summary>
    public Task SkipAsync(Digest sample, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Post($"{Root}/{sample}/skip") with { Idempotent = true }, cancellationToken);

    /// <summary>Offers the caller again what they skipped.</summary>
    public Task TakeBackSkipsAsync(CancellationToken cancellationToken) => _wire.SendAsync(Call.Delete($"{Root}/skips"), cancellationToken);

    /// <summary>How much is left.</summary>
    public Task<LabelCounts> CountAsync(LabelNextRequest filter, CancellationToken cancellationToken) => _wire.SendAsync(
        Call.Get(Call.With($"{Root}/counts", ("device", filter.Device), ("camera", filter.Camera), ("model", filter.Model))), FleetJson.Tolerant.LabelCounts, cancellationToken);

    /// <summary>Sends what a version finds on a frame.</summary>
    public Task ProposeAsync(Digest sample, ProposalsRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Put($"{Root}/{sample}/proposals", request, FleetJson.Tolerant.ProposalsRequest), cancellationToken);

    /// <summary>Has the server run a version over up to 20 samples; what it finds is proposed to whoever labels them.</summary>
    public Task<LookResponse> LookAsync(LookRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create($"{Root}/proposals", request, FleetJson.Tolerant.LookRequest) with { LongBody = true }, FleetJson.Tolerant.LookResponse, cancellationToken);

    /// <summary>Label of the frame that the same camera sent before; null when there is none.</summary>
    public Task<EarlierLabel?> EarlierAsync(Digest sample, CancellationToken cancellationToken) =>
        _wire.SendOrNothingAsync(Call.Get($"{Root}/{sample}/earlier"), FleetJson.Tolerant.EarlierLabel, cancellationToken);

    /// <summary>Reviews a label that someone else made.</summary>
    /// <param name="sample">Which.</param>
    /// <param name="request">What is said of it.</param>
    /// <param name="etag"><see cref="SampleResponse.ETag"/> of the label that was looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<SampleResponse> ReviewAsync(Digest sample, ReviewRequest request, string etag, CancellationToken cancellationToken) => _wire.SendAsync(
        Call.Post($"{Root}/{sample}/review", request, FleetJson.Tolerant.ReviewRequest) with { Headers = h => h.IfMatch.Add(EntityTagHeaderValue.Parse(etag)) },
        FleetJson.Tolerant.SampleResponse,
        cancellationToken);

    /// <summary>How far reviewers and labellers agree: over all, then person by person.</summary>
    public Task<List<LabelAgreement>> AgreementAsync(CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/agreement"), FleetJson.Tolerant.ListLabelAgreement, cancellationToken);
}
