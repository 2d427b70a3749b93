using System.Globalization;
using System.Text.Json;
using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Datasets.Formats;

/// <summary>YOLO text files: beside the picture, or in a folder labels as the picture is in a folder images.</summary>
internal static class YoloReader
{
    private static readonly string[] NameFiles = ["classes.txt", "obj.names", "voc.names", "labels.names"];

    /// <summary>Text files that look like labels: in a folder labels, named as a picture, or beside pictures with a label in the first line.</summary>
    public static IEnumerable<string> FilesIn(DatasetFolder folder)
    {
        var stems = folder.Pictures.Select(p => Path.GetFileNameWithoutExtension(p)).ToHashSet();
        var homes = folder.Pictures.Select(p => Path.GetDirectoryName(p)).ToHashSet();
        return folder.Files.Where(f => f.EndsWith(".txt", StringComparison.Ordinal)
            && !NameFiles.Contains(f.Split('/')[^1])
            && (f.Split('/').SkipLast(1).Contains("labels") || stems.Contains(Path.GetFileNameWithoutExtension(f)) || (homes.Contains(Path.GetDirectoryName(f)) && BeginsAsLabel(folder.At(f)))));
    }

    private static bool BeginsAsLabel(string path) =>
        File.ReadLines(path).FirstOrDefault(l => l.Trim().Length > 0)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is { Length: >= 5 } words
        && words.All(w => double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    public static (IReadOnlyList<string> Classes, IReadOnlyList<DatasetPicture> Pictures, BoxPolicy Policy) Read(DatasetFolder folder, IReadOnlyList<string> known)
    {
        var classes = Classes(folder, known);
        var files = FilesIn(folder).ToList();
        var (beside, byStem) = (files.ToHashSet(), files.ToLookup(f => Path.GetFileNameWithoutExtension(f)));
        var (pictures, used, splits) = (new List<DatasetPicture>(), new HashSet<string>(), folder.Notes.SplitsOf(folder));
        foreach (var name in folder.Pictures)
        {
            var labels = LabelsOf(name, beside, byStem);
            if (labels is null)
            {
                folder.Error("picture-unlabelled", name, "The picture has no label file: draw its boxes, or add an empty text file to say that nothing is in it.");
                continue;
            }

            used.Add(labels);
            if (folder.HeaderOf(name) is { } header)
            {
                pictures.Add(new DatasetPicture(folder.At(name), name, splits.GetValueOrDefault(name) ?? DatasetFolder.SplitOf(name), header.Size, Boxes(folder, labels, header.Size, classes)));
            }
        }

        foreach (var orphan in files.Where(f => !used.Contains(f)))
        {
            folder.Error("label-without-picture", orphan, "No picture belongs to this label file: bring the picture back or remove the file.");
        }

        return (classes, pictures, BoxPolicy.Unknown);
    }

    private static IReadOnlyList<string> Classes(DatasetFolder folder, IReadOnlyList<string> known)
    {
        var notes = folder.Notes;
        var file = folder.Files.FirstOrDefault(f => NameFiles.Contains(f.Split('/')[^1]));
        var named = notes.Classes.Count > 0 ? notes.Classes
            : file is not null ? [.. File.ReadLines(folder.At(file)).Select(l => l.Trim()).Where(l => l.Length > 0)]
            : known;
        if (named.Count == 0)
        {
            folder.Error("class-names", ".", "Nothing says what the class numbers mean: add a data.yaml with 'names: [box, can]', or a classes.txt with a name a line.");
        }

        return named;
    }

    private static string? LabelsOf(string picture, HashSet<string> files, ILookup<string, string> byStem)
    {
        var plain = picture[..^Path.GetExtension(picture).Length] + ".txt";
        var at = plain.LastIndexOf("images/", StringComparison.Ordinal);
        var paired = at < 0 ? plain : plain[..at] + "labels/" + plain[(at + "images/".Length)..];
        return files.Contains(paired) ? paired
            : files.Contains(plain) ? plain
            : byStem[Path.GetFileNameWithoutExtension(picture)].ToList() is [var only] ? only : null;
    }

    private static List<DatasetBox> Boxes(DatasetFolder folder, string labels, FrameSize size, IReadOnlyList<string> classes)
    {
        var (boxes, line) = (new List<DatasetBox>(), 0);
        foreach (var text in File.ReadLines(folder.At(labels)))
        {
            line++;
            if (text.Trim().Length > 0 && Parse(folder, labels, line, text, size, classes) is { } box)
            {
                boxes.Add(box);
            }
        }

        return boxes;
    }

    private static DatasetBox? Parse(DatasetFolder folder, string file, int line, string text, FrameSize size, IReadOnlyList<string> classes)
    {
        var parts = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var numbers = new double[parts.Length - 1];
        var readable = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (numbers.Length == 4 || (numbers.Length >= 6 && numbers.Length % 2 == 0));
        for (var i = 0; i < numbers.Length && readable; i++)
        {
            readable = double.TryParse(parts[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]);
        }

        if (!readable)
        {
            folder.Error("label-malformed", file, $"'{Short(text)}' is no label: wanted is a class number, then x, y, width and height, or a polygon's points, relative to the picture{(text.Contains(',', StringComparison.Ordinal) ? ", with points instead of commas" : "")}.", line);
            return null;
        }

        if (index >= classes.Count || classes[index].Length == 0)
        {
            folder.Error("class-unknown", file, $"The class {index} has no name: the set names {classes.Count}, from 0.", line);
            return null;
        }

        var box = numbers.Length == 4 ? Centred(numbers, size) : Around(numbers, size);
        return BoxRules.Inside(box, size, folder, file, line) is { } inside ? new DatasetBox(classes[index], inside) { More = numbers.Length == 4 ? [] : Mask(numbers, size) } : null;
    }

    /// <summary>The polygon as COCO has it, so that it is not lost on the way there.</summary>
    private static Dictionary<string, JsonElement> Mask(double[] points, FrameSize size)
    {
        double[][] polygon = [[.. points.Select((v, i) => Math.Round(v * (i % 2 == 0 ? size.Width : size.Height), 3))]];
        return new() { ["segmentation"] = JsonSerializer.SerializeToElement(polygon, DatasetJson.Default.DoubleArrayArray) };
    }

    private static string Short(string text) => string.Concat((text.Length <= 60 ? text.Trim() : text[..57].Trim() + "...").Select(c => char.IsControl(c) || c == '\uFFFD' ? '?' : c));

    private static ExactBox Centred(double[] n, FrameSize size) =>
        new((n[0] - n[2] / 2) * size.Width, (n[1] - n[3] / 2) * size.Height, n[2] * size.Width, n[3] * size.Height);

    private static ExactBox Around(double[] points, FrameSize size)
    {
        var xs = points.Where((_, i) => i % 2 == 0).Select(x => x * size.Width).ToList();
        var ys = points.Where((_, i) => i % 2 == 1).Select(y => y * size.Height).ToList();
        return new ExactBox(xs.Min(), ys.Min(), xs.Max() - xs.Min(), ys.Max() - ys.Min());
    }
}
