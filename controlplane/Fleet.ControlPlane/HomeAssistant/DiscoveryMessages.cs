using System.Text.Json.Nodes;
using Fleet.Contracts;

namespace Fleet.ControlPlane.HomeAssistant;

/// <summary>Home Assistant's discovery by device: one retained message makes a device with all its entities, which read the topics that devices speak on anyway.</summary>
internal static class DiscoveryMessages
{
    public const string Root = "homeassistant/device/fleet-";

    public static string Topic(DeviceId device) => $"{Root}{device}/config";

    /// <param name="device">What there is.</param>
    /// <param name="product">Version of this control plane.</param>
    public static JsonObject Of(DiscoveredDevice device, string product)
    {
        var parts = new JsonObject { ["online"] = Online(device) };
        foreach (var (key, entity) in device.Cameras.SelectMany(c => new CameraEntities(device, c).All()))
        {
            parts[key] = entity;
        }

        var about = new JsonObject
        {
            ["identifiers"] = new JsonArray($"fleet_{device.Id}"),
            ["name"] = $"{device.Id}",
            ["manufacturer"] = "Fleet",
            ["model"] = "Edge device",
            ["configuration_url"] = $"{device.Console}/devices/{device.Id}",
        };
        Add(about, "suggested_area", device.Site);
        Add(about, "sw_version", device.AgentVersion);
        return new JsonObject
        {
            ["device"] = about,
            ["origin"] = new JsonObject { ["name"] = "Fleet", ["sw_version"] = product, ["support_url"] = device.Console },
            ["components"] = parts,
        };
    }

    /// <summary>What the AsyncAPI document says of it; the rest is Home Assistant's own documentation.</summary>
    public static JsonObject Schema() => new()
    {
        ["description"] = "Home Assistant's MQTT discovery by device.",
        ["type"] = "object",
        ["required"] = new JsonArray("device", "origin", "components"),
        ["properties"] = new JsonObject
        {
            ["device"] = new JsonObject { ["type"] = "object", ["required"] = new JsonArray("identifiers", "name") },
            ["origin"] = new JsonObject { ["type"] = "object", ["required"] = new JsonArray("name") },
            ["components"] = new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("platform"),
                    ["properties"] = new JsonObject { ["platform"] = new JsonObject { ["enum"] = new JsonArray("sensor", "binary_sensor", "update") } },
                },
            },
        },
        ["additionalProperties"] = false,
    };

    /// <summary>Names what was there and is no more by its platform alone, which is how an entity is taken away.</summary>
    public static void Retire(JsonObject message, IReadOnlyDictionary<string, string> before)
    {
        var parts = message["components"]!.AsObject();
        foreach (var (key, platform) in before.Where(b => !parts.ContainsKey(b.Key)))
        {
            parts[key] = new JsonObject { ["platform"] = platform };
        }
    }

    /// <summary>Platforms of the entities of a message, by their keys.</summary>
    public static IReadOnlyDictionary<string, string> Platforms(JsonObject message) =>
        message["components"]!.AsObject().ToDictionary(c => c.Key, c => c.Value!["platform"]!.GetValue<string>(), StringComparer.Ordinal);

    private static JsonObject Online(DiscoveredDevice device) => new()
    {
        ["platform"] = "binary_sensor",
        ["unique_id"] = $"fleet_{device.Id}_online",
        ["name"] = "Online",
        ["device_class"] = "connectivity",
        ["entity_category"] = "diagnostic",
        ["state_topic"] = Topics.Status(device.Id),
        ["value_template"] = DiscoveryTemplates.Online,
    };

    private static void Add(JsonObject to, string member, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            to[member] = value;
        }
    }
}
