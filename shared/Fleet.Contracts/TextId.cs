using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

internal static class TextId
{
    public const string NameRule = "1 to 64 of a-z, 0-9 and -, starting with a letter or digit";

    private static readonly System.Buffers.SearchValues<char> NameCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsName(string? s) =>
        s is { Length: >= 1 and <= 64 } && s[0] != '-' && s.AsSpan().IndexOfAnyExcept(NameCharacters) < 0;

    public static T Parse<T>(string s, string what, string rule) where T : struct, IParsable<T> =>
        T.TryParse(s, null, out var id) ? id : throw new FormatException($"'{Shorten(s)}' is not {what}: wanted {rule}.");

    public static string Text(string? value) => value ?? throw new InvalidOperationException("This id was never set.");

    public static bool Yes<T>(T value, out T result)
    {
        result = value;
        return true;
    }

    public static bool No<T>(out T result) where T : struct
    {
        result = default;
        return false;
    }

    private static string Shorten(string? s) => s is null ? "" : s.Length <= 80 ? s : s[..80] + "…";
}

/// <summary>Writes an id as its text and reads it back; also as a property name.</summary>
/// <typeparam name="T">The id.</typeparam>
public sealed class TextIdConverter<T> : JsonConverter<T> where T : struct, IParsable<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Of(reader.GetString()!) : throw new JsonException($"{typeof(T).Name} is written as text.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(reader.GetString()!);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString()!);

    private static T Of(string s)
    {
        try
        {
            return T.Parse(s, null);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }
}
