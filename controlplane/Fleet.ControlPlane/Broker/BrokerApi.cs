using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Loops;
using MQTTnet.AspNetCore;
using MQTTnet.Server;

namespace Fleet.ControlPlane.Broker;

internal static class BrokerApi
{
    private static readonly string Version = typeof(BrokerApi).Assembly.GetName().Version!.ToString(fieldCount: 3);

    private const int MaxPending = 100;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    public static void AddBroker(this IServiceCollection services)
    {
        services.AddHostedMqttServer(o => o.WithoutDefaultEndpoint()
            .WithPersistentSessions(false)
            .WithMaxPendingMessagesPerClient(MaxPending)
            .WithDefaultCommunicationTimeout(ConnectLimit));
        services.AddMqttConnectionHandler();
        services.AddConnections();
        services.AddSingleton<DeviceBus>().AddSingleton<BrokerRules>().AddSingleton<Upstream>();
        services.AddSingleton<TopicTree>().AddSingleton<Readers>().AddSingleton<ReaderRules>();
        services.AddReconciler<ReaderSweep>();
    }

    public static void MapBroker(this Routes routes)
    {
        routes.Root.MapGet("/asyncapi.json", (Platform.Endpoints endpoints, Platform.FleetOptions options) =>
                TypedResults.Text(AsyncApi.Document(endpoints.MqttHost, endpoints.MqttPort, endpoints.ReadersPort, options.Readers.HomeAssistant, Version).ToJsonString(AsyncApi.Written), "application/json"))
            .RequireAuthorization(Policies.Viewer);
        routes.MapTopics();
    }

    public static void UseBroker(this WebApplication app) =>
        app.UseMqttServer(server =>
        {
            app.Services.GetRequiredService<BrokerRules>().Attach(server);
            app.Services.GetRequiredService<ReaderRules>().Attach(server);
        });
}
