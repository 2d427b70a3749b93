using System.Globalization;
using System.Text;
using Fleet.Contracts;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Fleet.ControlPlane.LabelFiles;

/// <summary>A text file a picture with <c>class x y w h</c> as shares of the picture, and the names in <c>data.yaml</c>.</summary>
internal static class YoloFiles
{
    public static readonly LabelFormat Format = new(Write, Read,
    [
        "Boxes are shares of the picture to eight digits; sizes in pixels are not in the files.",
        "Device, camera, time, trigger and who labelled are left out.",
        "Classes are numbers; their names are in data.yaml alone.",
    ]);

    private const int MaxNotesChars = 256 << 10;
    private const int MaxNotesDepth = 16;

    private static IEnumerable<SetFile> Write(IReadOnlyList<OutFrame> frames)
    {
        var numbers = frames.SelectMany(f => f.Boxes).Select(b => b.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Index().ToDictionary(n => n.Item, n => n.Index);
        foreach (var frame in frames)
        {
            yield return new SetFile($"labels/{frame.Stem}.txt", string.Concat(frame.Boxes.Select(b => $"{numbers[b.Label].ToString(CultureInfo.InvariantCulture)} {Shares(b.Box, frame.Frame)}\n")));
        }

        var text = new StringBuilder("path: .\ntrain: images\nval: images\nnames:\n");
        foreach (var (name, number) in numbers)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {number}: '{name.Replace("'", "''", StringComparison.Ordinal)}'\n");
        }

        yield return new SetFile("data.yaml", text.ToString());
    }

    private static IEnumerable<InLabel> Read(IReadOnlyList<SetFile> files, List<string> findings)
    {
        var notes = files.FirstOrDefault(f => Path.GetFileName(f.Name) is "data.yaml" or "data.yml");
        if (notes is null || Names(notes, findings) is not { Count: > 0 } names)
        {
            findings.Add("data.yaml: it is missing, cannot be read or has no names, so that the numbers of classes mean nothing.");
            return [];
        }

        return files.Where(f => f.Name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && f.Name.Contains("labels/", StringComparison.Ordinal))
            .Select(f => new InLabel(Path.GetFileNameWithoutExtension(f.Name), f.Name, (width, height) => Boxes(f.Text, names, width, height)));
    }

    private static string Shares(Box b, FrameMessage f) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(b.X + (b.Width / 2.0)) / f.WidthPx:0.########} {(b.Y + (b.Height / 2.0)) / f.HeightPx:0.########} {(double)b.Width / f.WidthPx:0.########} {(double)b.Height / f.HeightPx:0.########}");

    private static Dictionary<int, string> Names(SetFile notes, List<string> findings)
    {
        try
        {
            RequireShallow(notes.Text);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(notes.Text));
            return yaml.Documents is [{ RootNode: YamlMappingNode root }] && root.Children.TryGetValue("names", out var names) ? Names(names) : [];
        }
        catch (Exception e) when (e is YamlException or FormatException or ArgumentException)
        {
            findings.Add($"{notes.Name}: {e.Message}");
            return [];
        }
    }

    private static Dictionary<int, string> Names(YamlNode names) => names switch
    {
        YamlSequenceNode list => list.Children.Index().ToDictionary(n => n.Index, n => $"{n.Item}"),
        YamlMappingNode map => map.Children.ToDictionary(
            n => int.TryParse($"{n.Key}", NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"the class '{n.Key}' is no number"),
            n => $"{n.Value}"),
        _ => [],
    };

    // what reads the text as a tree goes down into it call by call: a hostile depth would end the process
    private static void RequireShallow(string text)
    {
        if (text.Length > MaxNotesChars)
        {
            throw new FormatException($"it has more than {MaxNotesChars} characters");
        }

        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxNotesDepth)
            {
                throw new FormatException($"it is nested deeper than {MaxNotesDepth}");
            }
        }
    }

    private static List<Annotation> Boxes(string text, Dictionary<int, string> names, int width, int height)
    {
        var boxes = new List<Annotation>();
        foreach (var (index, line) in text.Split('\n').Index().Where(l => !string.IsNullOrWhiteSpace(l.Item)))
        {
            var parts = line.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var numbers = parts.Skip(1).Select(p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : double.NaN).ToList();
            if (!int.TryParse(parts[0], CultureInfo.InvariantCulture, out var number) || !names.TryGetValue(number, out var name) || numbers.Exists(double.IsNaN) || (numbers.Count != 4 && (numbers.Count < 6 || numbers.Count % 2 == 1)))
            {
                throw new FormatException($"line {index + 1} is no label: wanted a class of data.yaml and x y w h, or the corners of a polygon");
            }

            boxes.Add(new Annotation(name, numbers.Count == 4 ? Of(numbers[0] - (numbers[2] / 2), numbers[1] - (numbers[3] / 2), numbers[2], numbers[3]) : Around(numbers)));
        }

        return boxes;

        Box Of(double x, double y, double w, double h) => new((float)(x * width), (float)(y * height), (float)(w * width), (float)(h * height));

        Box Around(List<double> corners)
        {
            var (xs, ys) = (corners.Where((_, i) => i % 2 == 0).ToList(), corners.Where((_, i) => i % 2 == 1).ToList());
            return Of(xs.Min(), ys.Min(), xs.Max() - xs.Min(), ys.Max() - ys.Min());
        }
    }
}
