using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Snapshots;

/// <summary>All snapshots that were taken.</summary>
internal sealed class SnapshotAlbum(IDbContextFactory<FleetStore> stores, BlobStore blobs, ChangeFeed changes, TimeProvider time)
{
    /// <returns>The snapshot of these frames, and whether it is new.</returns>
    public async Task<(SnapshotResponse Snapshot, bool IsNew)> TakeAsync(string name, IReadOnlyList<SnapshotFrame> frames, SnapshotSplit? split, CancellationToken cancellationToken)
    {
        var (manifest, bytes) = ManifestPlanner.Of(name, frames, split);
        var blob = await blobs.PutAsync(bytes, cancellationToken);
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (await store.Set<SnapshotRow>().SingleOrDefaultAsync(s => s.Digest == blob.Digest, cancellationToken) is { } known)
        {
            return (known.Show(), false);
        }

        var row = new SnapshotRow
        {
            Digest = blob.Digest,
            Name = name,
            Frames = manifest.Frames.Count,
            Boxes = manifest.Frames.Sum(f => f.Label.Count),
            CreatedAt = time.GetUtcNow(),
        };
        store.Add(row);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("snapshot", row.Digest.ToString());
        return (row.Show(), true);
    }

    /// <summary>Takes two snapshots of frames that were divided: the part that is learnt from names the other one.</summary>
    /// <returns>The part that is learnt from with the other one, and whether it is new.</returns>
    public async Task<(SnapshotResponse Learnt, bool IsNew)> TakeBothAsync(
        string name, string heldOutName, (IReadOnlyList<SnapshotFrame> Learnt, IReadOnlyList<SnapshotFrame> HeldOut) frames, SnapshotSplit split, CancellationToken cancellationToken)
    {
        var (other, _) = await TakeAsync(heldOutName, frames.HeldOut, split with { Part = SnapshotPart.HeldOut }, cancellationToken);
        var (part, isNew) = await TakeAsync(name, frames.Learnt, split with { HeldOut = other.Digest }, cancellationToken);
        return (part with { HeldOut = other }, isNew);
    }

    /// <exception cref="ProblemException"><see cref="Problems.SnapshotUnknown"/>.</exception>
    public async Task<SnapshotResponse> RequireAsync(Digest snapshot, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await store.Set<SnapshotRow>().AsNoTracking().SingleOrDefaultAsync(s => s.Digest == snapshot, cancellationToken);
        return row?.Show() ?? throw new ProblemException(Problems.SnapshotUnknown, $"There is no snapshot {snapshot}. List them with GET /api/v1/snapshots.");
    }
}
