using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Platform.Http;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fleet.ControlPlane.Broker;

/// <summary>Who may read: programs with a key instead of a certificate, on their own listener. They say nothing.</summary>
internal sealed partial class ReaderRules(Readers readers, IServiceScopeFactory scopes, TimeProvider time, ILogger<ReaderRules> logger)
{
    private const int MaxKeepAliveSeconds = 1177;
    private const int MaxClientLength = 64;

    public void Attach(MqttServer server)
    {
        server.ValidatingConnectionAsync += ValidateAsync;
        server.ClientConnectedAsync += async e => await ConnectedAsync(server, e);
        server.ClientDisconnectedAsync += DisconnectedAsync;
        server.InterceptingSubscriptionAsync += SubscribeAsync;
        server.ClientSubscribedTopicAsync += SubscribedAsync;
        server.ClientUnsubscribedTopicAsync += UnsubscribedAsync;
    }

    private static bool IsDevice(string client) => DeviceId.TryParse(client, null, out _);

    private async Task ValidateAsync(ValidatingConnectionEventArgs e)
    {
        // the device listener lets nobody in without one
        if (e.ClientCertificate is not null)
        {
            return;
        }

        var client = string.IsNullOrEmpty(e.ClientId) ? e.AssignedClientIdentifier = $"reader_{Guid.CreateVersion7(time.GetUtcNow()):N}" : e.ClientId;
        e.ReasonCode = await JudgeAsync(e, client);
        if (e.ReasonCode != MqttConnectReasonCode.Success)
        {
            LogRefused(client, e.ReasonCode, e.RemoteEndPoint?.ToString());
        }
    }

    private async Task<MqttConnectReasonCode> JudgeAsync(ValidatingConnectionEventArgs e, string client)
    {
        if (e.ProtocolVersion is not (MqttProtocolVersion.V500 or MqttProtocolVersion.V311))
        {
            return MqttConnectReasonCode.UnsupportedProtocolVersion;
        }

        if (e.KeepAlivePeriod is 0 or > MaxKeepAliveSeconds)
        {
            return MqttConnectReasonCode.ImplementationSpecificError;
        }

        // a device's session is found by its client id: nobody else may have one like it
        if (client.Length > MaxClientLength || IsDevice(client))
        {
            return MqttConnectReasonCode.ClientIdentifierNotValid;
        }

        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<ApiKeys>().FindAsync(e.Password ?? "", CancellationToken.None) is not { } key || !Policies.Covers(key.Role, Role.Viewer))
        {
            return MqttConnectReasonCode.BadUserNameOrPassword;
        }

        var reader = new Reader(client, key.Id, key.Name, time.GetUtcNow());
        if (!readers.Admits(reader))
        {
            return MqttConnectReasonCode.QuotaExceeded;
        }

        readers.Put(reader);
        e.SessionItems[nameof(Reader)] = reader;
        return MqttConnectReasonCode.Success;
    }

    private async Task ConnectedAsync(MqttServer server, ClientConnectedEventArgs e)
    {
        if (readers.Find(e.ClientId) is { } reader)
        {
            readers.Put(reader with { Session = await server.GetSessionAsync(e.ClientId) });
            LogConnected(e.ClientId, reader.KeyName, e.RemoteEndPoint?.ToString());
        }
    }

    private Task DisconnectedAsync(ClientDisconnectedEventArgs e)
    {
        if (e.SessionItems[nameof(Reader)] is Reader reader)
        {
            readers.Leave(reader);
        }

        return Task.CompletedTask;
    }

    private Task SubscribeAsync(InterceptingSubscriptionEventArgs e)
    {
        if (IsDevice(e.ClientId))
        {
            return Task.CompletedTask;
        }

        e.ProcessSubscription = readers.Find(e.ClientId) is { } reader && ReaderFilters.Allows(e.TopicFilter.Topic)
            && (reader.Filters.Count < ReaderFilters.MaxOfReader || reader.Filters.ContainsKey(e.TopicFilter.Topic));
        if (!e.ProcessSubscription)
        {
            e.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
            LogDenied(e.ClientId, e.TopicFilter.Topic);
        }

        return Task.CompletedTask;
    }

    private async Task SubscribedAsync(ClientSubscribedTopicEventArgs e)
    {
        var (filter, quality) = (e.TopicFilter.Topic, e.TopicFilter.QualityOfServiceLevel);
        readers.Subscribe(e.ClientId, filter, quality);
        if (readers.Find(e.ClientId) is { } reader)
        {
            await readers.CatchUpAsync(reader, filter, quality);
        }
    }

    private Task UnsubscribedAsync(ClientUnsubscribedTopicEventArgs e)
    {
        readers.Unsubscribe(e.ClientId, e.TopicFilter);
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = 420, Level = LogLevel.Warning, Message = "MQTT reader '{Client}' at {Address} was refused: {Reason}")]
    private partial void LogRefused(string client, MqttConnectReasonCode reason, string? address);

    [LoggerMessage(EventId = 421, Level = LogLevel.Warning, Message = "MQTT reader '{Client}' may not subscribe to '{Filter}'")]
    private partial void LogDenied(string client, string filter);

    [LoggerMessage(EventId = 422, Level = LogLevel.Information, Message = "MQTT reader '{Client}' with the key '{Key}' came from {Address}")]
    private partial void LogConnected(string client, string key, string? address);
}
