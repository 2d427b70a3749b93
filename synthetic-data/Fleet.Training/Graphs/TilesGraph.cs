using Fleet.Onnx.Schema;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static Fleet.Training.Graphs.GraphBuilder;

namespace Fleet.Training.Graphs;

/// <summary>A classifier of tiles of 10x10 grey pixels, 100-128-64-1, in two forms that give the same answers.</summary>
/// <remarks>
/// It began as one call for each of a frame's 3,072 tiles. As a list of tiles it is one call for a frame; as a convolution over
/// the whole frame it needs no cutting up at all, and is the form to prefer.
/// </remarks>
internal static class TilesGraph
{
    /// <summary>Side of a tile, px.</summary>
    public const int Side = 10;

    /// <summary>The value before the sigmoid.</summary>
    public const string Logits = "layer3_c";

    // levels beyond which a pixel says nothing about the background
    private const float Outlier = 6;
    private const float LeastGrain = 0.5f;
    private const float Least = -4;
    private const float Most = 16;

    private static readonly int[] Widths = [Side * Side, 128, 64, 1];

    /// <summary>The whole frame in, a map of scores out: one for each tile.</summary>
    /// <param name="widthPx">Of the frame, a multiple of <see cref="Side"/>.</param>
    /// <param name="heightPx">Of the frame, a multiple of <see cref="Side"/>.</param>
    /// <param name="seed">Of the initial weights.</param>
    public static ModelProto Frames(int widthPx, int heightPx, long seed)
    {
        var graph = new GraphBuilder("fleet-tiles");
        var levels = Floats(graph, graph.Input("images", DataType.Uint8, 0, 1, heightPx, widthPx));
        var x = Normalised(graph, graph.Node("SpaceToDepth", "levels", [levels], Int("blocksize", Side)));
        for (var layer = 1; layer < Widths.Length; layer++)
        {
            var weight = graph.Constant(WeightOf(layer), Start(layer, seed), Widths[layer], Widths[layer - 1], 1, 1);
            x = Activated(graph, layer, graph.Node("Conv", $"layer{layer}_c", [x, weight, Bias(graph, layer)], Ints("kernel_shape", 1, 1)));
        }

        graph.Output(x, 0, 1, heightPx / Side, widthPx / Side);
        return graph.Build([]);
    }

    /// <summary>A list of tiles in, their pixels row by row; a score for each out. The same weights under the same names.</summary>
    public static ModelProto Crops(long seed)
    {
        var graph = new GraphBuilder("fleet-tiles");
        var x = Normalised(graph, Floats(graph, graph.Input("tiles", DataType.Uint8, 0, Side * Side)));
        for (var layer = 1; layer < Widths.Length; layer++)
        {
            var weight = graph.Constant(WeightOf(layer), Start(layer, seed), Widths[layer], Widths[layer - 1]);
            x = Activated(graph, layer, graph.Node("Gemm", $"layer{layer}_c", [x, weight, Bias(graph, layer)], Int("transB", 1)));
        }

        graph.Output(x, 0, 1);
        return graph.Build([]);
    }

    /// <summary>The form for whole frames with the weights of a list form.</summary>
    public static ModelProto FramesOf(ModelProto crops, int widthPx, int heightPx)
    {
        var frames = Frames(widthPx, heightPx, seed: 0);
        foreach (var weight in frames.Graph.Initializer)
        {
            Tensors.Store(weight, Tensors.Floats(crops.Graph.Initializer.First(w => w.Name == weight.Name)));
        }

        return frames;
    }

    private static string WeightOf(int layer) => $"layer{layer}.weight";

    private static string Floats(GraphBuilder graph, string bytes) => graph.Node("Cast", "floats", [bytes], Int("to", (long)DataType.Float));

    /// <summary>Each tile less its own background, in units of its own grain; the pixels of a tile lie along axis 1.</summary>
    /// <remarks>A mean and a deviation of values that are clipped first: a bright star hardly moves them, and a median is no operator.</remarks>
    private static string Normalised(GraphBuilder graph, string levels)
    {
        var (low, high) = (graph.Constant("outlier.low", [-Outlier]), graph.Constant("outlier.high", [Outlier]));
        var rough = graph.Node("Sub", "rough", [levels, Mean(graph, "rough_mean", levels)]);
        var inner = graph.Node("Clip", "inner", [rough, low, high]);
        var centred = graph.Node("Sub", "centred", [rough, Mean(graph, "inner_mean", inner)]);
        var grain = Mean(graph, "grain", graph.Node("Abs", "inner_abs", [graph.Node("Clip", "inner_again", [centred, low, high])]));
        var floor = graph.Node("Add", "grain_floor", [grain, graph.Constant("grain.least", [LeastGrain])]);
        var ratio = graph.Node("Div", "ratio", [centred, floor]);
        var bounded = graph.Node("Clip", "bounded", [ratio, graph.Constant("bound.low", [Least]), graph.Constant("bound.high", [Most])]);
        return graph.Node("Mul", "normalised", [bounded, graph.Constant("bound.scale", [0.5f])]);
    }

    private static string Mean(GraphBuilder graph, string name, string x) => graph.Node("ReduceMean", name, [x], Ints("axes", 1), Int("keepdims", 1));

    private static string Activated(GraphBuilder graph, int layer, string x) =>
        layer + 1 < Widths.Length ? graph.Node("Relu", $"layer{layer}", [x]) : graph.Node("Sigmoid", "scores", [x]);

    private static string Bias(GraphBuilder graph, int layer) => graph.Constant($"layer{layer}.bias", new float[Widths[layer]], Widths[layer]);

    private static float[] Start(int layer, long seed)
    {
        var random = Chance.From(seed, "tiles", layer);
        var deviation = MathF.Sqrt(2f / Widths[layer - 1]);
        return [.. Enumerable.Range(0, Widths[layer] * Widths[layer - 1]).Select(_ => deviation * Chance.Normal(random))];
    }
}
