using System.Net.ServerSentEvents;
using System.Reflection;
using System.Runtime.CompilerServices;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Scalar.AspNetCore;

namespace Fleet.ControlPlane.Platform;

internal static class PlatformApi
{
    public static void MapPlatform(this Routes routes)
    {
        routes.Root.MapGet("/health", Health).AllowAnonymous();
        routes.Root.MapOpenApi().RequireAuthorization(Policies.Viewer);
        routes.Root.MapScalarApiReference("/scalar").RequireAuthorization(Policies.Viewer);
        routes.Operator.MapGet("/changes", Changes).RequireAuthorization(Policies.Viewer);
    }

    private static HealthResponse Health() =>
        new("ok", typeof(PlatformApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    private static ServerSentEventsResult<ChangeMessage> Changes(ChangeFeed feed, IHostApplicationLifetime lifetime, CancellationToken cancellationToken) =>
        TypedResults.ServerSentEvents(EventsAsync(feed, lifetime, cancellationToken));

    private static async IAsyncEnumerable<SseItem<ChangeMessage>> EventsAsync(
        ChangeFeed feed, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await foreach (var change in feed.ListenAsync(end.Token))
        {
            yield return new SseItem<ChangeMessage>(change, "change");
        }
    }
}
