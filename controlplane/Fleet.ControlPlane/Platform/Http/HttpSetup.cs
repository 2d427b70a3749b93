using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Idempotency;
using Microsoft.AspNetCore.Http.Json;

namespace Fleet.ControlPlane.Platform.Http;

internal static class HttpSetup
{
    public static void AddFleetHttp(this IServiceCollection services)
    {
        services.AddExceptionHandler<ProblemAnswers>();
        services.AddProblemDetails(o => o.CustomizeProblemDetails = ProblemAnswers.Customise);
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.Configure<JsonOptions>(UseStrictJson);
        services.AddValidation();
        services.AddOpenApi("v1");
        services.AddRateLimiter(RateLimits.Add);
        services.AddAuthorization(Policies.Add);
    }

    /// <param name="app">The program.</param>
    /// <param name="beforeAuthorization">What has to see refusals too.</param>
    public static void UseFleetHttp(this WebApplication app, Action<IApplicationBuilder> beforeAuthorization)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(SecurityHeaders.AddAsync);
        app.UseRouting();
        app.Use(Listener.ConfineAsync);
        app.UseRateLimiter();
        app.UseAuthentication();
        beforeAuthorization(app);
        app.UseAuthorization();
        app.UseMiddleware<IdempotencyMiddleware>();
    }

    private static void UseStrictJson(JsonOptions options)
    {
        var json = options.SerializerOptions;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.MaxDepth = 32;
        json.TypeInfoResolverChain.Insert(0, FleetJson.Strict);
        json.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
    }
}
