using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fleet.Agent.Cameras;
using Fleet.Contracts;
using Fleet.Inference;
using Microsoft.Extensions.Options;

namespace Fleet.Agent.Offline;

/// <summary>Runs a model over a camera without a control plane: the agent's own cameras, preparation, engine and heads.</summary>
internal static class InferCommand
{
    // average precision counts weak boxes too
    private const float ResultsFloor = 0.01f;

    /// <summary>The first Ctrl-C asks for what was done so far, the second ends the program.</summary>
    public static async Task<int> RunUntilInterruptedAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });
        return await RunAsync(arguments, output, stop.Token);
    }

    /// <exception cref="UsageException">An option or a file cannot be used.</exception>
    /// <exception cref="ProblemException">The model or the camera cannot be used.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var options = InferOptions.Parse(arguments);
        var card = InferModel.CardOf(options);
        using var detector = Detector.Load(options.Model, card, new InferenceOptions { IntraOpThreads = options.Threads, CandidateFloor = options.Threshold ?? ResultsFloor });
        await using var camera = await OpenAsync(options, cancellationToken);
        using var results = new CocoResults(options.Out, card.Classes);
        var drawing = options.Draw is { } folder ? new FrameDrawing(folder) : null;
        var (counts, tracks) = (new long[card.Classes.Count], new InferTracks(camera.FramesPerSecond));
        var timing = await TimeAsync(camera, detector, options, frame => See(tracks.Follow(frame), card, results, drawing, counts), cancellationToken);
        results.Complete();
        var report = new InferReport(
            options.Card is null ? Path.GetFileName(options.Model) : card.Version.ToString(), card.Head, card.Input, card.ScoreThreshold, [.. card.Classes.Select((name, i) => new InferCategory(i + 1, name))], results.Count, timing);
        await File.WriteAllBytesAsync(options.Out + ".timing.json", JsonSerializer.SerializeToUtf8Bytes(report, InferJson.Default.InferReport), CancellationToken.None);
        await output.WriteLineAsync(Text(report, counts, tracks.Objects, options));
        return 0;
    }

    internal static async Task<ICamera> OpenAsync(InferOptions options, CancellationToken cancellationToken)
    {
        var plain = new AgentOptions();
        var agent = new AgentOptions { TwinCommand = options.Twin ?? plain.TwinCommand, FfmpegCommand = options.Ffmpeg ?? plain.FfmpegCommand };
        var camera = new DesiredCamera(CameraId.Parse("camera"), options.Camera, Version: null, Fps: null, Loop: false);
        return await new CameraOpener(Options.Create(agent)).OpenAsync(camera, resumeAt: 0, cancellationToken);
    }

    internal static async Task<InferTiming> TimeAsync(ICamera camera, Detector detector, InferOptions options, Action<InferredFrame> seen, CancellationToken cancellationToken)
    {
        try
        {
            var timing = await new InferRun(camera, detector, options.Frames).RunAsync(seen, options.Threads, cancellationToken);
            return timing.Frames > 0 ? timing
                : throw new ProblemException(Problems.CameraFailed, $"{CameraAddress.Redact(options.Camera)} opens but holds no frame that can be decoded.");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or OpenCvSharp.OpenCVException)
        {
            throw new ProblemException(Problems.CameraFailed, $"{CameraAddress.Redact(options.Camera)} cannot be read: {e.Message}", e);
        }
    }

    private static void See(InferredFrame seen, ModelCard card, CocoResults results, FrameDrawing? drawing, long[] counts)
    {
        foreach (var detection in seen.Found.Concat(seen.Doubtful))
        {
            results.Add(seen.Frame.Index, detection);
        }

        foreach (var detection in seen.Found)
        {
            counts[card.Classes.ToList().IndexOf(detection.Label)]++;
        }

        drawing?.Draw(seen.Frame, seen.Found, card.Classes);
    }

    private static string Text(InferReport report, long[] counts, long objects, InferOptions options)
    {
        var (input, timing) = (report.Input, report.Timing);
        var most = string.Join(", ", counts.Select((count, i) => (Count: count, report.Categories[i].Name)).Where(c => c.Count > 0).OrderByDescending(c => c.Count).Take(8).Select(c => $"{c.Name} {c.Count}"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            model    {report.Model}: head {report.Head}, {report.Categories.Count} classes ({string.Join(", ", report.Categories.Take(3).Select(c => c.Name))}{(report.Categories.Count > 3 ? ", ..." : "")})
            input    {input.Name} {input.Element} {input.WidthPx}x{input.HeightPx} {input.Color} {input.Layout}, {input.Fit}{(input.Fit == Fits.Stretch ? "" : $" padded {input.Pad}")}, (v * {input.Scale:0.######} - {Planes(input.Mean, 0)}) / {Planes(input.Std, 1)}
            frames   {timing.Frames} in {timing.Seconds:0.00} s: {timing.FramesPerSecond:0.0} frames/s on {timing.Provider}, {timing.Threads} thread{(timing.Threads == 1 ? "" : "s")}
            ms       frame p50 {timing.Frame.P50:0.00} p95 {timing.Frame.P95:0.00}; decode {timing.Decode.Mean:0.00}, preprocess {timing.Preprocess.Mean:0.00}, inference {timing.Inference.Mean:0.00}, postprocess {timing.Postprocess.Mean:0.00} (means)
            found    {counts.Sum()} at {report.ScoreThreshold:0.##} or more{(most.Length > 0 ? $": {most}" : "")}; {objects} objects followed
            results  {options.Out} ({report.Detections} boxes), {options.Out}.timing.json{(options.Draw is { } folder ? $", pictures in {folder}" : "")}
            """);
    }

    private static string Planes(IReadOnlyList<float> values, float none) => values.Count == 0 ? none.ToString(CultureInfo.InvariantCulture)
        : $"[{string.Join(", ", values.Select(v => v.ToString("0.####", CultureInfo.InvariantCulture)))}]";
}
