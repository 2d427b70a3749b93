using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;

namespace Fleet.ControlPlane.Directives;

internal static class DirectivesApi
{
    public static void AddDirectives(this IServiceCollection services) =>
        services.AddSingleton<DirectiveLedger>().AddSingleton<DirectiveParts>().AddReconciler<DirectiveReconciler>();

    public static void MapDirectives(this Routes routes) => routes.Device.MapGet("/desired", GetDesiredAsync);

    private static async Task<IResult> GetDesiredAsync(HttpContext http, DirectiveLedger ledger, CancellationToken cancellationToken)
    {
        if (await ledger.NewestAsync(http.User.Device(), cancellationToken) is not { } newest)
        {
            return TypedResults.NoContent();
        }

        var tag = ETags.Of(newest.Generation);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache";
        return ETags.Has(http.Request, tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Bytes(newest.Envelope, "application/json");
    }
}
