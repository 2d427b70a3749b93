using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Fleet.Training.Datasets.Formats;

/// <summary>An XML file a picture in Annotations, lists of the parts in ImageSets/Main.</summary>
internal static class VocWriter
{
    public static void Write(IReadOnlyList<PlacedPicture> pictures, string folder, BoxPolicy policy)
    {
        var annotations = Directory.CreateDirectory(Path.Combine(folder, "Annotations")).FullName;
        foreach (var placed in pictures)
        {
            File.WriteAllText(Path.Combine(annotations, placed.Stem + ".xml"), Document(placed).ToString() + "\n");
        }

        var lists = Directory.CreateDirectory(Path.Combine(folder, "ImageSets", "Main")).FullName;
        foreach (var part in pictures.Where(p => p.Picture.Split.Length > 0).GroupBy(p => p.Picture.Split))
        {
            File.WriteAllText(Path.Combine(lists, (part.Key == "valid" ? "val" : part.Key) + ".txt"), string.Concat(part.Select(p => p.Stem + "\n")));
        }

        if (policy != BoxPolicy.Unknown)
        {
            File.WriteAllText(Path.Combine(folder, "data.yaml"), $"box_policy: {policy.Name()}\n");
        }
    }

    /// <summary>Whether an attribute can be written as an element of an object.</summary>
    public static bool Holds(KeyValuePair<string, JsonElement> more) => more.Value.ValueKind == JsonValueKind.String && XmlReader.IsName(more.Key);

    private static XElement Document(PlacedPicture placed) => new(
        "annotation",
        new XElement("folder", "images"),
        new XElement("filename", placed.Name["images/".Length..]),
        new XElement("size", new XElement("width", placed.Picture.Size.Width), new XElement("height", placed.Picture.Size.Height), new XElement("depth", 3)),
        placed.Picture.Boxes.Select(b => new XElement(
            "object",
            new XElement("name", b.Label),
            new XElement("truncated", b.Truncated ? 1 : 0),
            new XElement("difficult", b.Difficult ? 1 : 0),
            b.More.Where(m => Holds(m)).Select(m => new XElement(m.Key, m.Value.GetString())),
            new XElement("bndbox", new XElement("xmin", b.Box.X), new XElement("ymin", b.Box.Y), new XElement("xmax", b.Box.Right), new XElement("ymax", b.Box.Bottom)))));
}
