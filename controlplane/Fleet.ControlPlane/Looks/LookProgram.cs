using System.Runtime.InteropServices;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Vision;
using SkiaSharp;

namespace Fleet.ControlPlane.Looks;

/// <summary>The child, <c>fleet-controlplane look</c>: runs one version over pictures, or only describes what they look like. It ends when its standard input does, so that it never outlives its parent.</summary>
internal static class LookProgram
{
    public const string Command = "look";
    private const int GaveUp = 3;
    private const long MaxPixels = 64L << 20;

    public static async Task<int> RunAsync(TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        // whatever goes wrong with memory here is not to hit the server
        await File.WriteAllTextAsync("/proc/self/oom_score_adj", "1000", cancellationToken);
        if (await input.ReadLineAsync(cancellationToken) is not { } first)
        {
            return 0;
        }

        try
        {
            var job = JsonSerializer.Deserialize(first, LookJson.Default.LookJob)!;
            using var detector = job is { Model: { } model, Card: { } card } ? Detector.Load(model, card, new InferenceOptions { CandidateFloor = job.Floor }) : null;
            await SayAsync(output, new LookLine(), cancellationToken);
            while (await input.ReadLineAsync(cancellationToken) is { } path)
            {
                await SayAsync(output, Look(detector, path), cancellationToken);
            }

            return 0;
        }
        catch (ProblemException e)
        {
            await SayAsync(output, new LookLine(Problem: new ReportedProblem(e.Kind.Code, e.Message)), cancellationToken);
            return GaveUp;
        }
    }

    private static LookLine Look(Detector? detector, string path)
    {
        if (Decode(path) is not { } frame)
        {
            return new LookLine(Problem: new ReportedProblem(Problems.SamplePicture.Code, "It is no whole picture."));
        }

        if (detector is null)
        {
            var likeness = new sbyte[FrameEmbedding.Length];
            new FrameEmbedding().Write(frame, likeness);
            return new LookLine(Likeness: MemoryMarshal.AsBytes<sbyte>(likeness).ToArray());
        }

        var found = detector.Detect(frame);
        return new LookLine([.. found, .. detector.Doubtful]);
    }

    private static Frame? Decode(string path)
    {
        using var codec = SKCodec.Create(path);
        if (codec is null || (long)codec.Info.Width * codec.Info.Height > MaxPixels || Math.Max(codec.Info.Width, codec.Info.Height) > Frame.MaxSidePx)
        {
            return null;
        }

        using var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Unpremul));
        return codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success ? Strip(bitmap.GetPixelSpan(), bitmap.Width, bitmap.Height) : null;
    }

    private static Frame Strip(ReadOnlySpan<byte> bgra, int width, int height)
    {
        var frame = new Frame(width, height, channels: 3);
        var into = frame.Span;
        for (int from = 0, to = 0; to < into.Length; from += 4, to += 3)
        {
            bgra.Slice(from, 3).CopyTo(into[to..]);
        }

        return frame;
    }

    private static async Task SayAsync(TextWriter output, LookLine line, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(line, LookJson.Default.LookLine).AsMemory(), cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
