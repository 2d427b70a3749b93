using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Scenes;

internal static class ScenesApi
{
    public static IServiceCollection AddScenes(this IServiceCollection services) =>
        services.AddSingleton<SceneInspector>().AddSingleton<SceneCatalogue>().AddSingleton<ThumbnailStore>().AddReconciler<ThumbnailReconciler>();

    public static void MapScenes(this Routes routes)
    {
        routes.Operator.MapPost("/scenes", PostAsync).RequireAuthorization(Policies.Operator).AcceptsIdempotencyKey();
        routes.Operator.MapGet("/scenes", ListAsync).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/scenes/{name}/{number}", GetAsync).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/scenes/{name}/{number}/yaml", YamlAsync).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/scenes/{name}/{number}/sheet", SheetAsync).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/scenes/{name}/{number}/thumbnail", ThumbnailAsync).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/scenes/{name}/{number}/worlds/{at}", WorldAsync).RequireAuthorization(Policies.Viewer);
    }

    private static async Task<Results<Created<SceneResponse>, Ok<SceneResponse>>> PostAsync(
        SceneRequest request, ClaimsPrincipal user, SceneCatalogue scenes, ThumbnailStore thumbnails, CancellationToken cancellationToken)
    {
        var (pushed, isNew) = await scenes.PushAsync(request, user.Name(), cancellationToken);
        var scene = Show(pushed, thumbnails);
        return isNew ? TypedResults.Created($"/api/v1/scenes/{scene.Name}/{scene.Number}", scene) : TypedResults.Ok(scene);
    }

    /// <summary>The newest version of each scene; all versions of one by its name; all that lineage may mean by a digest.</summary>
    private static async Task<Ok<Page<SceneResponse>>> ListAsync(
        [AsParameters] PageQuery page, SceneName? name, Digest? scene, IDbContextFactory<FleetStore> stores, ThumbnailStore thumbnails, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var all = store.Set<SceneRow>().AsNoTracking();
        var rows = (name, scene) switch
        {
            ({ } wanted, _) => all.Where(s => s.Name == wanted),
            (_, { } digest) => all.Where(s => s.Scene == digest),
            _ => all.Where(s => !all.Any(o => o.Name == s.Name && o.Number > s.Number)),
        };
        if (page.AfterNumber() is { } before)
        {
            rows = rows.Where(s => s.Sequence < before);
        }

        var found = await rows.OrderByDescending(s => s.Sequence).Take(page.Take() + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(page.Of(found, s => s.Sequence, s => Show(s.Content, thumbnails)));
    }

    private static async Task<Ok<SceneResponse>> GetAsync(SceneName name, int number, SceneCatalogue scenes, ThumbnailStore thumbnails, CancellationToken cancellationToken) =>
        TypedResults.Ok(Show(await scenes.GetAsync(name, number, cancellationToken), thumbnails));

    private static SceneResponse Show(SceneResponse scene, ThumbnailStore thumbnails) => scene with { Thumbnail = thumbnails.StateOf(scene.Sheet.Digest) };

    private static async Task<PhysicalFileHttpResult> YamlAsync(SceneName name, int number, BlobStore blobs, SceneCatalogue scenes, CancellationToken cancellationToken) =>
        BlobsApi.File(blobs, (await scenes.GetAsync(name, number, cancellationToken)).Yaml.Digest, "text/plain; charset=utf-8");

    private static async Task<PhysicalFileHttpResult> SheetAsync(SceneName name, int number, BlobStore blobs, SceneCatalogue scenes, CancellationToken cancellationToken) =>
        BlobsApi.File(blobs, (await scenes.GetAsync(name, number, cancellationToken)).Sheet.Digest, "image/png");

    private static async Task<PhysicalFileHttpResult> ThumbnailAsync(SceneName name, int number, HttpResponse response, ThumbnailStore thumbnails, SceneCatalogue scenes, CancellationToken cancellationToken)
    {
        var sheet = (await scenes.GetAsync(name, number, cancellationToken)).Sheet.Digest;
        if (thumbnails.StateOf(sheet) != SceneThumbnail.Ready)
        {
            throw new ProblemException(Problems.BlobUnknown, $"Version {number} of {name} has no small picture: GET /api/v1/scenes/{name}/{number} says whether it is being made.");
        }

        // a version's picture never changes
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.PhysicalFile(thumbnails.PathOf(sheet), "image/jpeg");
    }

    private static async Task<PhysicalFileHttpResult> WorldAsync(SceneName name, int number, int at, BlobStore blobs, SceneCatalogue scenes, CancellationToken cancellationToken)
    {
        var scene = await scenes.GetAsync(name, number, cancellationToken);
        return at >= 0 && at < scene.Worlds.Count
            ? BlobsApi.File(blobs, scene.Worlds[at].File.Digest, "model/gltf-binary")
            : throw new ProblemException(Problems.SceneUnknown, $"Version {number} of {name} has {scene.Worlds.Count} worlds, counted from 0, and no {at}.");
    }
}
