using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;
using Fleet.ControlPlane.HomeAssistant;

namespace Fleet.ControlPlane.Broker;

/// <summary>An AsyncAPI 3 document of the topics, seen from the control plane: it sends to devices and receives from them.</summary>
internal static class AsyncApi
{
    private const string Parameter = "{device}";
    private const string Schemas = "#/components/schemas/";

    /// <summary>For people, too.</summary>
    public static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Said[] Topic =
    [
        new("desired", "desired", "Directive", null, ToDevice: true, "What the device should run, signed for it alone. It is sent on subscribing and whenever it changes; a device may fetch the same one over HTTPS."),
        new("reported", "reported", nameof(Reported), FleetJson.Strict.Reported, ToDevice: false, "What the device runs: after every change, on every connect, and once a minute."),
        new("status", "status", "Status", FleetJson.Strict.StatusMessage, ToDevice: false, "Presence. It is the will, too: a lost device is offline."),
        new("telemetry", "telemetry", nameof(Telemetry), FleetJson.Strict.Telemetry, ToDevice: false, "Counters since the agent started; they only rise. Every 10 seconds, or as the policy says."),
        new("events", "events/{camera}", nameof(DetectionEvent), FleetJson.Strict.DetectionEvent, ToDevice: false, "What a camera saw, for a frame whose detections changed or on which something happened at a zone or line."),
    ];

    private static readonly Said Discovery = new(
        "discovery", DiscoveryMessages.Root + Parameter + "/config", "Discovery", null, ToDevice: false, "What Home Assistant should know of a device and its cameras; retained. An empty message takes the device away.");

    /// <summary>What the document says of a topic; null where it says nothing.</summary>
    public static Said? Find(string topic) =>
        topic.StartsWith(DiscoveryMessages.Root, StringComparison.Ordinal) ? Discovery : Topics.TryRead(topic, out _, out var rest) ? Array.Find(Topic, t => t.Path == rest || (t.Channel == "events" && rest.StartsWith("events/", StringComparison.Ordinal))) : null;

    /// <summary>Whether it is a state: who subscribes gets the last one at once.</summary>
    public static bool IsRetained(string topic) => Find(topic) is { Channel: "reported" or "status" or "discovery" };

    /// <param name="host">Where devices and readers connect.</param>
    /// <param name="devices">Port of devices.</param>
    /// <param name="readers">Port of readers; null while there is none.</param>
    /// <param name="homeAssistant">Readers get discovery messages, too.</param>
    /// <param name="version">Of the product.</param>
    public static JsonObject Document(string host, int devices, int? readers, bool homeAssistant, string version)
    {
        var topics = readers is not null && homeAssistant ? [.. Topic, Discovery] : Topic;
        return Document(topics, Servers(host, devices, readers), readers is not null, version);
    }

    private static JsonObject Document(Said[] topics, JsonObject servers, bool withReaders, string version) => new()
    {
        ["asyncapi"] = "3.0.0",
        ["info"] = new JsonObject
        {
            ["title"] = "Fleet: devices over MQTT",
            ["version"] = version,
            ["description"] = "MQTT 5 over TLS with a client certificate whose name is the client id. A device publishes and subscribes below its own prefix and nowhere else. Programs read what devices say, with a key of the role Viewer, where the server 'readers' is listed; they get the last message of status and reported on subscribing, and publish nothing. CloudEvents 1.0 attributes (specversion, type, source, id, time) are user properties of every message from a device.",
        },
        ["defaultContentType"] = "application/json",
        ["servers"] = servers,
        ["channels"] = Each(topics, t => t.Channel, t => Channel(t, withReaders)),
        ["operations"] = Each(topics, t => t.Action + t.Message, Operation),
        ["components"] = new JsonObject
        {
            ["securitySchemes"] = new JsonObject
            {
                ["certificate"] = new JsonObject { ["type"] = "X509", ["description"] = "The certificate that enrolment gave." },
                ["key"] = new JsonObject { ["type"] = "userPassword", ["description"] = "A key with the role Viewer is the password; the user's name may be anything." },
            },
            ["messages"] = Each(topics, t => t.Message, Message),
            ["schemas"] = Each(topics, t => t.Message, Schema),
        },
    };

    private static JsonObject Each(Said[] topics, Func<Said, string> key, Func<Said, JsonNode> value) =>
        new(topics.Select(t => KeyValuePair.Create<string, JsonNode?>(key(t), value(t))));

