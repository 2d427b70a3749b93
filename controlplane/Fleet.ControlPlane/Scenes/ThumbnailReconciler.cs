using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Looks;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Scenes;

/// <summary>Makes the small picture of each scene once, each in a process of its own: nothing decodes pictures in the server.</summary>
internal sealed class ThumbnailReconciler(IDbContextFactory<FleetStore> stores, ThumbnailStore thumbnails, BlobStore blobs, ChangeFeed changes, TimeProvider time) : IReconciler
{
    private const int WidthPx = 720;

    public string Name => "scene-thumbnails";

    public TimeSpan Period => TimeSpan.FromHours(1);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var failed = new List<string>();
        foreach (var scene in await MissingAsync(cancellationToken))
        {
            try
            {
                await thumbnails.KeepAsync(scene.Sheet.Digest, await MakeAsync(scene, cancellationToken), cancellationToken);
            }
            catch (ProblemException e)
            {
                thumbnails.GiveUp(scene.Sheet.Digest);
                failed.Add($"No small picture of {scene.Name}, version {scene.Number}, could be made now; it is tried again. {e.Message}");
            }

            changes.Publish("scene", scene.Name.ToString());
        }

        return failed;
    }

    /// <returns>Empty where the sheet is no whole picture, which no second try changes.</returns>
    private async Task<byte[]> MakeAsync(SceneResponse scene, CancellationToken cancellationToken)
    {
        var part = ThumbnailCut.Of(scene.SheetSize, scene.Facts.Camera, scene.Facts.Frames);
        var job = new LookJob(Model: null, Card: null, Floor: 0, new LookCut(part.WidthPx, part.HeightPx, WidthPx));
        await using var child = await LookChild.StartAsync(job, time, cancellationToken);
        try
        {
            return await child.ShrinkAsync(blobs.PathOf(blobs.Get(scene.Sheet.Digest).Digest), cancellationToken);
        }
        catch (ProblemException e) when (e.Kind == Problems.SamplePicture)
        {
            return [];
        }
    }

    /// <summary>Those without one, the newest first; a sheet that several versions share once.</summary>
    private async Task<IReadOnlyList<SceneResponse>> MissingAsync(CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var missing = new Dictionary<Digest, SceneResponse>();
        await foreach (var scene in store.Set<SceneRow>().AsNoTracking().OrderByDescending(s => s.Sequence).Select(s => s.Content).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (thumbnails.IsMissing(scene.Sheet.Digest))
            {
                missing.TryAdd(scene.Sheet.Digest, scene);
            }
        }

        return [.. missing.Values];
    }
}
