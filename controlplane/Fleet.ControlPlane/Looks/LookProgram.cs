using System.Runtime.InteropServices;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Vision;

namespace Fleet.ControlPlane.Looks;

/// <summary>The child, <c>fleet-controlplane look</c>: runs one version over pictures, only describes what they look like, or makes them small. It ends when its standard input does, so that it never outlives its parent.</summary>
internal static class LookProgram
{
    public const string Command = "look";
    private const int GaveUp = 3;

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
                await SayAsync(output, Look(detector, job.Cut, path), cancellationToken);
            }

            return 0;
        }
        catch (ProblemException e)
        {
            await SayAsync(output, new LookLine(Problem: new ReportedProblem(e.Kind.Code, e.Message)), cancellationToken);
            return GaveUp;
        }
    }

    private static LookLine Look(Detector? detector, LookCut? cut, string path)
    {
        using var picture = LookPictures.Decode(path);
        if (picture is null)
        {
            return new LookLine(Problem: new ReportedProblem(Problems.SamplePicture.Code, "It is no whole picture."));
        }

        if (cut is not null)
        {
            return new LookLine(Small: LookPictures.Shrink(picture, cut));
        }

        var frame = LookPictures.FrameOf(picture);
        if (detector is null)
        {
            var likeness = new sbyte[FrameEmbedding.Length];
            new FrameEmbedding().Write(frame, likeness);
            return new LookLine(Likeness: MemoryMarshal.AsBytes<sbyte>(likeness).ToArray());
        }

        var found = detector.Detect(frame);
        return new LookLine([.. found, .. detector.Doubtful]);
    }

    private static async Task SayAsync(TextWriter output, LookLine line, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(line, LookJson.Default.LookLine).AsMemory(), cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
