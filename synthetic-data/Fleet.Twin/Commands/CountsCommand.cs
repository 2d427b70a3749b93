using System.Globalization;
using System.Text.Json;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary><c>counts</c>: how many objects a frame holds, beside what a real label file says.</summary>
internal static class CountsCommand
{
    private const int BarLength = 40;

    public static int Run(IReadOnlyList<string> words, TextWriter output)
    {
        var arguments = new Arguments("counts", words, ["--count", "--seed", "--start", "--frames", "--against"], []);
        var scene = Scene.Load(arguments.Scene);
        var seed = arguments.Whole("--seed", 1, 0);
        var real = arguments.Has("--against") ? OfFile(arguments.Text("--against")) : null;
        using var twin = new TwinRenderer(scene, seed);
        var ours = arguments.Frames().Select(index => twin.Annotate(index).Count).ToList();
        output.WriteLine($"objects in a frame, share of frames: {scene.Name} ({ours.Count} frames, seed {seed}){(real is null ? "" : $" and {Path.GetFileName(arguments.Text("--against"))} ({real.Count} frames)")}");
        for (var count = 0; count <= Math.Max(ours.Max(), real?.Max() ?? 0); count++)
        {
            Line(output, count, "twin", ours);
            if (real is not null)
            {
                Line(output, count, "real", real);
            }
        }

        return 0;
    }

    private static void Line(TextWriter output, int count, string who, List<int> counts)
    {
        var share = counts.Count(c => c == count) / (double)counts.Count;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(who == "twin" ? count.ToString(CultureInfo.InvariantCulture) : ""),4} {who} {share,6:0.0%} {new string('█', (int)Math.Round(share * BarLength * 2))}"));
    }

    /// <summary>A COCO file, or a list of frames with <c>num_objects</c>.</summary>
    private static List<int> OfFile(string path)
    {
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            var counts = file.RootElement.ValueKind == JsonValueKind.Array
                ? file.RootElement.EnumerateArray().Select(f => f.GetProperty("num_objects").GetInt32()).ToList()
                : OfCoco(file.RootElement);
            return counts.Count > 0 ? counts : throw new UsageException($"{path} names no frame.");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UsageException($"{path} is no label file that could be read: a COCO file or a list of frames with num_objects is wanted ({cause.Message}).");
        }
    }

    private static List<int> OfCoco(JsonElement coco)
    {
        var boxes = coco.GetProperty("annotations").EnumerateArray().CountBy(a => a.GetProperty("image_id").GetInt64()).ToDictionary();
        return [.. coco.GetProperty("images").EnumerateArray().Select(i => boxes.GetValueOrDefault(i.GetProperty("id").GetInt64()))];
    }
}
