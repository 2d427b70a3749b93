using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Broker;

/// <summary>JSON Schemas of what is said over MQTT, made of the records that read it: there is no second description that could drift.</summary>
internal static class MessageSchemas
{
    private const string Name = "^[a-z0-9][a-z0-9-]{0,63}$";

    private static readonly Dictionary<Type, (string Pattern, string Description)> Ids = new()
    {
        [typeof(DeviceId)] = (Name, "A device."),
        [typeof(CameraId)] = (Name, "A camera of its device."),
        [typeof(VersionId)] = ("^[a-z0-9][a-z0-9-]{0,63}@[1-9][0-9]*$", "A version of a model: name@number."),
        [typeof(Digest)] = ("^sha256:[0-9a-f]{64}$", "SHA-256 of a file."),
    };

    /// <param name="type">The message.</param>
    /// <param name="at">Where the schema lies in its document: what it refers to within itself is found from there.</param>
    public static JsonNode Of(JsonTypeInfo type, string at)
    {
        var schema = type.GetJsonSchemaAsNode(new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Described });
        Move(schema, at);
        return schema;
    }

    private static JsonNode Described(JsonSchemaExporterContext context, JsonNode schema) =>
        Ids.TryGetValue(Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type, out var id)
            ? new JsonObject
            {
                ["type"] = Nullable.GetUnderlyingType(context.TypeInfo.Type) is null ? "string" : new JsonArray("string", "null"),
                ["pattern"] = id.Pattern,
                ["description"] = id.Description,
            }
            : schema;

    private static void Move(JsonNode? node, string at)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["$ref"] is JsonValue reference && reference.GetValueKind() == JsonValueKind.String)
                {
                    members["$ref"] = at + reference.GetValue<string>()[1..];
                }

                foreach (var member in members.ToList())
                {
                    Move(member.Value, at);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Move(item, at);
                }

                break;
        }
    }
}
