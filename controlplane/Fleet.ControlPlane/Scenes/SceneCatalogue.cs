using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Scenes;

/// <summary>Versions of scenes: gives each its number and finds it again.</summary>
internal sealed class SceneCatalogue(IDbContextFactory<FleetStore> stores, SceneInspector inspector, ChangeFeed changes, Wake<ThumbnailReconciler> wake, TimeProvider time)
{
    /// <returns>The version, and whether it is new: a scene that is there already stays what it is.</returns>
    /// <exception cref="ProblemException">A file is missing or cannot be shown; nothing is kept.</exception>
    public async Task<(SceneResponse Scene, bool IsNew)> PushAsync(SceneRequest request, string by, CancellationToken cancellationToken)
    {
        var draft = await inspector.InspectAsync(request, time.GetUtcNow(), by, cancellationToken);
        await using var store = await stores.CreateDbContextAsync(cancellationToken);

        // the write lock is taken here, so that no two versions read the same highest number
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var own = store.Set<SceneRow>().Where(s => s.Name == request.Name);
        if (await own.AsNoTracking().SingleOrDefaultAsync(s => s.Scene == request.Scene, cancellationToken) is { } known)
        {
            return (known.Content, IsNew: false);
        }

        var number = (await own.MaxAsync(s => (int?)s.Number, cancellationToken) ?? 0) + 1;
        var scene = draft with { Number = number };
        store.Add(new SceneRow { Name = scene.Name, Number = number, Scene = scene.Scene, Content = scene });
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish("scene", scene.Name.ToString());
        wake.Now();
        return (scene, IsNew: true);
    }

    /// <exception cref="ProblemException"><see cref="Problems.SceneUnknown"/>.</exception>
    public async Task<SceneResponse> GetAsync(SceneName name, int number, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await store.Set<SceneRow>().AsNoTracking().SingleOrDefaultAsync(s => s.Name == name && s.Number == number, cancellationToken);
        return row?.Content ?? throw new ProblemException(Problems.SceneUnknown, $"There is no version {number} of a scene {name}. List them with GET /api/v1/scenes?name={name}.");
    }
}
