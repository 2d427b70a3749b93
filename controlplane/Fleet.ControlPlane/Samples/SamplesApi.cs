using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Samples;

internal static class SamplesApi
{
    public const int MaxJpegBytes = 4 << 20;

    public static IServiceCollection AddSamples(this IServiceCollection services) =>
        services.AddSingleton<SampleArrival>().AddSingleton<SampleCatalogue>()
            .AddSingleton(s => new UploadFolder(s.GetRequiredService<DataFolder>().Folder("uploads"))).AddReconciler<UploadSweep>();

    public static void MapSamples(this Routes routes)
    {
        routes.MapUploads();
        routes.Operator.MapGet("/samples", ListAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapGet("/sample-search", SearchAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapGet("/samples/{digest}", GetAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapGet("/samples/{digest}/picture", PictureAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapPut("/samples/{digest}/label", LabelAsync).RequireAuthorization(Policies.Labeller).WithMetadata(TakesPageCookie.Yes);
    }

    private static async Task<Ok<Page<SampleResponse>>> ListAsync(
        [AsParameters] PageQuery page, [AsParameters] SampleQuery query, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var before = page.AfterNumber() ?? long.MaxValue;
        var rows = store.Set<SampleRow>().AsNoTracking().Where(s => s.Sequence < before);
        var found = await query.Of(rows).OrderByDescending(s => s.Sequence).Take(page.Take() + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(page.Of(found, s => s.Sequence, s => s.Show()));
    }

    private static async Task<Ok<SamplesFound>> SearchAsync(
        [AsParameters] SampleWindow window, [AsParameters] SampleQuery query, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var rows = query.Of(store.Set<SampleRow>().AsNoTracking());
        var found = await rows.OrderByDescending(s => s.Sequence).Skip(window.Skip ?? 0).Take(window.Take ?? SampleWindow.Usual).ToListAsync(cancellationToken);
        return TypedResults.Ok(new SamplesFound(await rows.CountAsync(cancellationToken), [.. found.Select(s => s.Show())]));
    }

    private static async Task<Ok<SampleResponse>> GetAsync(Digest digest, HttpResponse response, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await FindAsync(store, digest, cancellationToken);
        response.Headers.ETag = row.ETag;
        return TypedResults.Ok(row.Show());
    }

    private static async Task<PhysicalFileHttpResult> PictureAsync(Digest digest, BlobStore blobs, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        await FindAsync(store, digest, cancellationToken);
        return BlobsApi.File(blobs, digest, "image/jpeg");
    }

    private static async Task<Ok<SampleResponse>> LabelAsync(
        Digest digest, LabelRequest label, HttpContext context, ChangeFeed changes, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await FindAsync(store, digest, cancellationToken);
        ETags.RequireMatch(context.Request, row.ETag);
        row.Change(label, context.User.Name());
        await store.SaveChangesAsync(cancellationToken);
        changes.Publish("sample", digest.ToString());
        context.Response.Headers.ETag = row.ETag;
        return TypedResults.Ok(row.Show());
    }

    private static async Task<SampleRow> FindAsync(FleetStore store, Digest digest, CancellationToken cancellationToken) =>
        await store.Set<SampleRow>().SingleOrDefaultAsync(s => s.Digest == digest, cancellationToken)
        ?? throw new ProblemException(Problems.SampleUnknown, $"There is no sample {digest}. List them with GET /api/v1/samples.");
}
