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
        routes.Device.MapGet("/trust/{file}", Get);
    }

    private static FileContentHttpResult Get(string file, ServerTrust trust) =>
        trust.Releases.Read(file) is { } bytes
            ? TypedResults.Bytes(bytes, "application/json")
            : throw new ProblemException(Problems.RouteUnknown, "There is no such metadata. Begin with timestamp.json; it leads to the others.");

    private static async Task<NoContent> PostAsync(HttpRequest request, ReleaseDesk desk, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        await desk.AcceptAsync(body.ToArray(), cancellationToken);
        return TypedResults.NoContent();
    }
}
