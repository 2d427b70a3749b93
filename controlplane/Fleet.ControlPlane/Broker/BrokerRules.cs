using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fleet.ControlPlane.Broker;

/// <summary>Who may connect, what they may say and hear. The hooks run on the client's own connection, so that a slow one slows that client alone.</summary>
internal sealed partial class BrokerRules(
    DeviceGate gate, DeviceInbox inbox, Upstream upstream, DirectiveLedger directives, DeviceBus bus, ILogger<BrokerRules> logger)
{
    private const int MaxKeepAliveSeconds = 1177;

    // by client id; the library keeps a session's first certificate when another connection takes the session over
    private readonly ConcurrentDictionary<string, ShownCertificate> _shown = new(StringComparer.Ordinal);

    public void Attach(MqttServer server)
    {
        server.ValidatingConnectionAsync += ValidateAsync;
        server.ClientConnectedAsync += ConnectedAsync;
        server.ClientDisconnectedAsync += DisconnectedAsync;
        server.InterceptingPublishAsync += PublishAsync;
        server.InterceptingSubscriptionAsync += SubscribeAsync;
        server.ClientSubscribedTopicAsync += SubscribedAsync;
    }

    private async Task ValidateAsync(ValidatingConnectionEventArgs e)
    {
        // without one it can only be a reader: the rules for them come after these and may let it in
        e.ReasonCode = e.ClientCertificate is { } certificate ? await JudgeAsync(e, certificate) : MqttConnectReasonCode.NotAuthorized;
        if (e.ClientCertificate is not null && e.ReasonCode != MqttConnectReasonCode.Success)
        {
            LogRefused(e.ClientId, e.ReasonCode, e.RemoteEndPoint?.ToString());
        }
    }

    private async Task<MqttConnectReasonCode> JudgeAsync(ValidatingConnectionEventArgs e, X509Certificate2 certificate)
    {
        if (e.ProtocolVersion != MqttProtocolVersion.V500)
        {
            return MqttConnectReasonCode.UnsupportedProtocolVersion;
        }

        if (e.KeepAlivePeriod is 0 or > MaxKeepAliveSeconds)
        {
            return MqttConnectReasonCode.ImplementationSpecificError;
        }

        try
        {
            var device = await gate.AdmitAsync(certificate, Address(e.RemoteEndPoint), CancellationToken.None);
            if (device.ToString() != e.ClientId)
            {
                return MqttConnectReasonCode.ClientIdentifierNotValid;
            }

            _shown[e.ClientId] = DeviceGate.Read(certificate);
            return MqttConnectReasonCode.Success;
        }
        catch (ProblemException)
        {
            return MqttConnectReasonCode.NotAuthorized;
        }
    }

    /// <summary>Asks the gate again now that the connection can be ended: the device may have been shut out between the first look and here.</summary>
    private async Task ConnectedAsync(ClientConnectedEventArgs e)
    {
        if (!DeviceId.TryParse(e.ClientId, null, out var device))
        {
            return;
        }

        inbox.Connected(device);
        try
        {
            await gate.AdmitAsync(_shown[e.ClientId], Address(e.RemoteEndPoint), CancellationToken.None);
        }
        catch (ProblemException)
        {
            LogRefused(e.ClientId, MqttConnectReasonCode.NotAuthorized, e.RemoteEndPoint?.ToString());
            await bus.DisconnectAsync(device);
        }
    }

    private static IPAddress? Address(EndPoint? remote) => (remote as IPEndPoint)?.Address;

    private Task DisconnectedAsync(ClientDisconnectedEventArgs e)
    {
        if (DeviceId.TryParse(e.ClientId, null, out var device))
        {
            inbox.Disconnected(device);
        }

        return Task.CompletedTask;
    }

    private Task PublishAsync(InterceptingPublishEventArgs e)
    {
        e.ProcessPublish = false;
        e.ApplicationMessage.Retain = false;
        var reason = upstream.Take(e.ClientId, e.ApplicationMessage);
        if (reason != MqttPubAckReasonCode.Success)
        {
            e.Response.ReasonCode = reason;
            LogDenied(e.ClientId, e.ApplicationMessage.Topic, reason);
        }

        return Task.CompletedTask;
    }

    private Task SubscribeAsync(InterceptingSubscriptionEventArgs e)
    {
        if (DeviceId.TryParse(e.ClientId, null, out var device) && !Topics.Subscriptions(device).Contains(e.TopicFilter.Topic, StringComparer.Ordinal))
        {
            e.ProcessSubscription = false;
            e.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
            LogDenied(e.ClientId, e.TopicFilter.Topic, MqttPubAckReasonCode.NotAuthorized);
        }

        return Task.CompletedTask;
    }

    private async Task SubscribedAsync(ClientSubscribedTopicEventArgs e)
    {
        if (DeviceId.TryParse(e.ClientId, null, out var device) && e.TopicFilter.Topic == Topics.Desired(device) && await directives.NewestAsync(device, CancellationToken.None) is { } newest)
        {
            await bus.SendAsync(device, Topics.Desired(device), newest.Envelope);
        }
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "MQTT client '{ClientId}' at {Address} was refused: {Reason}")]
    private partial void LogRefused(string clientId, MqttConnectReasonCode reason, string? address);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "MQTT client '{ClientId}' may not use '{Topic}' so: {Reason}")]
    private partial void LogDenied(string clientId, string topic, MqttPubAckReasonCode reason);
}
