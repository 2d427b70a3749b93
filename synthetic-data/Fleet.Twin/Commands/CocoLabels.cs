using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary>Collects annotations as a COCO detection file.</summary>
internal sealed class CocoLabels(Scene scene, long seed)
{
    private readonly IReadOnlyList<string> _classes = scene.Classes;
    private readonly List<CocoImage> _images = [];
    private readonly List<CocoAnnotation> _annotations = [];

    public int Count => _annotations.Count;

    public void Add(string file, TwinFrame frame)
    {
        _images.Add(new CocoImage(_images.Count + 1, file, frame.Width, frame.Height, frame.Index));
        foreach (var annotation in frame.Annotations)
        {
            var box = annotation.Box;
            _annotations.Add(new CocoAnnotation(
                _annotations.Count + 1, _images.Count, Category(annotation.Label), [box.X, box.Y, box.Width, box.Height], box.Width * box.Height, 0, annotation.VisibleFraction));
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new CocoFile(new CocoDescription(scene.Name, scene.Digest, seed, BoxPolicy: "modal"), _images, _annotations, [.. _classes.Select((c, i) => new CocoCategory(i + 1, c))]),
        CocoJson.Default.CocoFile);

    private int Category(string label)
    {
        var index = 0;
        while (_classes[index] != label)
        {
            index++;
        }

        return index + 1;
    }
}

internal sealed record CocoFile(CocoDescription Info, List<CocoImage> Images, List<CocoAnnotation> Annotations, List<CocoCategory> Categories);

internal sealed record CocoDescription(string Scene, string SceneDigest, long Seed, string BoxPolicy);

internal sealed record CocoImage(int Id, string FileName, int Width, int Height, long Frame);

internal sealed record CocoAnnotation(int Id, int ImageId, int CategoryId, float[] Bbox, float Area, [property: JsonPropertyName("iscrowd")] int IsCrowd, float VisibleFraction);

internal sealed record CocoCategory(int Id, string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CocoFile))]
internal sealed partial class CocoJson : JsonSerializerContext;
