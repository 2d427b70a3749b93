using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenTelemetry.Metrics;
using Scalar.AspNetCore;

namespace Fleet.ControlPlane.Platform;

internal static class PlatformApi
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    public static void AddPlatform(this IServiceCollection services)
    {
        services.AddSingleton<ChangeFeed>().AddSingleton<FleetMeters>().AddSingleton<LoopMetrics>().AddSingleton<Health>();
        services.AddSingleton<ReconcilerDriver>().AddHostedService(s => s.GetRequiredService<ReconcilerDriver>());
        services.AddOpenTelemetry().WithMetrics(m => m
            .AddMeter(FleetMeters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
    }

    public static void MapPlatform(this Routes routes)
    {
        routes.Root.MapGet("/health", HealthAsync).AllowAnonymous();
        routes.Root.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(Policies.Viewer);
        routes.Root.MapOpenApi().RequireAuthorization(Policies.Viewer);
        routes.Root.MapScalarApiReference("/scalar").RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/changes", Changes).RequireAuthorization(Policies.Viewer);
    }

    private static async Task<JsonHttpResult<HealthResponse>> HealthAsync(Health health, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var answer = await health.AskAsync(user, cancellationToken);
        return TypedResults.Json(answer, statusCode: answer.Status == "database-unavailable" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static ServerSentEventsResult<ChangeMessage> Changes(
        HttpContext http, ChangeFeed feed, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(EventsAsync(feed, time, lifetime, cancellationToken));
    }

    /// <summary>A beat goes out at once and while nothing changes, so that a lost connection is noticed.</summary>
    private static async IAsyncEnumerable<SseItem<ChangeMessage>> EventsAsync(
        ChangeFeed feed, TimeProvider time, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await foreach (var change in feed.ListenAsync(Beat, time, end.Token))
        {
            yield return change is null
                ? new SseItem<ChangeMessage>(new ChangeMessage("beat", ""), "beat")
                : new SseItem<ChangeMessage>(change, "change");
        }
    }
}
