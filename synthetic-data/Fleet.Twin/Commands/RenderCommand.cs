using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Fleet.Contracts;
using Fleet.Twin.Labelling;
using Fleet.Twin.Scenes;
using Fleet.Twin.Sensing;
using SkiaSharp;

namespace Fleet.Twin.Commands;

/// <summary><c>render</c>: pictures and one COCO file, by several renderers at once. Files appear whole or not at all; their bytes do not depend on how many renderers there are.</summary>
internal sealed class RenderCommand
{
    private const int JpegQuality = 95;

    private readonly Scene _scene;
    private readonly long _seed;
    private readonly IReadOnlyList<long> _frames;
    private readonly string _folder;
    private readonly bool _masks;
    private readonly int _shown;
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _done;

    private RenderCommand(Arguments arguments)
    {
        _scene = Scene.Load(arguments.Scene);
        _seed = arguments.Whole("--seed", 1, 0);
        _frames = arguments.Frames();
        _folder = arguments.Text("--out");
        _masks = arguments.Has("--masks");
        _shown = arguments.Has("--preview") ? Math.Min(_frames.Count, ContactSheet.MostFrames) : 0;
    }

    public static int Run(IReadOnlyList<string> words)
    {
        var arguments = new Arguments(
            "render", words, ["--count", "--seed", "--out", "--start", "--frames", "--boxes", "--renderers"], ["--preview", "--masks"]);
        var command = new RenderCommand(arguments);
        var policy = PolicyOf(arguments);
        if (command._masks && command._scene.World == SceneWorld.NightSky)
        {
            throw new UsageException("The night sky has points and streaks but no surfaces: leave --masks out.");
        }

        var renderers = (int)Math.Min(arguments.Whole("--renderers", Environment.ProcessorCount, 1), 64);
        try
        {
            Directory.CreateDirectory(command._folder);
            command.Write(policy, Math.Min(renderers, command._frames.Count));
            return 0;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Problems.DeviceDiskFull, $"Writing to {command._folder} failed ({cause.Message}): make room or give another --out, then run the same command again.", cause);
        }
    }

    private static BoxPolicy PolicyOf(Arguments arguments) => !arguments.Has("--boxes") ? BoxPolicy.Modal : arguments.Text("--boxes") switch
    {
        "modal" => BoxPolicy.Modal,
        "amodal" => BoxPolicy.Amodal,
        var other => throw new UsageException($"--boxes is '{other}', but must be modal (around what can be seen) or amodal (around the whole object)."),
    };

    private void Write(BoxPolicy policy, int renderers)
    {
        var rendered = new Rendered[_frames.Count];
        RenderAll(rendered, renderers);
        using var sheet = _shown > 0 ? new ContactSheet(_shown, _scene) : null;
        var labels = new CocoLabels(_scene, _seed, policy);
        foreach (var (name, frame, masks) in rendered)
        {
            labels.Add(name, frame, masks);
            if (frame.Bgr.Length > 0)
            {
                sheet?.Add(frame);
            }
        }

        WholeFile.Write(Path.Combine(_folder, "labels.json"), labels.ToJson());
        if (sheet is not null)
        {
            using var picture = sheet.Encode();
            WholeFile.Write(Path.Combine(_folder, "preview.png"), picture.AsSpan());
        }

        Console.Error.WriteLine();
        Console.WriteLine($"{_frames.Count} frames and labels.json with {labels.Count} boxes are in {_folder}.");
    }

    private void RenderAll(Rendered[] rendered, int renderers)
    {
        var failures = new ConcurrentQueue<Exception>();
        var next = -1;
        var threads = Enumerable.Range(0, renderers).Select(_ => new Thread(() =>
        {
            try
            {
                using var twin = new TwinRenderer(_scene, _seed);
                for (var i = Interlocked.Increment(ref next); i < rendered.Length && failures.IsEmpty; i = Interlocked.Increment(ref next))
                {
                    rendered[i] = Render(twin, _frames[i], keep: i < _shown);
                }
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        if (failures.TryDequeue(out var first))
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }

    private Rendered Render(TwinRenderer twin, long index, bool keep)
    {
        var frame = twin.Render(index);
        var masks = _masks ? MasksOf(twin, frame) : null;
        // a satellite four levels above the noise would not survive JPEG
        var (format, ending) = _scene.World == SceneWorld.NightSky ? (SKEncodedImageFormat.Png, "png") : (SKEncodedImageFormat.Jpeg, "jpg");
        var name = string.Create(CultureInfo.InvariantCulture, $"{_scene.Name}-{_seed}-{frame.Index:D6}.{ending}");
        using (var picture = Jpeg.Encode(frame.Bgr, frame.Width, frame.Height, format, JpegQuality))
        {
            WholeFile.Write(Path.Combine(_folder, name), picture.AsSpan());
        }

        Progress(Interlocked.Increment(ref _done));
        return new Rendered(name, keep ? frame : frame with { Bgr = [] }, masks);
    }

    private static List<Mask> MasksOf(TwinRenderer twin, TwinFrame frame)
    {
        var masks = new List<Mask>();
        foreach (var annotation in frame.Annotations)
        {
            masks.Add(MaskRle.Of(twin.Ids, annotation.Id, frame.Width, frame.Height));
        }

        return masks;
    }

    private void Progress(int done)
    {
        if (done != _frames.Count && (Console.IsErrorRedirected || done % 5 != 0))
        {
            return;
        }

        var rate = done / Stopwatch.GetElapsedTime(_started).TotalSeconds;
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{done} of {_frames.Count} frames, {rate:F1} a second, {(_frames.Count - done) / rate:F0} s to go   "));
    }

    /// <param name="Frame">Without its pixels where nobody needs them any more.</param>
    private sealed record Rendered(string Name, TwinFrame Frame, IReadOnlyList<Mask>? Masks);
}
