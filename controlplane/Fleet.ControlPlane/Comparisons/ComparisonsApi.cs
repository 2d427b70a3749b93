using Fleet.Contracts;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Looks;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Comparisons;

internal static class ComparisonsApi
{
    public static void AddComparisons(this IServiceCollection services)
    {
        services.AddSingleton<LookStore>().AddSingleton<Looker>();
        services.AddSingleton<ComparisonFrames>().AddSingleton<ComparisonDesk>().AddReconciler<ComparisonReconciler>();
    }

    // whoever may see versions and frames may see them together: it changes nothing
    public static void MapComparisons(this Routes routes)
    {
        var api = routes.Operator.MapGroup("/comparisons").RequireAuthorization(Policies.Viewer);
        api.MapPost("", async (ComparisonRequest request, ComparisonDesk desk, CancellationToken c) => TypedResults.Ok(await desk.AskAsync(request, c))).WithMetadata(Unaudited.Instance);
        api.MapGet("/{id}", (string id, ComparisonDesk desk) => TypedResults.Ok(desk.Get(id)));
        api.MapDelete("/{id}", CancelAsync).WithMetadata(Unaudited.Instance);
    }

    private static async Task<NoContent> CancelAsync(string id, ComparisonDesk desk)
    {
        await desk.CancelAsync(id);
        return TypedResults.NoContent();
    }
}
