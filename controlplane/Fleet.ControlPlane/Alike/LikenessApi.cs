using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Samples;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fleet.ControlPlane.Alike;

internal static class LikenessApi
{
    /// <summary>So many of the newest are compared.</summary>
    private const int MostCompared = 50_000;

    private const int DefaultTake = 60;
    private const int MostTaken = 200;

    public static void AddLikeness(this IServiceCollection services) =>
        services.AddSingleton<LikenessStore>().AddSingleton<LikenessWants>().AddSingleton<LikenessDesk>().AddReconciler<LikenessReconciler>();

    public static void MapLikeness(this Routes routes) =>
        routes.Operator.MapGet("/samples/{digest}/alike", AlikeAsync).RequireAuthorization(Policies.Viewer);

    private static async Task<Ok<AlikeSamples>> AlikeAsync(
        Digest digest, [AsParameters] SampleQuery query, int? take, SampleCatalogue samples, LikenessDesk desk, CancellationToken cancellationToken)
    {
        if (take is < 1 or > MostTaken)
        {
            throw new ProblemException(Problems.RequestInvalid, $"take is {take}; wanted 1 to {MostTaken}.");
        }

        await samples.RequireAsync(digest, cancellationToken);
        var pictures = await samples.DigestsAsync(query, MostCompared, cancellationToken);
        var found = desk.Of(digest, pictures);
        var nearest = found.Distances.OrderBy(d => d.Value).ThenBy(d => d.Key.Hex, StringComparer.Ordinal).Take(take ?? DefaultTake).ToList();
        var shown = await samples.ShowAsync([.. nearest.Select(d => d.Key)], cancellationToken);
        return TypedResults.Ok(new AlikeSamples(
            [.. nearest.Where(d => shown.ContainsKey(d.Key)).Select(d => new AlikeSample(shown[d.Key], d.Value))], found.Compared, pictures.Count));
    }
}
