using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Samples;

namespace Fleet.ControlPlane.Snapshots;

/// <summary>A frame of an open snapshot; what comes from its sample and never changes is null where the sample is gone.</summary>
internal sealed record OpenFrame(SnapshotFrame Frame, SnapshotPart Part, DateTimeOffset? CapturedAt, string? Trigger, double? Score);

/// <summary>A snapshot with the part that was held out when it was taken; the newest frames first.</summary>
internal sealed record OpenSnapshot(SnapshotResponse Snapshot, SnapshotSplit? Split, IReadOnlyList<OpenFrame> Frames);

/// <summary>Snapshots that are being looked at. They never change, so the last few are kept as they were read.</summary>
internal sealed class SnapshotShelf(SnapshotAlbum album, SampleCatalogue samples, BlobStore blobs)
{
    private const int Most = 4;
    private readonly Lock _lock = new();
    private readonly List<OpenSnapshot> _open = [];

    /// <exception cref="ProblemException"><see cref="Problems.SnapshotUnknown"/>.</exception>
    public async Task<OpenSnapshot> OpenAsync(Digest digest, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_open.Find(s => s.Snapshot.Digest == digest) is { } open)
            {
                _open.Remove(open);
                _open.Add(open);
                return open;
            }
        }

        var read = await ReadAsync(await album.RequireAsync(digest, cancellationToken), cancellationToken);
        lock (_lock)
        {
            _open.RemoveAll(s => s.Snapshot.Digest == digest);
            _open.Add(read);
            _open.RemoveRange(0, Math.Max(0, _open.Count - Most));
        }

        return read;
    }

    private async Task<OpenSnapshot> ReadAsync(SnapshotResponse snapshot, CancellationToken cancellationToken)
    {
        var manifest = await ManifestAsync(snapshot.Digest, cancellationToken);
        var frames = manifest.Frames.Select(f => (Frame: f, Part: manifest.Split?.Part ?? SnapshotPart.Learnt)).ToList();
        if (manifest.Split?.HeldOut is { } heldOut && blobs.Find(heldOut) is not null)
        {
            frames.AddRange((await ManifestAsync(heldOut, cancellationToken)).Frames.Select(f => (f, SnapshotPart.HeldOut)));
        }

        var outlines = await samples.OutlineAsync([.. frames.Select(f => f.Frame.Digest)], cancellationToken);
        var opened = frames.Select(f => outlines.GetValueOrDefault(f.Frame.Digest) is { } sample
            ? new OpenFrame(f.Frame, f.Part, sample.CapturedAt, sample.Trigger, sample.Worth)
            : new OpenFrame(f.Frame, f.Part, CapturedAt: null, Trigger: null, Score: null));
        return new OpenSnapshot(snapshot, manifest.Split, [.. opened.OrderByDescending(f => f.CapturedAt).ThenBy(f => f.Frame.Digest.Hex, StringComparer.Ordinal)]);
    }

    private async Task<SnapshotManifest> ManifestAsync(Digest digest, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(blobs.PathOf(blobs.Get(digest).Digest));
        return (await JsonSerializer.DeserializeAsync(file, FleetJson.Tolerant.SnapshotManifest, cancellationToken))!;
    }
}
