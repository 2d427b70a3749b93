using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Trust;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fleet.ControlPlane.Releases;

internal static class ReleasesApi
{
    private const int MaxTargetsBytes = 8 << 20;

    public static IServiceCollection AddReleases(this IServiceCollection services) =>
        services.AddSingleton<ReleaseDesk>().AddReconciler<ReleaseReconciler>();

    public static void MapReleases(this Routes routes)
    {
        routes.Operator.MapGet("/trust/{file}", Get).RequireAuthorization(Policies.ViewerOrTrainer);
        routes.Operator.MapPost("/trust/targets", PostAsync).RequireAuthorization(Policies.Operator)
            .WithMetadata(new RequestSizeLimitAttribute(MaxTargetsBytes)).Accepts<Stream>("application/json", "*/*");
        routes.Operator.MapGet("/trust/draft", GetDraft).RequireAuthorization(Policies.Viewer);
        routes.Operator.MapPost("/trust/root", PostRootAsync).RequireAuthorization(Policies.Admin)
            .WithMetadata(new RequestSizeLimitAttribute(MaxTargetsBytes));
        routes.Operator.MapPost("/trust/online-keys", (ReleaseDesk desk) => TypedResults.Ok(desk.NextOnlineKeys())).RequireAuthorization(Policies.Admin);
        routes.Device.MapGet("/trust/{file}", Get);
    }

    private static FileContentHttpResult Get(string file, ServerTrust trust) =>
        trust.Releases.Read(file) is { } bytes
            ? TypedResults.Bytes(bytes, "application/json")
            : throw new ProblemException(Problems.RouteUnknown, "There is no such metadata. Begin with timestamp.json; it leads to the others.");

    private static FileContentHttpResult GetDraft(ServerTrust trust) =>
        trust.Releases.Drafted() is { } bytes
            ? TypedResults.Bytes(bytes, "application/json")
            : throw new ProblemException(Problems.RouteUnknown, "No release waits for a signature.");

    private static async Task<NoContent> PostRootAsync(RootRequest request, ReleaseDesk desk, CancellationToken cancellationToken)
    {
        await desk.AcceptRootAsync(request, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, Accepted>> PostAsync(HttpRequest request, ReleaseDesk desk, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return await desk.AcceptAsync(body.ToArray(), cancellationToken) ? TypedResults.NoContent() : TypedResults.Accepted($"{request.PathBase}/api/v1/trust/draft");
    }
}
