using MQTTnet.AspNetCore;
using MQTTnet.Server;

namespace Fleet.ControlPlane.Broker;

internal static class BrokerApi
{
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
    }

    public static void UseBroker(this WebApplication app) =>
        app.UseMqttServer(server => app.Services.GetRequiredService<BrokerRules>().Attach(server));
}
