using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Registry;

/// <summary>What other slices may know of versions, and the one thing they may change: whether they are released.</summary>
internal sealed class VersionCatalogue(IDbContextFactory<FleetStore> stores, ChangeFeed changes)
{
    /// <summary>The version with its card and files, or null when there is none.</summary>
    public async Task<VersionResponse?> FindAsync(VersionId id, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await store.Set<VersionRow>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == id, cancellationToken);
        return row?.Show();
    }

    /// <exception cref="ProblemException"><see cref="Problems.VersionUnknown"/>.</exception>
    public async Task<VersionResponse> GetAsync(VersionId version, CancellationToken cancellationToken) =>
        await FindAsync(version, cancellationToken)
        ?? throw new ProblemException(Problems.VersionUnknown, $"There is no version {version}. List them with GET /api/v1/versions.");

    /// <summary>Cards of the newest versions of all models.</summary>
    public async Task<IReadOnlyList<ModelCard>> NewestAsync(int most, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await store.Set<VersionRow>().AsNoTracking().OrderByDescending(v => v.Sequence).Take(most).Select(v => v.Card).ToListAsync(cancellationToken);
    }

    /// <summary>The newest version of a model that devices may run; null when there is none.</summary>
    public async Task<VersionId?> NewestReleasedAsync(ModelName model, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await store.Set<VersionRow>().Where(v => v.Model == model && v.State == VersionState.Released)
            .OrderByDescending(v => v.Number).Select(v => (VersionId?)v.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Whether <paramref name="digest"/> is a file of a released version.</summary>
    public async Task<bool> IsReleasedAsync(Digest digest, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        return await store.Set<VersionRow>().AnyAsync(v => v.State == VersionState.Released && v.Files.Any(f => f.Digest == digest), cancellationToken);
    }

    /// <summary>The files of released versions whose digest is <paramref name="digest"/>.</summary>
    public async Task<IReadOnlyList<TargetFile>> ReleasedFilesAsync(Digest digest, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var files = await store.Set<VersionRow>().AsNoTracking().Where(v => v.State == VersionState.Released).SelectMany(v => v.Files)
            .Where(f => f.Digest == digest).ToListAsync(cancellationToken);
        return [.. files.Select(f => new TargetFile(f.Path, f.Digest, f.SizeBytes))];
    }

    /// <summary>The file that a version keeps under each of <paramref name="paths"/>; a path of no version is left out.</summary>
    public async Task<IReadOnlyList<TargetFile>> FilesAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var files = await store.Set<VersionRow>().AsNoTracking().SelectMany(v => v.Files)
            .Where(f => paths.Contains(f.Path)).ToListAsync(cancellationToken);
        return [.. files.Select(f => new TargetFile(f.Path, f.Digest, f.SizeBytes))];
    }

    /// <summary>Makes every version released whose files are all signed, and every other one a draft.</summary>
    /// <returns>The versions whose state changed.</returns>
    public async Task<IReadOnlyList<VersionId>> ReleaseAsync(Func<TargetFile, bool> isSigned, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var changed = new List<VersionId>();
        foreach (var row in await store.Set<VersionRow>().ToListAsync(cancellationToken))
        {
            var state = row.Targets().All(isSigned) ? VersionState.Released : VersionState.Draft;
            if (row.State != state)
            {
                row.State = state;
                changed.Add(row.Id);
            }
        }

        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var version in changed)
        {
            changes.Publish("version", version.ToString());
        }

        return changed;
    }
}
