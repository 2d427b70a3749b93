using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fleet.Training.Datasets.Formats;

/// <summary>A COCO label file; every field may be missing, so that what is missing can be named.</summary>
internal sealed record CocoLabelFile
{
    /// <summary>Path below the set's folder.</summary>
    [JsonIgnore]
    public string File { get; init; } = "";

    public CocoNotes? Info { get; init; }

    public IReadOnlyList<CocoImage>? Images { get; init; }

    public IReadOnlyList<CocoAnnotation>? Annotations { get; init; }

    public IReadOnlyList<CocoCategory>? Categories { get; init; }

    /// <summary>All COCO files of a folder; a JSON file of another kind is passed over, a broken one is told.</summary>
    public static IReadOnlyList<CocoLabelFile> FindIn(DatasetFolder folder)
    {
        var found = new List<CocoLabelFile>();
        foreach (var name in folder.Files.Where(f => f.EndsWith(".json", StringComparison.OrdinalIgnoreCase)))
        {
            try
            {
                if (Read(folder.At(name)) is { } file)
                {
                    found.Add(file with { File = name });
                }
            }
            catch (JsonException e)
            {
                folder.Error("label-malformed", name, $"This is no COCO file that can be read: {e.Message}", (int?)(e.LineNumber + 1));
            }
        }

        return found;
    }

    /// <summary>Reads a file; null where it is JSON of another kind.</summary>
    /// <exception cref="JsonException">It is no JSON, or a field has the wrong type.</exception>
    public static CocoLabelFile? Read(string path)
    {
        var bytes = System.IO.File.ReadAllBytes(path);
        var json = bytes.AsSpan().TrimStart("\xEF\xBB\xBF \t\r\n"u8);
        if (json.IsEmpty || json[0] != '{')
        {
            return json.IsEmpty ? throw new JsonException("It is empty.") : null;
        }

        var file = JsonSerializer.Deserialize(json, CocoJson.Default.CocoLabelFile);
        if (file is not { Images: { } images, Annotations: { } annotations })
        {
            return null;
        }

        return images.Contains(null!) || annotations.Contains(null!) || file.Categories?.Contains(null!) == true
            ? throw new JsonException("One of images, annotations and categories has an entry that is null.")
            : file;
    }
}

/// <summary>The part of <c>info</c> that Fleet reads and writes.</summary>
/// <param name="BoxPolicy"><c>modal</c> or <c>amodal</c>.</param>
internal sealed record CocoNotes(string? BoxPolicy);

internal sealed record CocoImage(long? Id, string? FileName, int? Width, int? Height);

internal sealed record CocoAnnotation(
    long? Id,
    long? ImageId,
    long? CategoryId,
    double[]? Bbox,
    double? Area,
    [property: JsonPropertyName("iscrowd")] int? IsCrowd,
    double? Score,
    double[]? AmodalBbox,
    double? VisibleFraction,
    int? Truncated,
    int? Difficult)
{
    /// <summary>Every other field, such as a mask. (Set, not init: the reader fills it last.)</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

internal sealed record CocoCategory(long? Id, string? Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CocoLabelFile))]
[JsonSerializable(typeof(CocoAnnotation[]))]
internal sealed partial class CocoJson : JsonSerializerContext;

/// <summary>Values of a box that only COCO holds.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(double[][]))]
internal sealed partial class DatasetJson : JsonSerializerContext;
