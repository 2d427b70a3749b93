using System.Diagnostics;
using System.Globalization;
using Fleet.Contracts;
using Fleet.Twin.Scenes;
using Fleet.Twin.Sensing;
using SkiaSharp;

namespace Fleet.Twin.Commands;

/// <summary><c>render</c>: pictures and one COCO file. Files appear whole or not at all.</summary>
internal static class RenderCommand
{
    private const int JpegQuality = 95;

    public static int Run(IReadOnlyList<string> words)
    {
        var arguments = new Arguments("render", words, ["--count", "--seed", "--out", "--start", "--frames"], ["--preview"]);
        var scene = Scene.Load(arguments.Scene);
        var seed = arguments.Whole("--seed", 1, 0);
        var frames = arguments.Frames();
        var folder = arguments.Text("--out");
        try
        {
            Directory.CreateDirectory(folder);
            Write(scene, seed, frames, folder, arguments.Has("--preview"));
            return 0;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Problems.DeviceDiskFull, $"Writing to {folder} failed ({cause.Message}): make room or give another --out, then run the same command again.", cause);
        }
    }

    private static void Write(Scene scene, long seed, IReadOnlyList<long> frames, string folder, bool preview)
    {
        using var twin = new TwinRenderer(scene, seed);
        using var sheet = preview ? new ContactSheet(frames.Count, scene) : null;
        var labels = new CocoLabels(scene, seed);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = twin.Render(frames[i]);
            // a satellite four levels above the noise would not survive JPEG
            var (format, ending) = scene.World == SceneWorld.NightSky ? (SKEncodedImageFormat.Png, "png") : (SKEncodedImageFormat.Jpeg, "jpg");
            var name = string.Create(CultureInfo.InvariantCulture, $"{scene.Name}-{seed}-{frame.Index:D6}.{ending}");
            using (var picture = Jpeg.Encode(frame.Bgr, frame.Width, frame.Height, format, JpegQuality))
            {
                WholeFile.Write(Path.Combine(folder, name), picture.AsSpan());
            }

            labels.Add(name, frame);
            sheet?.Add(frame);
            Progress(i + 1, frames.Count, Stopwatch.GetElapsedTime(started));
        }

        WholeFile.Write(Path.Combine(folder, "labels.json"), labels.ToJson());
        if (sheet is not null)
        {
            using var picture = sheet.Encode();
            WholeFile.Write(Path.Combine(folder, "preview.png"), picture.AsSpan());
        }

        Console.Error.WriteLine();
        Console.WriteLine($"{frames.Count} frames and labels.json with {labels.Count} boxes are in {folder}.");
    }

    private static void Progress(int done, int all, TimeSpan elapsed)
    {
        if (done != all && (Console.IsErrorRedirected || done % 5 != 0))
        {
            return;
        }

        var rate = done / elapsed.TotalSeconds;
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{done} of {all} frames, {rate:F1} a second, {(all - done) / rate:F0} s to go   "));
    }
}
