using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>What Fleet writes into a file's metadata, so that the file alone is enough to use it.</summary>
public static class OnnxMetadata
{
    /// <summary>Key of the head.</summary>
    public const string Head = "fleet.head";

    /// <summary>Key of the class names, a JSON array.</summary>
    public const string Classes = "fleet.classes";

    /// <summary>Key of the input, an <see cref="InputSpec"/> as JSON.</summary>
    public const string Input = "fleet.input";

    /// <summary>Key of the score threshold.</summary>
    public const string Threshold = "fleet.threshold";

    /// <summary>Writes all four into <paramref name="model"/>, replacing what is there.</summary>
    public static void Set(ModelProto model, HeadFit fit)
    {
        Set(model, Head, fit.Head);
        Set(model, Classes, JsonSerializer.Serialize([.. fit.Classes], MetadataJson.Default.StringArray));
        Set(model, Input, JsonSerializer.Serialize(fit.Input, MetadataJson.Default.InputSpec));
        Set(model, Threshold, fit.ScoreThreshold?.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Writes one entry, or removes it where <paramref name="value"/> is null.</summary>
    public static void Set(ModelProto model, string key, string? value)
    {
        foreach (var old in model.MetadataProps.Where(p => p.Key == key).ToList())
        {
            model.MetadataProps.Remove(old);
        }

        if (value is not null)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }
    }

    /// <summary>Reads what is there; null where the file says nothing.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an entry cannot be read.</exception>
    public static DeclaredHead Get(IReadOnlyDictionary<string, string> metadata)
    {
        var head = metadata.GetValueOrDefault(Head);
        var classes = Read(metadata, Classes, text => JsonSerializer.Deserialize(text, MetadataJson.Default.StringArray));
        var input = Read(metadata, Input, text => JsonSerializer.Deserialize(text, MetadataJson.Default.InputSpec));
        var threshold = Read(metadata, Threshold, text => (object)float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        return new(head, classes, input, (float?)threshold);
    }

    private static T? Read<T>(IReadOnlyDictionary<string, string> metadata, string key, Func<string, T?> parse) where T : class
    {
        try
        {
            return metadata.TryGetValue(key, out var text) ? parse(text) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new ProblemException(Problems.ModelHead, $"The file's metadata '{key}' cannot be read: '{TensorRules.Short(metadata[key])}'. Correct it, or remove it and give the value with the version.", e);
        }
    }
}

/// <summary>What a file declares in its metadata; null where it says nothing.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Classes">Its class names.</param>
/// <param name="Input">Its input.</param>
/// <param name="ScoreThreshold">Its threshold.</param>
public sealed record DeclaredHead(string? Head, IReadOnlyList<string>? Classes, InputSpec? Input, float? ScoreThreshold);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(InputSpec))]
internal sealed partial class MetadataJson : JsonSerializerContext;
