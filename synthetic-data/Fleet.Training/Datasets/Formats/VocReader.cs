using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Datasets.Formats;

/// <summary>PASCAL VOC files: one XML file a picture. Edges are taken as lines, as today's labelling programs write them.</summary>
internal static class VocReader
{
    private static readonly string[] Known = ["name", "truncated", "difficult", "bndbox"];

    public static IEnumerable<string> FilesIn(DatasetFolder folder) => folder.Files.Where(f => f.EndsWith(".xml", StringComparison.OrdinalIgnoreCase));

    public static (IReadOnlyList<string> Classes, IReadOnlyList<DatasetPicture> Pictures, BoxPolicy Policy) Read(DatasetFolder folder)
    {
        var (pictures, splits) = (new List<DatasetPicture>(), Splits(folder));
        foreach (var file in FilesIn(folder))
        {
            if (Load(folder, file) is { } root && Picture(folder, file, root, splits) is { } picture)
            {
                pictures.Add(picture);
            }
        }

        var stems = FilesIn(folder).Select(f => Path.GetFileNameWithoutExtension(f)).Concat(pictures.Select(p => Path.GetFileNameWithoutExtension(p.Name))).ToHashSet();
        foreach (var name in folder.Pictures.Where(n => !stems.Contains(Path.GetFileNameWithoutExtension(n))))
        {
            folder.Error("picture-unlabelled", name, "The picture has no XML file: draw its boxes, or add a file without objects to say that nothing is in it.");
        }

        return ([.. pictures.SelectMany(p => p.Boxes).Select(b => b.Label).Distinct().Order(StringComparer.Ordinal)], pictures, BoxPolicy.Unknown);
    }

    /// <summary>The root of a file; null where it is none, which is then a finding.</summary>
    private static XElement? Load(DatasetFolder folder, string file)
    {
        try
        {
            using var reader = XmlReader.Create(folder.At(file), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            var root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
            if (root.Name.LocalName == "annotation")
            {
                return root;
            }

            folder.Warn("label-malformed", file, $"The file's root is <{root.Name.LocalName}>, wanted is <annotation>; it is passed over.");
        }
        catch (XmlException e)
        {
            folder.Error("label-malformed", file, $"This is no XML that can be read: {e.Message}", e.LineNumber > 0 ? e.LineNumber : null);
        }

        return null;
    }

    private static Dictionary<string, string> Splits(DatasetFolder folder)
    {
        var splits = new Dictionary<string, string>();
        foreach (var list in folder.Files.Where(f => f.Contains("ImageSets/", StringComparison.Ordinal) && f.EndsWith(".txt", StringComparison.Ordinal)))
        {
            var split = DatasetFolder.SplitOfFile(Path.GetFileName(list));
            foreach (var line in split.Length == 0 ? [] : File.ReadLines(folder.At(list)))
            {
                splits[line.Trim().Split(' ')[0]] = split;
            }
        }

        return splits;
    }

    private static DatasetPicture? Picture(DatasetFolder folder, string file, XElement root, Dictionary<string, string> splits)
    {
        var (stem, given) = (Path.GetFileNameWithoutExtension(file), root.Element("filename")?.Value.Trim() ?? "");
        var named = given.Length == 0 ? null : folder.Find(given, file);
        if ((named ?? folder.Pictures.FirstOrDefault(p => Path.GetFileNameWithoutExtension(p) == stem)) is not { } name)
        {
            folder.Error("label-without-picture", file, $"It names the picture '{given}', which is not in the folder.");
            return null;
        }

        if (folder.HeaderOf(name) is not { } header)
        {
            return null;
        }

        var declared = new FrameSize((int)Number(root.Element("size"), "width"), (int)Number(root.Element("size"), "height"));
        if (declared is { Width: > 0, Height: > 0 } && declared != header.Size)
        {
            folder.Error("picture-size", name, $"{file} says {declared.Width}x{declared.Height}, the picture is {header.Size.Width}x{header.Size.Height}: its boxes would be in the wrong places.");
            return null;
        }

        var split = splits.GetValueOrDefault(stem) ?? DatasetFolder.SplitOf(name);
        return new DatasetPicture(folder.At(name), name, split, header.Size, [.. Objects(root).Select(o => Box(folder, file, o, header.Size)).OfType<DatasetBox>()]);
    }

    private static DatasetBox? Box(DatasetFolder folder, string file, XElement part, FrameSize size)
    {
        var line = ((IXmlLineInfo)part).LineNumber;
        if (BoxOf(part) is not { } box || part.Element("name")?.Value.Trim() is not { Length: > 0 } label)
        {
            folder.Error("label-malformed", file, "The object has no name, or no bndbox with xmin, ymin, xmax and ymax.", line);
            return null;
        }

        return BoxRules.Inside(box, size, folder, file, line) is { } inside
            ? new DatasetBox(label, inside) { Difficult = Number(part, "difficult") == 1, Truncated = Number(part, "truncated") == 1, More = MoreOf(part) }
            : null;
    }

    private static Dictionary<string, JsonElement> MoreOf(XElement part) => part.Elements()
        .Where(e => !Known.Contains(e.Name.LocalName) && !e.HasElements && e.Value.Trim() is not ("" or "Unspecified"))
        .GroupBy(e => e.Name.LocalName)
        .ToDictionary(g => g.Key, g => JsonSerializer.SerializeToElement(g.First().Value.Trim(), DatasetJson.Default.String));

    /// <summary>The objects of a file.</summary>
    public static IEnumerable<XElement> Objects(XElement root) => root.Elements("object");

    /// <summary>The box of an object; null where a corner is missing.</summary>
    public static ExactBox? BoxOf(XElement part)
    {
        var (left, top) = (Number(part.Element("bndbox"), "xmin"), Number(part.Element("bndbox"), "ymin"));
        var (right, bottom) = (Number(part.Element("bndbox"), "xmax"), Number(part.Element("bndbox"), "ymax"));
        return double.IsNaN(left + top + right + bottom) ? null : new ExactBox(left, top, right - left, bottom - top);
    }

    private static double Number(XElement? parent, string name) =>
        double.TryParse(parent?.Element(name)?.Value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
