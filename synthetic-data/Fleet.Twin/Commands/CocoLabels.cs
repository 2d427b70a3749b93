using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Twin.Labelling;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary>What the boxes of a file hold. One file has one policy.</summary>
internal enum BoxPolicy
{
    /// <summary>The visible pixels alone.</summary>
    Modal,

    /// <summary>The whole object inside the frame, as if nothing stood before it.</summary>
    Amodal,
}

/// <summary>Collects annotations as a COCO detection file.</summary>
internal sealed class CocoLabels(Scene scene, long seed, BoxPolicy policy)
{
    private readonly IReadOnlyList<string> _classes = scene.Classes;
    private readonly List<CocoImage> _images = [];
    private readonly List<CocoAnnotation> _annotations = [];

    public int Count => _annotations.Count;

    /// <param name="masks">One for each annotation; null for none.</param>
    public void Add(string file, TwinFrame frame, IReadOnlyList<Mask>? masks)
    {
        _images.Add(new CocoImage(_images.Count + 1, file, frame.Width, frame.Height, frame.Index) { Camera = frame.Camera });
        for (var i = 0; i < frame.Annotations.Count; i++)
        {
            var annotation = frame.Annotations[i];
            var box = policy == BoxPolicy.Amodal ? Inside(annotation.AmodalBox ?? annotation.Box, frame) : annotation.Box;
            var mask = masks?[i];
            _annotations.Add(new CocoAnnotation(
                _annotations.Count + 1, _images.Count, Category(annotation.Label), Of(box), mask?.AreaPx ?? box.Width * box.Height, 0, annotation.VisibleFraction)
            {
                AmodalBbox = annotation.AmodalBox is { } whole ? Of(whole) : null,
                Truncated = annotation.Truncated ? 1 : 0,
                DepthM = annotation.DepthM,
                Segmentation = mask is null ? null : new CocoMask([frame.Height, frame.Width], mask.Counts),
            });
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new CocoFile(
            new CocoDescription(scene.Name, scene.Digest, seed, policy == BoxPolicy.Amodal ? "amodal" : "modal"), _images, _annotations,
            [.. _classes.Select((c, i) => new CocoCategory(i + 1, c))]),
        CocoJson.Default.CocoFile);

    private static float[] Of(Box box) => [box.X, box.Y, box.Width, box.Height];

    private static Box Inside(Box box, TwinFrame frame)
    {
        float left = Math.Clamp(box.X, 0, frame.Width), top = Math.Clamp(box.Y, 0, frame.Height);
        return new Box(left, top, Math.Clamp(box.X + box.Width, 0, frame.Width) - left, Math.Clamp(box.Y + box.Height, 0, frame.Height) - top);
    }

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

internal sealed record CocoImage(int Id, string FileName, int Width, int Height, long Frame)
{
    public TwinCamera? Camera { get; init; }
}

internal sealed record CocoAnnotation(int Id, int ImageId, int CategoryId, float[] Bbox, float Area, [property: JsonPropertyName("iscrowd")] int IsCrowd, float VisibleFraction)
{
    public float[]? AmodalBbox { get; init; }

    public int Truncated { get; init; }

    public float? DepthM { get; init; }

    public CocoMask? Segmentation { get; init; }
}

internal sealed record CocoMask(int[] Size, string Counts);

internal sealed record CocoCategory(int Id, string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CocoFile))]
internal sealed partial class CocoJson : JsonSerializerContext;
