using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>OLPC canonical JSON, the form TUF signs: sorted members, no white space, only <c>"</c> and <c>\</c> escaped, whole numbers.</summary>
/// <remarks>It is not always valid JSON: line breaks stand in strings as they are. Files are therefore written as ordinary JSON.</remarks>
public static class CanonicalJson
{
    /// <summary>The canonical form of <paramref name="value"/>, UTF-8.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: a number is not whole, or a text is no Unicode.</exception>
    public static byte[] Of(JsonElement value)
    {
        var into = new ArrayBufferWriter<byte>(1024);
        Write(into, value);
        return into.WrittenSpan.ToArray();
    }

    /// <inheritdoc cref="Of(JsonElement)"/>
    public static byte[] Of(JsonNode value)
    {
        ArgumentNullException.ThrowIfNull(value);
        using var document = JsonDocument.Parse(value.ToJsonString());
        return Of(document.RootElement);
    }

    private static void Write(ArrayBufferWriter<byte> into, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(into, value);
                break;
            case JsonValueKind.Array:
                WriteArray(into, value);
                break;
            case JsonValueKind.String:
                WriteText(into, Text(value));
                break;
            case JsonValueKind.Number:
                into.Write(Encoding.ASCII.GetBytes(WholeNumber(value)));
                break;
            default:
                into.Write(value.ValueKind switch { JsonValueKind.True => "true"u8, JsonValueKind.False => "false"u8, _ => "null"u8 });
                break;
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> into, JsonElement value)
    {
        into.Write("{"u8);
        var first = true;
        foreach (var (name, member) in value.EnumerateObject().Select(p => (Name(p), p.Value)).OrderBy(m => m.Item1, ByCodePoint.Instance))
        {
            into.Write(first ? ""u8 : ","u8);
            first = false;
            WriteText(into, name);
            into.Write(":"u8);
            Write(into, member);
        }

        into.Write("}"u8);
    }

    private static void WriteArray(ArrayBufferWriter<byte> into, JsonElement value)
    {
        into.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            into.Write(first ? ""u8 : ","u8);
            first = false;
            Write(into, item);
        }

        into.Write("]"u8);
    }

    private static void WriteText(ArrayBufferWriter<byte> into, string text) =>
        into.Write(Encoding.UTF8.GetBytes($"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));

    private static string WholeNumber(JsonElement value)
    {
        var text = value.GetRawText();
        return text.AsSpan(text[0] == '-' ? 1 : 0).ContainsAnyExceptInRange('0', '9')
            ? throw new ProblemException(Problems.TrustMalformed, $"The number {text} is not whole; signed metadata knows whole numbers only.")
            : text == "-0" ? "0" : text;
    }

    private static string Name(JsonProperty property) => Unicode(() => property.Name);

    private static string Text(JsonElement value) => Unicode(() => value.GetString()!);

    private static string Unicode(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw new ProblemException(Problems.TrustMalformed, "A text in the document is not valid Unicode.", e);
        }
    }

    private sealed class ByCodePoint : IComparer<string>
    {
        public static readonly ByCodePoint Instance = new();

        public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
