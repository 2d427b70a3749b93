using System.Text.Json;

namespace Fleet.Training.Datasets.Formats;

/// <summary>One COCO file, or one for each part.</summary>
internal static class CocoWriter
{
    public static void Write(Dataset set, IReadOnlyList<PlacedPicture> pictures, string folder)
    {
        var ids = set.Classes.Distinct().Select((name, i) => (name, id: i + 1L)).ToDictionary(c => c.name, c => c.id);
        foreach (var part in pictures.GroupBy(p => p.Picture.Split))
        {
            var (images, annotations) = (new List<CocoImage>(), new List<CocoAnnotation>());
            foreach (var placed in part)
            {
                var id = images.Count + 1L;
                images.Add(new CocoImage(id, placed.Name, placed.Picture.Size.Width, placed.Picture.Size.Height));
                annotations.AddRange(placed.Picture.Boxes.Select((box, i) => Annotation(annotations.Count + i + 1, id, ids[box.Label], box)));
            }

            var file = new CocoLabelFile
            {
                Info = new CocoNotes(set.Policy.Name()),
                Images = images,
                Annotations = annotations,
                Categories = [.. ids.Select(c => new CocoCategory(c.Value, c.Key))],
            };
            var name = part.Key.Length == 0 ? "labels.json" : $"labels_{part.Key}.json";
            File.WriteAllBytes(Path.Combine(folder, name), JsonSerializer.SerializeToUtf8Bytes(file, CocoJson.Default.CocoLabelFile));
        }
    }

    private static CocoAnnotation Annotation(long id, long image, long category, DatasetBox b) => new(
        id, image, category, [b.Box.X, b.Box.Y, b.Box.Width, b.Box.Height], b.Area ?? b.Box.Area, b.Crowd ? 1 : 0,
        Score: null, AmodalBbox: null, b.VisibleFraction, b.Truncated ? 1 : null, b.Difficult ? 1 : null)
    { More = b.More.Count == 0 ? null : b.More.ToDictionary() };
}
