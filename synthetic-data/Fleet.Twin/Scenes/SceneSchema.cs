using System.Globalization;
using System.Text.Json.Nodes;

namespace Fleet.Twin.Scenes;

/// <summary>The JSON Schema of scene files, written down by the reader itself while it asks for its fields.</summary>
internal static class SceneSchema
{
    public static JsonObject Interval(Interval standard, float least, float most) => new()
    {
        ["oneOf"] = new JsonArray(Number(least, most), new JsonObject { ["type"] = "array", ["items"] = Number(least, most), ["minItems"] = 2, ["maxItems"] = 2 }),
        ["default"] = new JsonArray(Value(standard.Low), Value(standard.High)),
    };

    public static JsonObject Number(float standard, float least, float most)
    {
        var schema = Number(least, most);
        schema["default"] = Value(standard);
        return schema;
    }

    public static JsonObject Whole(int standard, int least, int most) =>
        new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most, ["default"] = standard };

    public static JsonObject Weights(IReadOnlyList<float> standard, int most) => new()
    {
        ["type"] = "array",
        ["items"] = Number(0, 1000),
        ["minItems"] = 1,
        ["maxItems"] = most,
        ["default"] = new JsonArray([.. standard.Select(Value)]),
    };

    public static JsonObject Choice(IEnumerable<string> words) => new() { ["enum"] = new JsonArray([.. words.Select(w => JsonValue.Create(w))]) };

    public static JsonObject Text(string standard) => new() { ["type"] = "string", ["minLength"] = 1, ["default"] = standard };

    public static JsonObject Items(JsonObject fields, int most) =>
        new() { ["type"] = "array", ["items"] = Map(fields), ["minItems"] = 1, ["maxItems"] = most };

    public static JsonObject Map(JsonObject fields) => new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = fields };

    /// <summary>One schema for all worlds; each has its own fields.</summary>
    public static JsonObject Of(IEnumerable<(string World, JsonObject Fields, bool Named)> worlds) => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Fleet scene",
        ["oneOf"] = new JsonArray([.. worlds.Select(w => World(w.World, w.Fields, w.Named))]),
    };

    private static JsonObject World(string world, JsonObject fields, bool named)
    {
        fields["world"] = new JsonObject { ["const"] = world };
        var schema = Map(fields);
        schema["title"] = world;
        if (named)
        {
            schema["required"] = new JsonArray("world");
        }

        return schema;
    }

    private static JsonObject Number(float least, float most) => new() { ["type"] = "number", ["minimum"] = Value(least), ["maximum"] = Value(most) };

    /// <summary>0.1 and not 0.10000000149.</summary>
    private static JsonNode Value(float number) => JsonValue.Create(decimal.Parse(number.ToString(CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture));
}
