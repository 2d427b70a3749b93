using Fleet.ControlPlane.Platform.Http;

namespace Fleet.ControlPlane.Savings;

internal static class SavingsApi
{
    public static void AddSavings(this IServiceCollection services) => services.AddSingleton<SavingsReader>();

    public static void MapSavings(this Routes routes) =>
        routes.Operator.MapGet("/label-savings", async (SavingsReader reader, CancellationToken c) => TypedResults.Ok(await reader.ReadAsync(c))).RequireAuthorization(Policies.Viewer);
}
