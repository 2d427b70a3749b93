using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Evaluation;
using Fleet.Training.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Fleet.Training.Tests.Tiles;

public class TilesGraphTests
{
    private const int Width = 40;
    private const int Height = 30;

    [Fact]
    public void A_frame_as_a_whole_and_cut_into_tiles_gets_the_same_scores()
    {
        var frame = new byte[Width * Height];
        new Random(2).NextBytes(frame);
        byte[] tiles = [.. from row in Enumerable.Range(0, Height / 10)
            from column in Enumerable.Range(0, Width / 10)
            from i in Enumerable.Range(0, 100)
            select frame[((row * 10) + (i / 10)) * Width + (column * 10) + (i % 10)]];
        var list = TilesGraph.Crops(seed: 4);

        var cut = Run(list, tiles, 12, 100);
        var whole = Run(TilesGraph.FramesOf(list, Width, Height), frame, 1, 1, Height, Width);

        Assert.Equal(12, whole.Distinct().Count());
        Assert.InRange(whole.Zip(cut, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5f);
    }

    [Fact]
    public void Training_and_ONNX_Runtime_agree_on_both_forms()
    {
        Assert.InRange(EngineAgreement.Difference(TilesGraph.Frames(Width, Height, seed: 4), input: null), 0, EngineAgreement.Tolerance);
        Assert.InRange(EngineAgreement.Difference(TilesGraph.Crops(seed: 4), input: null), 0, EngineAgreement.Tolerance);
    }

    [Fact]
    public void A_brighter_background_changes_no_score()
    {
        var tile = new byte[100];
        new Random(3).NextBytes(tile);
        byte[] dim = [.. tile.Select(v => (byte)(v % 8))];
        byte[] bright = [.. dim.Select(v => (byte)(v + 90))];

        Assert.Equal(Run(TilesGraph.Crops(seed: 4), dim, 1, 100)[0], Run(TilesGraph.Crops(seed: 4), bright, 1, 100)[0], 1e-4f);
    }

    private static float[] Run(ModelProto model, byte[] input, params long[] shape)
    {
        using var session = new InferenceSession(OnnxFile.Write(model));
        using var fed = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var options = new RunOptions();
        using var results = session.Run(options, [model.Graph.Input[0].Name], [fed], ["scores"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
