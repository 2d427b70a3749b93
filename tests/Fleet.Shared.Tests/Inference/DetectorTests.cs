using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Onnx;
using Fleet.Shared.Tests.Onnx;
using Fleet.Vision;

namespace Fleet.Shared.Tests.Inference;

public sealed class DetectorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-").FullName;

    private string Model => Path.Combine(_folder, "tiny.onnx");

    private string Cache => Path.Combine(_folder, "engines");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Finds_a_known_object_in_pixels_of_the_frame_and_keeps_the_doubtful_one_apart()
    {
        using var detector = Load(new());
        // twice the network's size, padded above and below: a cell is 8x8 px here
        var frame = new Frame(64, 32, channels: 3);
        Paint(frame, cellX: 3, cellY: 1, value: 255);
        Paint(frame, cellX: 6, cellY: 2, value: 51);

        for (var run = 0; run < 2; run++)
        {
            var found = Assert.Single(detector.Detect(frame));
            Assert.Equal(("carton", 1.0f), (found.Label, MathF.Round(found.Score, 3)));
            Assert.Equal(new Box(16, 0, 24, 24), found.Box);
            Assert.Equal(0.2f, Assert.Single(detector.Doubtful).Score, 0.01f);
            Assert.True(detector.InferenceMs > 0);
        }

        Assert.Equal(2, detector.Detect(frame, threshold: 0.1f).Count);
        Assert.Empty(detector.Doubtful);
    }

    [Fact]
    public void Explains_a_card_that_does_not_fit_the_file()
    {
        OnnxFile.Write(TinyNetwork.Build(), Model);
        var card = TinyNetwork.Card with { Classes = ["carton", "can"] };
        var refusal = Assert.Throws<ProblemException>(() => Detector.Load(Model, card, new()));
        Assert.Equal(Problems.ModelHead, refusal.Kind);
        Assert.Contains("2 class names were given", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_no_other_bytes_than_were_signed()
    {
        OnnxFile.Write(TinyNetwork.Build(), Model);
        var signed = Digest.Of(File.ReadAllBytes(Model));
        Detector.Load(Model, TinyNetwork.Card, new(), signed).Dispose();
        File.AppendAllBytes(Model, [0x7a, 0]);

        Assert.Equal(Problems.TrustMismatch, Assert.Throws<ProblemException>(() => Detector.Load(Model, TinyNetwork.Card, new(), signed)).Kind);
    }

    [Fact]
    public void Explains_a_network_that_no_provider_can_build()
    {
        var model = TinyNetwork.Build();
        model.Graph.Node[1].Attribute[1].Ints[0] = -1;
        OnnxFile.Write(model, Model);
        var refusal = Assert.Throws<ProblemException>(() => Detector.Load(Model, TinyNetwork.Card, new()));
        Assert.Equal(Problems.EngineFailed, refusal.Kind);
    }

    [Fact]
    public void Takes_an_engine_from_the_cache_and_builds_a_damaged_one_anew()
    {
        var options = new InferenceOptions { CacheFolder = Cache };
        Assert.False(LoadsFromCache(options));
        Assert.True(LoadsFromCache(options));
        var engine = Assert.Single(Directory.GetFiles(Cache));
        var bytes = File.ReadAllBytes(engine);
        bytes[^10] ^= 1;
        File.WriteAllBytes(engine, bytes);
        Assert.False(LoadsFromCache(options));
        Assert.True(LoadsFromCache(options));
        File.WriteAllBytes(engine, []);
        Assert.False(LoadsFromCache(options));
    }

    [Fact]
    public void Builds_anew_under_other_options()
    {
        Assert.False(LoadsFromCache(new() { CacheFolder = Cache }));
        Assert.False(LoadsFromCache(new() { CacheFolder = Cache, IntraOpThreads = 2 }));
        Assert.False(LoadsFromCache(new() { CacheFolder = Cache, Precision = Precision.Fp16 }));
        Assert.Equal(3, Directory.GetFiles(Cache).Length);
        Assert.True(LoadsFromCache(new() { CacheFolder = Cache }));
    }

    [Fact]
    public void Says_which_providers_it_could_not_take_and_why()
    {
        using var detector = Load(new());
        Assert.Equal((ProviderLadder.Cpu, null), (detector.Provider, detector.Ladder[^1].Refusal));
        Assert.All(detector.Ladder.SkipLast(1), r => Assert.NotEmpty(r.Refusal!));
    }

    private static void Paint(Frame frame, int cellX, int cellY, byte value)
    {
        for (var y = cellY * 8; y < (cellY + 1) * 8; y++)
        {
            frame.Span.Slice(((y * frame.WidthPx) + (cellX * 8)) * 3, 8 * 3).Fill(value);
        }
    }

    private Detector Load(InferenceOptions options)
    {
        OnnxFile.Write(TinyNetwork.Build(), Model);
        return Detector.Load(Model, TinyNetwork.Card, options);
    }

    private bool LoadsFromCache(InferenceOptions options)
    {
        using var detector = Load(options);
        var frame = new Frame(64, 32, channels: 3);
        Paint(frame, 3, 1, 255);
        Assert.Single(detector.Detect(frame));
        return detector.IsFromCache;
    }
}
