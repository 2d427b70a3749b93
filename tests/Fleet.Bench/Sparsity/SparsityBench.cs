using Fleet.Bench.Vision;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Testing;
using Fleet.Vision;

namespace Fleet.Bench.Sparsity;

/// <summary>Dense against 2:4, and 32 against 16 and 8 bits, for each batch size, on the fastest provider there is. One command on a machine with a GPU; on one without it says so and measures the processor.</summary>
internal static class SparsityBench
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(300);
    private static readonly string[] Pairs = ["fp32-2:4 over fp32", "fp16 over fp32", "fp16-2:4 over fp16", "int8 over fp32", "int8-2:4 over int8"];

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var ladder = ProviderLadder.Probe(new InferenceOptions());
        var provider = ladder.First(r => r.Refusal is null).Name;
        var note = $"network time alone, images a second, on {provider}. {string.Join(" ", ladder.Where(r => r.Refusal is not null))}"
            + (provider == ProviderLadder.Cpu ? " No GPU here: these figures are the processor's, which gains nothing from zeros." : "");
        int[] batches = provider == ProviderLadder.Cpu ? options.Quick ? [1, 8] : [1, 4, 8] : options.Quick ? [1, 8, 32] : [1, 4, 8, 16, 32, 64];
        var folder = Directory.CreateTempSubdirectory("fleet-bench-").FullName;
        var rows = new List<BenchRow>();
        try
        {
            foreach (var (name, model) in Networks(options.Model))
            {
                foreach (var batch in batches)
                {
                    Benches.Say($"sparsity: {name}, batch {batch}, {provider}");
                    using var race = new Race(folder, model, batch, isTensorRt: provider == ProviderLadder.TensorRt);
                    rows.AddRange(await race.RunAsync($"{name}, batch {batch}", options.Quick ? 7 : 21, cancellationToken));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return [.. rows.Select(r => r with { Note = note })];
    }

    private static IEnumerable<(string Name, ModelProto Model)> Networks(string? path)
    {
        if (path is null)
        {
            yield return ("256 channels", WideNetwork.Build());
            path = Path.Combine(Repository.Root, "synthetic-data", "models", "warehouse.onnx");
        }

        var model = OnnxFile.Read(path);
        yield return Variants.Weights(Variants.Widened(model)).Count > 0 ? (Path.GetFileNameWithoutExtension(path), model)
            : throw new BenchFailedException($"{path} has no convolution with 32- or 16-bit weights in the file; give another with --model.");
    }

    /// <summary>All variants of one network at one batch size, open side by side.</summary>
    private sealed class Race : IDisposable
    {
        private readonly Dictionary<string, Detector> _detectors = [];
        private readonly Frame[] _frames;
        private readonly Found[] _found;

        public Race(string folder, ModelProto model, int batch, bool isTensorRt)
        {
            _found = new Found[batch];
            var wide = Variants.Widened(model);
            var (dense, sparse) = (Variants.Dense(wide), Variants.TwoOfFour(wide));
            var card = VisionBench.CardOf(Save(folder, dense));
            _frames = [.. Enumerable.Range(0, batch).Select(_ => new Frame(card.Input.WidthPx, card.Input.HeightPx, channels: 3))];
            foreach (var (name, of) in new[] { ("", dense), ("-2:4", sparse) })
            {
                // TensorRT turns 32 bits into 16 by itself
                Open($"fp32{name}", of);
                Open($"fp16{name}", isTensorRt ? of : Variants.Fp16(of));
                Open($"int8{name}", Quantised.Of(of, isTensorRt));
            }

            void Open(string variant, ModelProto made) => _detectors[variant] = Detector.Load(
                Save(folder, made), card, new InferenceOptions { Precision = Precisions.Of(variant), Sparse = VariantNames.IsSparse(variant), MaxBatch = batch, Pictures = batch });
        }

        public async Task<IReadOnlyList<BenchRow>> RunAsync(string what, int rounds, CancellationToken cancellationToken)
        {
            var rows = new List<BenchRow>();
            foreach (var pair in Pairs)
            {
                var (ours, peer) = (_detectors[pair.Split(" over ")[0]], _detectors[pair.Split(" over ")[1]]);
                Take(ours);
                Take(peer);
                var taken = await Rounds.TakeAsync(rounds, () => Task.FromResult(Take(ours)), () => Task.FromResult(Take(peer)), cancellationToken);
                rows.Add(taken.Row($"{what}: {pair}", "images/s", r => r));
            }

            return rows;
        }

        public void Dispose()
        {
            foreach (var detector in _detectors.Values)
            {
                detector.Dispose();
            }
        }

        private double Take(Detector detector)
        {
            var (images, ms) = (0, 0.0);
            do
            {
                detector.Detect(_frames, _found);
                images += _frames.Length;
                ms += detector.InferenceMs;
            }
            while (ms < Slice.TotalMilliseconds);
            return images / ms * 1000;
        }

        private static string Save(string folder, ModelProto model)
        {
            var path = Path.Combine(folder, $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}.onnx");
            OnnxFile.Write(model, path);
            return path;
        }
    }
}
