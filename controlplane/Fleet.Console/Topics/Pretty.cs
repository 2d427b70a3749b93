using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Console.Topics;

/// <summary>Payloads as people read them.</summary>
internal static class Pretty
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Indented where it is JSON, as it came where it is not.</summary>
    public static string Json(string payload)
    {
        try
        {
            return JsonNode.Parse(payload)?.ToJsonString(Written) ?? payload;
        }
        catch (JsonException)
        {
            return payload;
        }
    }
}
