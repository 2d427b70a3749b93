using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Audit;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Registry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fleet.ControlPlane.LabelStudio;

/// <summary>The routes that Label Studio calls on an ML backend, for a version, or for the newest released version of a model.</summary>
internal static class LabelStudioApi
{
    private const int MaxRequestBytes = 32 << 20;

    public static void AddLabelStudio(this IServiceCollection services) =>
        services.AddSingleton(s => s.GetRequiredService<FleetOptions>().LabelStudio).AddSingleton<TaskPictures>().AddSingleton<Prelabeller>();

    // what a version finds changes nothing here: whoever may see versions may ask
    public static void MapLabelStudio(this Routes routes)
    {
        var api = routes.Operator.MapGroup("/label-studio/{name}").RequireAuthorization(Policies.Viewer).WithMetadata(TakesBasic.Yes, Unaudited.Instance);
        api.MapGet("/", HealthAsync);
        api.MapGet("/health", HealthAsync);
        api.MapPost("/setup", SetupAsync).Accepts<SetupRequest>("application/json");
        api.MapPost("/predict", PredictAsync).Accepts<PredictRequest>("application/json").WithMetadata(new RequestSizeLimitAttribute(MaxRequestBytes));
    }

    private static async Task<JsonHttpResult<HealthAnswer>> HealthAsync(string name, VersionCatalogue versions, CancellationToken cancellationToken) =>
        TypedResults.Json(new HealthAnswer("UP", (await CardAsync(name, versions, cancellationToken)).Version.ToString()), LabelStudioJson.Default.HealthAnswer);

    private static async Task<JsonHttpResult<SetupResponse>> SetupAsync(string name, HttpRequest request, VersionCatalogue versions, CancellationToken cancellationToken)
    {
        var card = await CardAsync(name, versions, cancellationToken);
        var asked = await ReadAsync(request, LabelStudioJson.Default.SetupRequest, cancellationToken);

        // a new project has an empty setup: what is wrong with one that is not is said when it is connected
        if (asked.Schema is { } schema && schema.Contains("Labels", StringComparison.Ordinal))
        {
            LabelConfig.Of(schema, card.Classes);
        }

        return TypedResults.Json(new SetupResponse(card.Version.ToString()), LabelStudioJson.Default.SetupResponse);
    }

    private static async Task<JsonHttpResult<PredictResponse>> PredictAsync(string name, HttpRequest request, VersionCatalogue versions, Prelabeller prelabeller, CancellationToken cancellationToken)
    {
        var card = await CardAsync(name, versions, cancellationToken);
        var asked = await ReadAsync(request, LabelStudioJson.Default.PredictRequest, cancellationToken);
        return TypedResults.Json(await prelabeller.PredictAsync(card, asked, cancellationToken), LabelStudioJson.Default.PredictResponse);
    }

    private static async Task<ModelCard> CardAsync(string name, VersionCatalogue versions, CancellationToken cancellationToken)
    {
        if (VersionId.TryParse(name, null, out var version))
        {
            return (await versions.GetAsync(version, cancellationToken)).Card;
        }

        return ModelName.TryParse(name, null, out var model) && await versions.NewestReleasedAsync(model, cancellationToken) is { } newest
            ? (await versions.GetAsync(newest, cancellationToken)).Card
            : throw new ProblemException(Problems.VersionUnknown, $"'{name}' is neither a version, as in warehouse@3, nor a model of which a version is released. List them with GET /api/v1/versions.");
    }

    private static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, cancellationToken) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.RequestMalformed, $"The request is not what Label Studio sends: {e.Message}", e);
        }
    }
}
