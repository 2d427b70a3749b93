using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Client;

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