    private static JsonObject Servers(string host, int devices, int? readers)
    {
        var servers = new JsonObject { ["devices"] = Server($"{host}:{devices}", "5.0", "Only enrolled devices may connect.", "certificate") };
        if (readers is not null)
        {
            servers["readers"] = Server($"{host}:{readers}", "5.0 or 3.1.1", "Programs that read what devices say.", "key");
        }

        return servers;
    }

    private static JsonObject Server(string host, string version, string description, string security) => new()
    {
        ["host"] = host,
        ["protocol"] = "secure-mqtt",
        ["protocolVersion"] = version,
        ["description"] = description,
        ["security"] = new JsonArray(new JsonObject { ["$ref"] = $"#/components/securitySchemes/{security}" }),
    };

    private static JsonObject Channel(Said topic, bool withReaders)
    {
        var parameters = new JsonObject { ["device"] = new JsonObject { ["description"] = "The device's id, which is its client id." } };
        if (topic.Path.Contains("{camera}", StringComparison.Ordinal))
        {
            parameters["camera"] = new JsonObject { ["description"] = "The camera's id within its device." };
        }

        return new JsonObject
        {
            ["address"] = topic.Address,
            ["description"] = topic.Description,
            ["servers"] = new JsonArray([.. topic.Servers(withReaders).Select(s => new JsonObject { ["$ref"] = $"#/servers/{s}" })]),
            ["messages"] = new JsonObject { [topic.Message] = new JsonObject { ["$ref"] = $"#/components/messages/{topic.Message}" } },
            ["parameters"] = parameters,
        };
    }

    private static JsonObject Operation(Said topic) => new()
    {
        ["action"] = topic.Action,
        ["channel"] = new JsonObject { ["$ref"] = $"#/channels/{topic.Channel}" },
        ["summary"] = topic.Description,
        ["bindings"] = new JsonObject { ["mqtt"] = new JsonObject { ["qos"] = 1, ["bindingVersion"] = "0.2.0" } },
        ["messages"] = new JsonArray(new JsonObject { ["$ref"] = $"#/channels/{topic.Channel}/messages/{topic.Message}" }),
    };

    private static JsonObject Message(Said topic) => new()
    {
        ["name"] = topic.Message,
        ["contentType"] = "application/json",
        ["payload"] = new JsonObject { ["$ref"] = Schemas + topic.Message },
    };

    private static JsonNode Schema(Said topic) => topic switch
    {
        { Type: { } type } => MessageSchemas.Of(type, Schemas + topic.Message),
        { ToDevice: false } => DiscoveryMessages.Schema(),
        _ => new JsonObject
        {
            ["description"] = "A DSSE envelope; its payload is the directive, base64.",
            ["type"] = "object",
            ["required"] = new JsonArray("payloadType", "payload", "signatures"),
            ["properties"] = new JsonObject
            {
                ["payloadType"] = new JsonObject { ["type"] = "string" },
                ["payload"] = new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
                ["signatures"] = new JsonObject
                {
                    ["type"] = "array",
                    ["minItems"] = 1,
                    ["items"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["required"] = new JsonArray("keyid", "sig"),
                        ["properties"] = new JsonObject { ["keyid"] = new JsonObject { ["type"] = "string" }, ["sig"] = new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" } },
                    },
                },
            },
        },
    };

    /// <param name="Channel">Its name in the document.</param>
    /// <param name="Path">Below the device's prefix.</param>
    /// <param name="Message">Name of the message and its schema.</param>
    /// <param name="Type">The record that reads it; null for the signed envelope and for what is not read here.</param>
    /// <param name="ToDevice">Sent by the control plane.</param>
    /// <param name="Description">When, and what for.</param>
    internal sealed record Said(string Channel, string Path, string Message, JsonTypeInfo? Type, bool ToDevice, string Description)
    {
        public string Address => FromHere ? Path : $"{Topics.Root}{Parameter}/{Path}";

        public string Action => ToDevice || FromHere ? "send" : "receive";

        // the control plane says it itself, and to readers alone
        private bool FromHere => Path.StartsWith(DiscoveryMessages.Root, StringComparison.Ordinal);

        public IEnumerable<string> Servers(bool withReaders)
        {
            if (!FromHere)
            {
                yield return "devices";
            }

            if (!ToDevice && withReaders)
            {
                yield return "readers";
            }
        }
    }
}
