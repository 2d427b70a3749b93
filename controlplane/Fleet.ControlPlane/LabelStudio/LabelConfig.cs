using System.Xml;
using System.Xml.Linq;
using Fleet.Contracts;

namespace Fleet.ControlPlane.LabelStudio;

/// <summary>As much of a project's labelling setup as boxes on a picture need.</summary>
/// <param name="FromName">Name of the RectangleLabels tag.</param>
/// <param name="ToName">Name of the Image tag.</param>
/// <param name="DataKey">Where a task has its picture.</param>
/// <param name="Labels">The project's name for each class that it knows.</param>
internal sealed record LabelConfig(string FromName, string ToName, string DataKey, IReadOnlyDictionary<string, string> Labels)
{
    private const int MaxLetters = 1 << 20;
    private const string Wanted = "Wanted is <RectangleLabels name=\"label\" toName=\"image\"> over <Image name=\"image\" value=\"$image\"/>.";

    /// <param name="xml">The labelling setup.</param>
    /// <param name="classes">What the version can find.</param>
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: it has no place for boxes, or none of the classes.</exception>
    public static LabelConfig Of(string? xml, IReadOnlyList<string> classes)
    {
        var root = Parse(xml ?? "");
        var tag = root.DescendantsAndSelf("RectangleLabels").FirstOrDefault() ?? throw Refuse($"The project's labelling setup has no RectangleLabels tag, so there is nowhere to put boxes. {Wanted}");
        var (from, to) = (tag.Attribute("name")?.Value, tag.Attribute("toName")?.Value);
        var image = root.DescendantsAndSelf("Image").FirstOrDefault(i => i.Attribute("name")?.Value == to);
        if (from is null || to is null || image?.Attribute("value")?.Value is not ['$', .. var key])
        {
            throw Refuse($"The RectangleLabels tag of the labelling setup does not lie over an Image whose value is a field of the task. {Wanted}");
        }

        var labels = Match(tag, classes);
        return labels.Count > 0
            ? new LabelConfig(from, to, key, labels)
            : throw Refuse($"The project's labels are {Names(tag.Elements("Label").Select(Value))}; the version finds {Names(classes)}. Name a label after a class, or say <Label value=\"…\" predicted_values=\"{(classes is [var first, ..] ? first : "…")}\"/>.");
    }

    // the names of the labels in predicted_values are Label Studio's own way to say what a model calls them
    private static Dictionary<string, string> Match(XElement tag, IReadOnlyList<string> classes)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var label in tag.Elements("Label").Where(l => Value(l).Length > 0))
        {
            names.TryAdd(Value(label), Value(label));
            foreach (var predicted in (label.Attribute("predicted_values")?.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                names.TryAdd(predicted, Value(label));
            }
        }

        return classes.Where(names.ContainsKey).ToDictionary(c => c, c => names[c], StringComparer.Ordinal);
    }

    private static string Value(XElement label) => label.Attribute("value")?.Value ?? "";

    private static XElement Parse(string xml)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxLetters });
            return XDocument.Load(reader).Root!;
        }
        catch (XmlException e)
        {
            throw Refuse($"The project's labelling setup is not XML that can be read: {e.Message}");
        }
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Take(12).DefaultIfEmpty("none"));

    private static ProblemException Refuse(string detail) => new(Problems.RequestInvalid, detail);
}
