using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform;
using MQTTnet;
using MQTTnet.Protocol;

namespace Fleet.ControlPlane.Broker;

/// <summary>Takes what a device publishes below its own prefix; everything else is denied.</summary>
internal sealed partial class Upstream
{
    private const string Events = "events/";
    private readonly DeviceInbox _inbox;
    private readonly TopicTree _topics;
    private readonly Readers _readers;
    private readonly ILogger<Upstream> _logger;
    private readonly Counter<long> _messages;

    public Upstream(DeviceInbox inbox, TopicTree topics, Readers readers, FleetMeters meters, ILogger<Upstream> logger)
    {
        _inbox = inbox;
        _topics = topics;
        _readers = readers;
        _logger = logger;
        _messages = meters.Meter.CreateCounter<long>("fleet.mqtt.messages", description: "MQTT messages from devices, by kind and whether they were taken.");
    }

    public MqttPubAckReasonCode Take(string clientId, MqttApplicationMessage message)
    {
        if (!Topics.TryRead(message.Topic, out var device, out var rest) || device.ToString() != clientId)
        {
            return Count("foreign", MqttPubAckReasonCode.NotAuthorized);
        }

        var isEvent = rest.StartsWith(Events, StringComparison.Ordinal);
        Action<ReadOnlySequence<byte>>? take = rest switch
        {
            "reported" => payload => _inbox.Hear(device, Read(payload, FleetJson.Strict.Reported)),
            "status" => payload => _inbox.Hear(device, Read(payload, FleetJson.Strict.StatusMessage)),
            "telemetry" => payload => _inbox.Hear(device, Read(payload, FleetJson.Strict.Telemetry)),
            _ when isEvent && CameraId.TryParse(rest[Events.Length..], null, out var camera) =>
                payload => _inbox.Hear(device, camera, Read(payload, FleetJson.Strict.DetectionEvent)),
            _ => null,
        };
        return take is null ? Count("foreign", MqttPubAckReasonCode.NotAuthorized) : Count(isEvent ? "events" : rest, Take(take, message, clientId));
    }

    private MqttPubAckReasonCode Take(Action<ReadOnlySequence<byte>> take, MqttApplicationMessage message, string clientId)
    {
        try
        {
            take(message.Payload);
            _topics.Hear(message.Topic, message.Payload, AsyncApi.IsRetained(message.Topic));
            _readers.Deliver(message.Topic, message.Payload, message.UserProperties);
            return MqttPubAckReasonCode.Success;
        }
        catch (Exception e) when (e is JsonException or ProblemException)
        {
            LogUnreadable(e, clientId, message.Topic);
            return MqttPubAckReasonCode.PayloadFormatInvalid;
        }
    }

    private static T Read<T>(ReadOnlySequence<byte> payload, JsonTypeInfo<T> type)
    {
        var reader = new Utf8JsonReader(payload);
        var message = JsonSerializer.Deserialize(ref reader, type) ?? throw new JsonException("The message is null.");
        return reader.Read() ? throw new JsonException("Something follows the message.") : message;
    }

    private MqttPubAckReasonCode Count(string kind, MqttPubAckReasonCode reason)
    {
        _messages.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("taken", reason == MqttPubAckReasonCode.Success));
        return reason;
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Warning, Message = "A message of '{ClientId}' to '{Topic}' cannot be read")]
    private partial void LogUnreadable(Exception exception, string clientId, string topic);
}
