using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Registry;

/// <summary>Gives each version its number and its card.</summary>
internal sealed class VersionRegistry(IDbContextFactory<FleetStore> stores, BlobStore blobs, VersionInspector inspector, ChangeFeed changes, TimeProvider time)
{
    /// <exception cref="ProblemException">A file is missing or cannot be used; nothing is registered.</exception>
    public async Task<VersionResponse> RegisterAsync(VersionRequest request, string by, CancellationToken cancellationToken)
    {
        var draft = await inspector.InspectAsync(request, cancellationToken);
        await using var store = await stores.CreateDbContextAsync(cancellationToken);

        // the write lock is taken here, so that no two versions read the same highest number
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var last = await store.Set<VersionRow>().Where(v => v.Model == request.Model).MaxAsync(v => (int?)v.Number, cancellationToken) ?? 0;
        var card = draft with { Version = new VersionId(request.Model, last + 1) };
        var cardBlob = await blobs.PutAsync(CanonicalJson.Bytes(card, FleetJson.Strict.ModelCard), cancellationToken);
        var row = new VersionRow
        {
            Id = card.Version,
            Model = request.Model,
            Number = last + 1,
            Card = card,
            Scene = card.Lineage.Scene,
            CreatedAt = time.GetUtcNow(),
            CreatedBy = by,
            Files = [.. CardFiles.Of(card, cardBlob).Select((f, at) => new VersionFileRow { Position = at, Path = f.Path, Digest = f.Digest, SizeBytes = f.SizeBytes })],
        };
        store.Add(row);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("version", card.Version.ToString());
        return row.Show();
    }
}
