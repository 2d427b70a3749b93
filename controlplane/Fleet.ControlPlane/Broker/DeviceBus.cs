using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fleet.ControlPlane.Broker;

/// <summary>Sends to a device's own session: stock dispatch would look at every session for every message.</summary>
internal sealed class DeviceBus(IServiceProvider services, LiveDevices live)
{
    // the server is asked for late: it is built from the options of the whole host
    private MqttServer Server => services.GetRequiredService<MqttServer>();

    /// <summary>Queues a message for a connected device; for one that is away nothing happens, it gets the newest state when it comes.</summary>
    public Task SendAsync(DeviceId device, string topic, byte[] payload) => WhileConnectedAsync(device, async server =>
    {
        var session = await server.GetSessionAsync(device.ToString());
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        session.TryEnqueueApplicationMessage(message, out _);
    });

    public Task DisconnectAsync(DeviceId device) =>
        WhileConnectedAsync(device, server => server.DisconnectClientAsync(device.ToString(), MqttDisconnectReasonCode.NotAuthorized));

    private async Task WhileConnectedAsync(DeviceId device, Func<MqttServer, Task> act)
    {
        if (live.Of(device).Connections == 0 || !Server.IsStarted)
        {
            return;
        }

        try
        {
            await act(Server);
        }
        catch (InvalidOperationException) when (live.Of(device).Connections == 0)
        {
            // it left in between
        }
    }
}
