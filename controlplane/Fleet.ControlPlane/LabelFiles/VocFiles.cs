using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Fleet.Contracts;

namespace Fleet.ControlPlane.LabelFiles;

/// <summary>An XML file a picture in <c>Annotations</c>.</summary>
internal static class VocFiles
{
    public static readonly LabelFormat Format = new(Write, Read,
    [
        "Trigger and scores are left out; device, camera, time and who labelled stand in source, which other programs may drop.",
        "Some programs read whole pixels only and round the edges.",
    ]);

    private static readonly string[] Edges = ["xmin", "ymin", "xmax", "ymax"];

    private static IEnumerable<SetFile> Write(IReadOnlyList<OutFrame> frames) =>
        frames.Select(f => new SetFile($"Annotations/{f.Stem}.xml", Document(f).ToString() + "\n"));

    private static IEnumerable<InLabel> Read(IReadOnlyList<SetFile> files, List<string> findings)
    {
        foreach (var file in files.Where(f => f.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)))
        {
            XElement? root = null;
            try
            {
                // no document type, so that a file cannot make the server read or swell
                using var reader = XmlReader.Create(new StringReader(file.Text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
                root = XDocument.Load(reader).Root;
            }
            catch (XmlException e)
            {
                findings.Add($"{file.Name}: no XML that can be read: {e.Message}");
            }

            if (root?.Name == "annotation")
            {
                var picture = Path.GetFileName(root.Element("filename")?.Value ?? Path.GetFileNameWithoutExtension(file.Name));
                yield return new InLabel(picture, file.Name, (_, _) => [.. root.Elements("object").Select(Box)]);
            }
        }
    }

    private static XElement Document(OutFrame f) => new(
        "annotation",
        new XElement("folder", "images"),
        new XElement("filename", $"{f.Stem}.jpg"),
        new XElement("source", new XElement("device", $"{f.Sample.Device}"), new XElement("camera", $"{f.Frame.Camera}"), new XElement("captured", f.Frame.CapturedAt), new XElement("labelled_by", f.Sample.LabelledBy)),
        new XElement("size", new XElement("width", f.Frame.WidthPx), new XElement("height", f.Frame.HeightPx), new XElement("depth", 3)),
        f.Boxes.Select(b => new XElement(
            "object",
            new XElement("name", b.Label),
            new XElement("bndbox", new XElement("xmin", b.Box.X), new XElement("ymin", b.Box.Y), new XElement("xmax", b.Box.X + b.Box.Width), new XElement("ymax", b.Box.Y + b.Box.Height)))));

    private static Annotation Box(XElement found)
    {
        var name = found.Element("name")?.Value.Trim();
        var edges = Edges.Select(e => float.TryParse(found.Element("bndbox")?.Element(e)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : float.NaN).ToList();
        return string.IsNullOrEmpty(name) || edges.Exists(float.IsNaN)
            ? throw new FormatException("an object has no name, or no bndbox with xmin, ymin, xmax and ymax")
            : new Annotation(name, new Box(edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]));
    }
}
