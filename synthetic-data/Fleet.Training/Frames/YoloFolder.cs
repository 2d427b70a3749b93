using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Training.Frames;

/// <summary>A folder of pictures with a YOLO text file for each: a class number and a box or polygon a line, relative to the picture.</summary>
internal static class YoloFolder
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png"];

    /// <summary>Reads the folder; without labels the pictures count as empty.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: the text names folder, file and line.</exception>
    public static IEnumerable<LabelledPicture> Read(string images, string? labels, IReadOnlyList<string> classes)
    {
        if (!Directory.Exists(images) || labels is not null && !Directory.Exists(labels))
        {
            throw new ProblemException(Problems.RequestInvalid, $"There is no folder {(Directory.Exists(images) ? labels : images)}.");
        }

        foreach (var path in Directory.EnumerateFiles(images).Where(IsPicture).Order(StringComparer.Ordinal))
        {
            yield return new LabelledPicture(path, labels is null ? [] : Labels(path, labels, classes));
        }
    }

    private static bool IsPicture(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static List<Annotation> Labels(string picture, string labels, IReadOnlyList<string> classes)
    {
        var file = Path.Combine(labels, Path.GetFileNameWithoutExtension(picture) + ".txt");
        if (!File.Exists(file))
        {
            throw new ProblemException(Problems.RequestInvalid, $"{picture} has no labels: {file} is missing. An empty file says that nothing is in it.");
        }

        var size = Pictures.SizeOf(picture);
        return [.. File.ReadLines(file).Select((line, i) => (line, i)).Where(l => l.line.Trim().Length > 0).Select(l => Parse(l.line, $"{file}, line {l.i + 1}", size, classes))];
    }

    private static Annotation Parse(string line, string where, FrameSize size, IReadOnlyList<string> classes)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var numbers = new float[Math.Max(0, parts.Length - 1)];
        var readable = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < classes.Count && (numbers.Length == 4 || (numbers.Length >= 6 && numbers.Length % 2 == 0));
        for (var i = 0; i < numbers.Length && readable; i++)
        {
            readable = float.TryParse(parts[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]);
        }

        if (!readable)
        {
            throw new ProblemException(Problems.RequestInvalid, $"{where}: '{line}' is no label: wanted is a class from 0 to {classes.Count - 1}, then x, y, width and height, or a polygon's points.");
        }

        return new Annotation(classes[index], numbers.Length == 4 ? Centred(numbers, size) : Around(numbers, size));
    }

    private static Box Centred(float[] n, FrameSize size) =>
        new((n[0] - n[2] / 2) * size.Width, (n[1] - n[3] / 2) * size.Height, n[2] * size.Width, n[3] * size.Height);

    private static Box Around(float[] points, FrameSize size)
    {
        var xs = points.Where((_, i) => i % 2 == 0).Select(x => x * size.Width).ToList();
        var ys = points.Where((_, i) => i % 2 == 1).Select(y => y * size.Height).ToList();
        return new Box(xs.Min(), ys.Min(), xs.Max() - xs.Min(), ys.Max() - ys.Min());
    }
}
