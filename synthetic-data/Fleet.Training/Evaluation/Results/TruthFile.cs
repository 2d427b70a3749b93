using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Fleet.Contracts;
using Fleet.Training.Datasets.Formats;
using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Evaluation.Results;

/// <summary>A picture that results are about; the picture itself is not needed.</summary>
/// <param name="Id">Its number in a COCO file.</param>
/// <param name="Name">File name without ending.</param>
/// <param name="File">File name as the labels give it.</param>
/// <param name="Size">Where a file says it.</param>
/// <param name="Truth">What is there.</param>
internal sealed record TruthEntry(long? Id, string Name, string File, FrameSize? Size, IReadOnlyList<TruthBox> Truth);

/// <summary>Ground truth by itself: a COCO file, or a folder of VOC or text files.</summary>
/// <param name="Entries">COCO: by id, as the reference program takes them; else by name.</param>
/// <param name="Classes">COCO's categories by id.</param>
internal sealed record TruthFile(IReadOnlyList<TruthEntry> Entries, IReadOnlyDictionary<long, string> Classes)
{
    private static readonly Dictionary<long, string> NoClasses = [];

    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: the text names the file and what is wrong.</exception>
    public static TruthFile Read(string path, TextBoxes text) =>
        File.Exists(path) ? Coco(path)
        : !Directory.Exists(path) ? throw new ProblemException(Problems.RequestInvalid, $"There is no file or folder {path}.")
        : Directory.GetFiles(path, "*.xml") is { Length: > 0 } xml ? new TruthFile([.. xml.Order(StringComparer.Ordinal).Select(Voc)], NoClasses)
        : Directory.GetFiles(path, "*.txt") is { Length: > 0 } txt ? new TruthFile([.. txt.Order(StringComparer.Ordinal).Select(f => Text(f, text))], NoClasses)
        : throw new ProblemException(Problems.RequestInvalid, $"{path} holds neither VOC files (.xml) nor text files (.txt) with boxes.");

    private static TruthFile Coco(string path)
    {
        var file = CocoResults.Load(path);
        var classes = (file.Categories ?? []).ToDictionary(c => c.Id ?? -1, c => c.Name ?? "");
        var boxes = file.Annotations!.ToLookup(a => a.ImageId ?? -1);
        return new TruthFile([.. file.Images!.OrderBy(i => i.Id).Select(Entry)], classes);

        TruthEntry Entry(CocoImage image) => new(
            image.Id,
            Path.GetFileNameWithoutExtension(image.FileName ?? $"{image.Id}"),
            image.FileName ?? $"{image.Id}",
            image is { Width: { } width, Height: { } height } ? new FrameSize(width, height) : null,
            [.. boxes[image.Id ?? -1].Select(a => new TruthBox(classes.GetValueOrDefault(a.CategoryId ?? -1, $"{a.CategoryId}"), CocoResults.BoxOf(a, path)) { Area = a.Area, Crowd = a.IsCrowd == 1 })]);
    }

    private static TruthEntry Voc(string path)
    {
        try
        {
            var root = XDocument.Load(path).Root!;
            var size = root.Element("size") is { } s && Whole(s, "width") is { } width && Whole(s, "height") is { } height ? new FrameSize(width, height) : (FrameSize?)null;
            return new TruthEntry(null, Path.GetFileNameWithoutExtension(path), root.Element("filename")?.Value ?? "", size, [.. VocReader.Objects(root).Select(o => new TruthBox(
                o.Element("name")?.Value.Trim() ?? "",
                VocReader.BoxOf(o) ?? throw new ProblemException(Problems.RequestInvalid, $"{path}: an object has no bndbox with four corners."))
            { Difficult = o.Element("difficult")?.Value.Trim() == "1" })]);
        }
        catch (XmlException e)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{path} is no XML that can be read: {e.Message}", e);
        }
    }

    private static int? Whole(XElement parent, string name) => int.TryParse(parent.Element(name)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TruthEntry Text(string path, TextBoxes text) => new(
        null, Path.GetFileNameWithoutExtension(path), Path.GetFileNameWithoutExtension(path), null, [.. text.Read(path, null, scored: false).Select(b => new TruthBox(b.Label, b.Box))]);
}
