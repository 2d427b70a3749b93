using Fleet.Contracts;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fleet.ControlPlane.Broker;

/// <summary>Sends to a device's own session: stock dispatch would look at every session for every message.</summary>
internal sealed class DeviceBus(IServiceProvider services)
{
    // the server is asked for late: it is built from the options of the whole host
    private MqttServer Server => services.GetRequiredService<MqttServer>();

    /// <summary>Queues a message for a connected device; for one that is away nothing happens, it gets the newest state when it comes.</summary>
    public async Task SendAsync(DeviceId device, string topic, byte[] payload)
    {
        if (!Server.IsStarted || await Server.GetSessionAsync(device.ToString()) is not { } session)
        {
            return;
        }

        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        session.TryEnqueueApplicationMessage(message, out _);
    }

    public async Task DisconnectAsync(DeviceId device)
    {
        if (Server.IsStarted)
        {
            await Server.DisconnectClientAsync(device.ToString(), MqttDisconnectReasonCode.NotAuthorized);
        }
    }
}
