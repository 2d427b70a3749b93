using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Testing;
using Fleet.Vision;

namespace Fleet.Bench.Vision;

/// <summary>What the agent does to a decoded frame, over ONNX Runtime alone: what the rest of the frame path costs.</summary>
internal static class VisionBench
{
    private const double Must = 0.85;
    private const double Aim = 0.95;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(400);

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var model = options.Model ?? Path.Combine(Repository.Root, "synthetic-data", "models", "warehouse.onnx");
        var card = CardOf(model);
        var frames = options.Video is { } video ? Frames.OfVideo(video) : Frames.Synthetic();
        using var detector = Detector.Load(model, card, new InferenceOptions { IntraOpThreads = 1, Providers = [ProviderLadder.Cpu] });
        using var bare = new BareLoop(model, card.Input, frames[0]);
        var (preprocess, tensors) = (new Preprocess(card.Input), new Tensors(card.Input));
        var next = 0;
        var ours = new Lane(() => detector.Detect(frames[next++ % frames.Count]));
        var peer = new Lane(bare.Run);
        var resize = new Lane(() => tensors.Write(preprocess, frames[next++ % frames.Count]));
        Benches.Say($"vision: {Path.GetFileName(model)}, {card.Input.WidthPx}x{card.Input.HeightPx} {card.Input.Element}, {frames.Count} frames of {frames[0].WidthPx}x{frames[0].HeightPx}, 1 thread each");
        WarmUp(ours, peer, resize);

        var rounds = options.Quick ? 31 : 101;
        var whole = await Rounds.TakeAsync(rounds, () => ours.TakeAsync(Slice), () => peer.TakeAsync(Slice), cancellationToken);
        var alone = await Rounds.TakeAsync(rounds / 3, () => resize.TakeAsync(Slice / 4), peer: null, cancellationToken);
        return
        [
            whole.Row("decoded frame to detections", "frames/s", s => s.FramesPerSecond) with
            {
                Must = Must, Aim = Aim, Note = "peer: bare ONNX Runtime, I/O binding, tensor already in memory, 1 thread",
            },
            whole.Row("processor time", "ms/frame", s => s.ProcessorMs),
            whole.Row("garbage", "bytes/frame", s => s.GarbageBytes) with { Ratio = null },
            alone.Row("preprocess alone", "ms/frame", s => 1000 / s.FramesPerSecond),
        ];
    }

    // code that is still being compiled would count against whoever runs first
    private static void WarmUp(params Lane[] lanes)
    {
        foreach (var lane in lanes.Concat(lanes))
        {
            lane.Take(Slice * 2);
        }
    }

    private static ModelCard CardOf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var report = OnnxCheck.Inspect(bytes);
        var head = OnnxMetadata.Get(report.Metadata).Head
            ?? throw new BenchFailedException($"{path} does not say which head it has (metadata '{OnnxMetadata.Head}'); give a file that Fleet exported with --model.");
        var fit = OnnxCheck.FitHead(report, head, classes: null, input: null);
        return new ModelCard
        {
            Version = new VersionId(ModelName.Parse("bench"), number: 1),
            Head = fit.Head,
            Classes = fit.Classes,
            Input = fit.Input,
            ScoreThreshold = fit.ScoreThreshold ?? 0.3f,
            Variants = [new VariantFile("file", Digest.Of(bytes), bytes.Length)],
        };
    }

    /// <summary>Memory for a tensor of either kind.</summary>
    private sealed class Tensors(InputSpec input)
    {
        private readonly byte[] _bytes = new byte[input.Element == InputRules.UInt8 ? new Preprocess(input).Length : 0];
        private readonly float[] _floats = new float[input.Element == InputRules.UInt8 ? 0 : new Preprocess(input).Length];

        public void Write(Preprocess preprocess, Frame frame) => _ = _bytes.Length > 0 ? preprocess.Write(frame, _bytes) : preprocess.Write(frame, _floats);
    }
}
