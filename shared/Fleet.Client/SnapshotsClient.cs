using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Client;

/// <summary>Which frames of a snapshot to find; a null takes all.</summary>
/// <param name="Part">What they are for.</param>
/// <param name="Device">Where they come from.</param>
/// <param name="Camera">Which camera.</param>
/// <param name="Trigger">Why they were kept.</param>
/// <param name="Class">They show this class.</param>
/// <param name="Empty">True: they show nothing.</param>
/// <param name="MinScore">Worth at least so much, 0 to 1.</param>
/// <param name="MaxScore">Worth at most so much, 0 to 1.</param>
/// <param name="State">State of the sample today.</param>
/// <param name="Like">The nearest to this sample first; else the newest first.</param>
public sealed record SnapshotFilter(
    SnapshotPart? Part = null,
    DeviceId? Device = null,
    CameraId? Camera = null,
    string? Trigger = null,
    string? Class = null,
    bool? Empty = null,
    double? MinScore = null,
    double? MaxScore = null,
    SampleState? State = null,
    Digest? Like = null);

/// <summary>Dataset snapshots.</summary>
public sealed class SnapshotsClient
{
    private const string Root = Wire.Api + "/snapshots";
    private readonly Wire _wire;

    internal SnapshotsClient(Wire wire) => _wire = wire;

    /// <summary>Takes a snapshot of labelled samples.</summary>
    public Task<SnapshotResponse> TakeAsync(SnapshotRequest request, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Create(Root, request, FleetJson.Tolerant.SnapshotRequest), FleetJson.Tolerant.SnapshotResponse, cancellationToken);

    /// <summary>All snapshots.</summary>
    public IAsyncEnumerable<SnapshotResponse> ListAsync(CancellationToken cancellationToken) =>
        Wire.ListAsync((cursor, token) => PageAsync(cursor, limit: null, token), cancellationToken);

    /// <summary>One page of snapshots.</summary>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500; null for the server's choice.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Page<SnapshotResponse>> PageAsync(string? cursor, int? limit, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get(Call.With(Root, ("cursor", cursor), ("limit", limit))), FleetJson.Tolerant.PageSnapshotResponse, cancellationToken);

    /// <summary>What is in a snapshot, and in the part that was held out when it was taken.</summary>
    public Task<SnapshotDetail> GetAsync(Digest snapshot, CancellationToken cancellationToken) =>
        _wire.SendAsync(Call.Get($"{Root}/{snapshot}"), FleetJson.Tolerant.SnapshotDetail, cancellationToken);

    /// <summary>A window of its frames that pass <paramref name="filter"/>.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="filter">Which.</param>
    /// <param name="skip">So many come before the window.</param>
    /// <param name="take">0 to 200.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<SnapshotFrames> FindAsync(Digest snapshot, SnapshotFilter filter, int skip, int take, CancellationToken cancellationToken)
    {
        var path = Call.With(
            $"{Root}/{snapshot}/frames", ("part", filter.Part), ("device", filter.Device), ("camera", filter.Camera), ("trigger", filter.Trigger), ("class", filter.Class), ("empty", filter.Empty),
            ("minScore", filter.MinScore), ("maxScore", filter.MaxScore), ("state", filter.State), ("like", filter.Like), ("skip", skip), ("take", take));
        return _wire.SendAsync(Call.Get(path), FleetJson.Tolerant.SnapshotFrames, cancellationToken);
    }

    /// <summary>The frames and labels of a snapshot, checked against its digest.</summary>
    public async Task<SnapshotManifest> GetManifestAsync(Digest snapshot, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await new BlobsClient(_wire).DownloadAsync(snapshot, bytes, progress: null, cancellationToken);
        bytes.Position = 0;
        try
        {
            return JsonSerializer.Deserialize(bytes, FleetJson.Tolerant.SnapshotManifest) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.SnapshotUnknown, $"Blob {snapshot} is not the manifest of a dataset snapshot: {e.Message}", e);
        }
    }
}
