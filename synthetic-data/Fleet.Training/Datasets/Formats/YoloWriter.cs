using System.Globalization;
using System.Text;
using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Datasets.Formats;

/// <summary>Folders images and labels with a data.yaml, as YOLO's trainers take them.</summary>
internal static class YoloWriter
{
    public static void Write(Dataset set, IReadOnlyList<PlacedPicture> pictures, string folder)
    {
        var numbers = set.Classes.Distinct().Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i);
        foreach (var placed in pictures)
        {
            var lines = placed.Picture.Boxes.Select(b => $"{numbers[b.Label].ToString(CultureInfo.InvariantCulture)} {Relative(b.Box, placed.Picture.Size)}\n");
            var path = Path.Combine(folder, "labels", placed.Picture.Split, placed.Stem + ".txt");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, string.Concat(lines));
        }

        File.WriteAllText(Path.Combine(folder, "data.yaml"), Notes(numbers.Keys, set.Policy, [.. pictures.Select(p => p.Picture.Split).Distinct()]));
    }

    /// <summary>The text of a data.yaml.</summary>
    public static string Notes(IEnumerable<string> classes, BoxPolicy policy, IReadOnlyList<string> splits)
    {
        var text = new StringBuilder("path: .\n");
        foreach (var (key, split) in new[] { ("train", "train"), ("val", "valid"), ("test", "test") })
        {
            if (splits.Contains(split) || (split != "test" && !splits.Contains("train")))
            {
                text.Append(CultureInfo.InvariantCulture, $"{key}: images{(splits.Contains(split) ? "/" + split : "")}\n");
            }
        }

        text.Append("names:\n");
        foreach (var (name, i) in classes.Select((name, i) => (name, i)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {i}: '{name.Replace("'", "''", StringComparison.Ordinal)}'\n");
        }

        return text.Append(policy == BoxPolicy.Unknown ? "" : $"box_policy: {policy.Name()}\n").ToString();
    }

    private static string Relative(ExactBox b, FrameSize s) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(b.X + b.Width / 2) / s.Width:0.########} {(b.Y + b.Height / 2) / s.Height:0.########} {b.Width / s.Width:0.########} {b.Height / s.Height:0.########}");
}
