using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Registry;

internal static class VersionsApi
{
    public static IServiceCollection AddRegistry(this IServiceCollection services) =>
        services.AddSingleton<VersionInspector>().AddSingleton<VersionRegistry>().AddSingleton<VersionCatalogue>();

    public static void MapRegistry(this Routes routes)
    {
        routes.Operator.MapPost("/versions", PostAsync).RequireAuthorization(Policies.OperatorOrTrainer).AcceptsIdempotencyKey();
        routes.Operator.MapGet("/versions", ListAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapGet("/versions/{version}", GetAsync).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapGet("/versions/{version}/report", ReportAsync).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/versions/{version}/curves", CurvesAsync).RequireAuthorization(Policies.Viewer);
    }

    private static async Task<Created<VersionResponse>> PostAsync(
        VersionRequest request, ClaimsPrincipal user, VersionRegistry versions, CancellationToken cancellationToken)
    {
        var version = await versions.RegisterAsync(request, user.Name(), cancellationToken);
        return TypedResults.Created($"/api/v1/versions/{version.Card.Version}", version);
    }

    private static async Task<Ok<Page<VersionResponse>>> ListAsync(
        [AsParameters] PageQuery page, ModelName? model, Digest? scene, IDbContextFactory<FleetStore> stores, CancellationToken cancellationToken)
    {
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var rows = store.Set<VersionRow>().AsNoTracking();
        if (model is { } wanted)
        {
            rows = rows.Where(v => v.Model == wanted);
        }

        if (scene is { } from)
        {
            rows = rows.Where(v => v.Scene == from);
        }

        if (page.AfterNumber() is { } before)
        {
            rows = rows.Where(v => v.Sequence < before);
        }

        var found = await rows.OrderByDescending(v => v.Sequence).Take(page.Take() + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(page.Of(found, v => v.Sequence, v => v.Show()));
    }

    private static async Task<Ok<VersionResponse>> GetAsync(VersionId version, VersionCatalogue versions, CancellationToken cancellationToken) =>
        TypedResults.Ok(await versions.GetAsync(version, cancellationToken));

    private static async Task<PhysicalFileHttpResult> ReportAsync(VersionId version, HttpResponse response, BlobStore blobs, VersionCatalogue versions, CancellationToken cancellationToken)
    {
        var card = (await versions.GetAsync(version, cancellationToken)).Card;
        var page = card.Report ?? throw new ProblemException(Problems.BlobUnknown, $"{version} has no report: it was registered without one.");

        // whoever registered it wrote this page: it may show, but not act in the reader's name
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'";
        response.Headers.XContentTypeOptions = "nosniff";
        return BlobsApi.File(blobs, page.Digest, "text/html; charset=utf-8");
    }

    private static async Task<Ok<IReadOnlyList<VersionCurve>>> CurvesAsync(VersionId version, BlobStore blobs, VersionCatalogue versions, CancellationToken cancellationToken)
    {
        var card = (await versions.GetAsync(version, cancellationToken)).Card;
        return TypedResults.Ok(card.Report is { } page ? ReportCurves.Read(await File.ReadAllTextAsync(blobs.PathOf(page.Digest), cancellationToken)) : []);
    }
}
