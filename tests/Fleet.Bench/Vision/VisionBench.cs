using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Testing;
using Fleet.Vision;

namespace Fleet.Bench.Vision;

/// <summary>What the agent does to a decoded frame, over ONNX Runtime alone (what the rest of the frame path costs), over OpenCV's DNN and over ONNX Runtime in JavaScript (what others would take).</summary>
internal static class VisionBench
{
    private const double Must = 0.85;
    private const double Aim = 0.95;
    private const double OpenCvMust = 1.5;
    private const double OpenCvAim = 2;
    private const double MaxGarbageBytes = 1024;
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
        var empty = new Frame(frames[0].WidthPx, frames[0].HeightPx, channels: 3);
        var garbage = new Lane(() => detector.Detect(empty)).Take(Slice).GarbageBytes;
        return
        [
            whole.Row("decoded frame to detections", "frames/s", s => s.FramesPerSecond) with
            {
                Must = Must, Aim = Aim, Note = "peer: bare ONNX Runtime, I/O binding, tensor already in memory, 1 thread",
            },
            whole.Row("processor time", "ms/frame", s => s.ProcessorMs),
            new("garbage, nothing found", garbage, MaxGarbageBytes, "bytes/frame", MaxGarbageBytes / Math.Max(1, garbage), Must: 1, Note: "garbage: the peer is the limit; each box that is found is 56 bytes more, for it is handed on"),
            whole.Row("garbage, boxes included", "bytes/frame", s => s.GarbageBytes) with { Ratio = null },
            alone.Row("preprocess alone", "ms/frame", s => 1000 / s.FramesPerSecond),
            await OverOpenCvAsync((model, card.Input, frames), ours, rounds / 3, cancellationToken),
            await OverNodeAsync((model, card.Input), ours, rounds / 3, cancellationToken),
        ];
    }

    private static async Task<BenchRow> OverOpenCvAsync((string Model, InputSpec Input, IReadOnlyList<Frame> Frames) what, Lane ours, int rounds, CancellationToken cancellationToken)
    {
        var (peer, note) = OpenCvPeer.Open(what.Model, what.Input, what.Frames);
        using (peer)
        {
            var lane = peer is null ? null : new Lane(peer.Run);
            lane?.Take(Slice * 2);
            var taken = await Rounds.TakeAsync(rounds, () => ours.TakeAsync(Slice), lane is null ? null : () => lane.TakeAsync(Slice), cancellationToken);
            return taken.Row("over OpenCV's DNN", "frames/s", s => s.FramesPerSecond) with { Must = peer is null ? null : OpenCvMust, Aim = OpenCvAim, Note = note };
        }
    }

    private static async Task<BenchRow> OverNodeAsync((string Model, InputSpec Input) what, Lane ours, int rounds, CancellationToken cancellationToken)
    {
        var (peer, note) = await NodePeer.StartAsync(what.Model, what.Input, cancellationToken);
        using (peer)
        {
            var taken = await Rounds.TakeAsync(rounds, () => ours.TakeAsync(Slice), peer is null ? null : () => peer.TakeAsync(Slice), cancellationToken);
            return taken.Row("over onnxruntime-node", "frames/s", s => s.FramesPerSecond) with { Note = note };
        }
    }

    // code that is still being compiled would count against whoever runs first
    private static void WarmUp(params Lane[] lanes)
    {
        foreach (var lane in lanes.Concat(lanes))
        {
            lane.Take(Slice * 2);
        }
    }

    internal static ModelCard CardOf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var report = OnnxCheck.Inspect(bytes);
        var fit = OnnxCheck.FitHead(report, new HeadRequest { AllowUnnamed = true });
        return new ModelCard
        {
            Version = new VersionId(ModelName.Parse("bench"), number: 1),
            Head = fit.Head,
            Classes = fit.Classes,
            Input = fit.Input,
            ScoreThreshold = fit.ScoreThreshold ?? 0.3f,
            Scores = fit.Scores,
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
