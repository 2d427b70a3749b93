using System.Net.Http.Headers;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Which samples to list; a null takes all.</summary>
/// <param name="State">How far they are.</param>
/// <param name="Device">Where they come from.</param>
/// <param name="Camera">Which camera.</param>
/// <param name="Trigger">Why they were kept.</param>
/// <param name="Class">Labelled with this class, or found with it where there is no label yet.</param>
/// <param name="MinScore">Worth at least so much, 0 to 1.</param>
/// <param name="MaxScore">Worth at most so much, 0 to 1.</param>
public sealed record SampleFilter(
    SampleState? State = null, DeviceId? Device = null, CameraId? Camera = null, string? Trigger = null, string? Class = null, double? MinScore = null, double? MaxScore = null)
{
    internal (string Name, object? Value)[] Parts =>
        [("state", State), ("device", Device), ("camera", Camera), ("trigger", Trigger), ("class", Class), ("minScore", MinScore), ("maxScore", MaxScore)];
}

/// <summary>Samples and their labels.</summary>
public sealed class SamplesClient
{
    private const string Root = Wire.Api + "/samples";
    private readonly Wire _wire;

    internal SamplesClient(Wire wire) => _wire = wire;

    /// <summary>All samples that pass <paramref name="filter"/>.</summary>
    public IAsyncEnumerable<SampleResponse> ListAsync(SampleFilter filter, CancellationToken cancellationToken) =>
        Wire.ListAsync((cursor, token) => PageAsync(filter, cursor, limit: null, token), cancellationToken);

    /// <summary>One page of samples that pass <paramref name="filter"/>.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<SampleResponse>> PageAsync(SampleFilter filter, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        var path = Call.With(Root, [.. filter.Parts, ("cursor", cursor), ("limit", limit)]);
        return _wire.SendAsync(Call.Get(path), FleetJson.Tolerant.PageSampleResponse, cancellationToken);
    }

    /// <summary>A window of the samples that pass <paramref name="filter"/>, the newest first, and how many pass in all.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="skip">So many come before the window.</param>
    /// <param name="take">0 to 200 samples; 0 only counts.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<SamplesFound> FindAsync(SampleFilter filter, int skip, int take, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Wire.Api + "/sample-search", [.. filter.Parts, ("skip", skip), ("take", take)])), FleetJson.Tolerant.SamplesFound, cancellationToken);

    /// <summary>Samples that pass <paramref name="filter"/>, those that resemble a sample most first.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="filter">Which.</param>
    /// <param name="take">1 to 200; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What is known at once: ask again while not all are compared.</returns>
    public Task<AlikeSamples> AlikeAsync(Digest sample, SampleFilter filter, int? take, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With($"{Root}/{sample}/alike", [.. filter.Parts, ("take", take)])), FleetJson.Tolerant.AlikeSamples, cancellationToken);

    /// <summary>One sample.</summary>
    public Task<SampleResponse> GetAsync(Digest sample, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{sample}"), FleetJson.Tolerant.SampleResponse, cancellationToken);

    /// <summary>Address, below the control plane's, of a sample's picture (JPEG).</summary>
    public static string PicturePath(Digest sample) => $"{Root}/{sample}/picture";

    /// <summary>A sample's picture.</summary>
    /// <returns>JPEG.</returns>
    public Task<byte[]> GetPictureAsync(Digest sample, CancellationToken cancellationToken) =>
        _wire.SendForBytesAsync(Call.Get(PicturePath(sample)), cancellationToken);

    /// <summary>Labels or discards a sample, or takes a label back.</summary>
    /// <param name="sample">Which.</param>
    /// <param name="label">Its new state and all its boxes.</param>
    /// <param name="etag"><see cref="SampleResponse.ETag"/> as it was read: someone else's label is then not overwritten. Null overwrites.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ProblemException"><see cref="Problems.RequestStale"/> when someone else changed it first.</exception>
    public Task<SampleResponse> LabelAsync(Digest sample, LabelRequest label, string? etag, CancellationToken cancellationToken) =>
        _wire.SendAsync(
            Call.Put($"{Root}/{sample}/label", label, FleetJson.Tolerant.LabelRequest) with
            {
                // with If-Match a repetition of a label that arrived would be refused as stale
                Idempotent = etag is null,
                Headers = h => h.IfMatch.Add(etag is null ? EntityTagHeaderValue.Any : new EntityTagHeaderValue(Quoted(etag))),
            },
            FleetJson.Tolerant.SampleResponse,
            cancellationToken);

    private static string Quoted(string etag) => etag.StartsWith('"') ? etag : $"\"{etag}\"";
}
