using Fleet.Contracts;
using Fleet.Twin.Scenes;

namespace Fleet.Twin.Commands;

/// <summary><c>preview</c>: a sheet of frames with their boxes, to be looked at before anything is trained.</summary>
internal static class PreviewCommand
{
    private const int StandardFrames = 24;

    public static int Run(IReadOnlyList<string> words, TextWriter output)
    {
        var arguments = new Arguments("preview", words, ["--count", "--seed", "--start", "--frames", "--out"], []);
        var scene = Scene.Load(arguments.Scene);
        var seed = arguments.Whole("--seed", 1, 0);
        var frames = arguments.Has("--frames") || arguments.Has("--count") ? arguments.Frames() : [.. Enumerable.Range(0, StandardFrames).Select(i => i * Stride(scene))];
        var path = arguments.Has("--out") ? arguments.Text("--out") : $"{scene.Name}.png";
        var boxes = new List<TwinAnnotation>();
        using var twin = new TwinRenderer(scene, seed);
        using var sheet = new ContactSheet(frames.Count, scene);
        foreach (var index in frames)
        {
            var frame = twin.Render(index);
            sheet.Add(frame);
            boxes.AddRange(frame.Annotations);
        }

        try
        {
            using var picture = sheet.Encode();
            WholeFile.Write(path, picture.AsSpan());
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Problems.DeviceDiskFull, $"Writing {path} failed ({cause.Message}): make room or give another --out.", cause);
        }

        output.WriteLine($"{Math.Min(frames.Count, ContactSheet.MostFrames)} of {frames.Count} frames are on {path}. Boxes: {string.Join(", ", scene.Classes.Select(c => $"{boxes.Count(b => b.Label == c)} {c}"))}.");
        return 0;
    }

    /// <summary>Neighbouring frames share products or a pointing: every tenth shows more of the world.</summary>
    private static long Stride(Scene scene) => scene.Layouts.Site > 0 ? 1 : 10;
}
