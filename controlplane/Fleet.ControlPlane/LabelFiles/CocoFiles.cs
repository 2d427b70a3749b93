using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.LabelFiles;

/// <summary>One <c>annotations.json</c>; device, camera, time and labeller stand in fields of their own at each image.</summary>
internal static class CocoFiles
{
    public static readonly LabelFormat Format = new(Write, Read, []);

    private static IEnumerable<SetFile> Write(IReadOnlyList<OutFrame> frames)
    {
        var names = frames.SelectMany(f => f.Boxes).Select(b => b.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Index().ToDictionary(n => n.Item, n => n.Index + 1L);
        var images = frames.Select((f, i) => new CocoImage(i + 1, $"images/{f.Stem}.jpg", f.Frame.WidthPx, f.Frame.HeightPx, f.Frame.CapturedAt, $"{f.Sample.Device}", $"{f.Frame.Camera}", f.Frame.Trigger, f.Sample.LabelledBy));
        var boxes = frames.SelectMany((f, i) => f.Boxes.Select(b => (Image: i + 1L, b)))
            .Select((x, i) => new CocoBox(i + 1, x.Image, names[x.b.Label], [x.b.Box.X, x.b.Box.Y, x.b.Box.Width, x.b.Box.Height], (double)x.b.Box.Width * x.b.Box.Height, 0));
        var set = new CocoSet([.. images], [.. boxes], [.. names.Select(n => new CocoName(n.Value, n.Key))]);
        yield return new SetFile("annotations.json", JsonSerializer.Serialize(set, CocoSetJson.Default.CocoSet));
    }

    private static IEnumerable<InLabel> Read(IReadOnlyList<SetFile> files, List<string> findings)
    {
        foreach (var file in files.Where(f => f.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)))
        {
            CocoSet? set;
            try
            {
                set = JsonSerializer.Deserialize(file.Text, CocoSetJson.Default.CocoSet);
            }
            catch (JsonException e)
            {
                findings.Add($"{file.Name}: no COCO file that can be read: {e.Message}");
                continue;
            }

            foreach (var label in Labels(set, file.Name))
            {
                yield return label;
            }
        }
    }

    private static IEnumerable<InLabel> Labels(CocoSet? set, string file)
    {
        // an entry may be null
        var names = (set?.Categories ?? []).OfType<CocoName>().ToLookup(c => c.Id, c => c.Name);
        var boxes = (set?.Annotations ?? []).OfType<CocoBox>().ToLookup(b => b.ImageId);
        return (set?.Images ?? []).OfType<CocoImage>().Select(image => new InLabel(Path.GetFileName(image.FileName ?? ""), $"{file}, image {image.Id}", (_, _) => [.. boxes[image.Id].Select(b => Box(b, names))]));
    }

    private static Annotation Box(CocoBox box, ILookup<long, string?> names) => (names[box.CategoryId].FirstOrDefault(), box.Bbox) switch
    {
        (null, _) => throw new FormatException($"annotation {box.Id} names category {box.CategoryId}, which the file has not"),
        (_, not [_, _, _, _]) => throw new FormatException($"annotation {box.Id} has no bbox of four numbers"),
        var (name, b) => new Annotation(name, new Box((float)b[0], (float)b[1], (float)b[2], (float)b[3])),
    };
}

internal sealed record CocoSet(IReadOnlyList<CocoImage>? Images, IReadOnlyList<CocoBox>? Annotations, IReadOnlyList<CocoName>? Categories);

internal sealed record CocoImage(
    long Id, string? FileName, int? Width, int? Height, DateTimeOffset? DateCaptured = null, string? Device = null, string? Camera = null, string? Trigger = null, string? LabelledBy = null);

internal sealed record CocoBox(long Id, long ImageId, long CategoryId, double[]? Bbox, double? Area, [property: JsonPropertyName("iscrowd")] int? IsCrowd);

internal sealed record CocoName(long Id, string? Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CocoSet))]
internal sealed partial class CocoSetJson : JsonSerializerContext;
