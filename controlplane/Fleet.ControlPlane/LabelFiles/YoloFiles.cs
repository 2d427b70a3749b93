using System.Globalization;
using System.Text;
using Fleet.Contracts;
using YamlDotNet.Core;

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
            return YoloNames.Read(notes.Text);
        }
        catch (Exception e) when (e is YamlException or FormatException)
        {
            findings.Add($"{notes.Name}: {e.Message}");
            return [];
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
