using Fleet.Onnx.Schema;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static Fleet.Training.Graphs.GraphBuilder;

namespace Fleet.Training.Graphs;

/// <summary>Fleet's own detector as an ONNX graph: anchor-free, one output of stride 8 that also sees a level of stride 32.</summary>
/// <remarks>
/// About 1.15 M parameters. Widths are multiples of 16, so that every layer but the first and the two heads can be pruned 2:4.
/// Class scores start near 0.1 and box sides near 4 cells: with an ordinary start of the heads training takes several times as long.
/// </remarks>
internal sealed class DetectorGraph
{
    /// <summary>Input pixels per output cell.</summary>
    public const int Stride = 8;

    private const float HeatBias = -2.2f;
    private const float SideBias = 1.3f;
    private const float SmallestLogSide = -4f;

    private readonly GraphBuilder _graph = new("fleet-detector");
    private readonly Random _random;

    private DetectorGraph(long seed) => _random = Chance.From(seed, "weights");

    /// <summary>An untrained network.</summary>
    /// <param name="classes">How many classes.</param>
    /// <param name="widthPx">Input width, a multiple of 32.</param>
    /// <param name="heightPx">Input height, a multiple of 32.</param>
    /// <param name="width">Channels of the first stage, a multiple of 16.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <param name="metadata">Written into the file.</param>
    public static ModelProto Build(int classes, int widthPx, int heightPx, int width, long seed, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var detector = new DetectorGraph(seed);
        var features = detector.Features(detector.Images(widthPx, heightPx), width);
        detector.Heads(features, 4 * width, classes, widthPx, heightPx);
        return detector._graph.Build(metadata);
    }

    private string Images(int widthPx, int heightPx)
    {
        var images = _graph.Input("images", DataType.Uint8, 0, 3, heightPx, widthPx);
        var floats = _graph.Node("Cast", "images_float", [images], Int("to", (long)DataType.Float));
        return _graph.Node("Mul", "images_scaled", [floats, _graph.Constant("images_scale", [1 / 255f])]);
    }

    private string Features(string images, int w)
    {
        var x = Block("stem", images, 3, w, stride: 2);
        x = Block("stage1", x, w, 2 * w, stride: 2);
        x = Block("stage2", x, 2 * w, 4 * w, stride: 2);
        var level8 = Residual("stage2_res", x, 4 * w);
        x = Block("stage3", level8, 4 * w, 6 * w, stride: 2);
        var level16 = Residual("stage3_res", x, 6 * w);
        // a large box is seen whole only where cells are few: most layers that look around are here, where they cost least
        x = Block("stage4", level16, 6 * w, 8 * w, stride: 2);
        x = Residual("stage4_res2", Residual("stage4_res", x, 8 * w), 8 * w);
        x = Block("lateral32", x, 8 * w, 6 * w, kernel: 1);
        x = _graph.Node("Add", "fuse16", [Twice("up32", x), level16]);
        x = Block("lateral16", x, 6 * w, 4 * w, kernel: 1);
        x = _graph.Node("Add", "fuse8", [Twice("up16", x), Block("lateral8", level8, 4 * w, 4 * w, kernel: 1)]);
        return Block("neck1", x, 4 * w, 4 * w);
    }

    private void Heads(string features, int channels, int classes, int widthPx, int heightPx)
    {
        var (rows, columns) = (heightPx / Stride, widthPx / Stride);
        var scores = _graph.Node("Sigmoid", "scores", [Head("heat", Block("neck_heat", features, channels, channels), channels, classes, HeatBias)]);
        var highest = _graph.Node("MaxPool", "scores_around", [scores], Ints("kernel_shape", 3, 3), Ints("pads", 1, 1, 1, 1), Ints("strides", 1, 1));
        var isPeak = _graph.Node("Cast", "is_peak", [_graph.Node("Equal", "is_highest", [scores, highest])], Int("to", (long)DataType.Float));
        _graph.Output(_graph.Node("Mul", "peaks", [scores, isPeak]), 0, classes, rows, columns);

        var largest = MathF.Log(Math.Max(rows, columns)) + 0.3f;
        var sides = Head("log_sides", Block("neck_sides", features, channels, channels), channels, 4, SideBias);
        var bounded = _graph.Node("Clip", "log_sides_bounded", [sides, _graph.Constant("log_side_min", [SmallestLogSide]), _graph.Constant("log_side_max", [largest])]);
        var cells = _graph.Node("Exp", "sides", [bounded]);
        _graph.Output(_graph.Node("Mul", "ltrb", [cells, _graph.Constant("stride", [Stride])]), 0, 4, rows, columns);
    }

    private string Residual(string name, string x, int channels)
    {
        var inner = Convolution($"{name}_b", Block($"{name}_a", x, channels, channels), channels, channels, 3, 1);
        return _graph.Node("Relu", name, [_graph.Node("Add", $"{name}_sum", [inner, x])]);
    }

    private string Block(string name, string x, int from, int to, int kernel = 3, int stride = 1) =>
        _graph.Node("Relu", name, [Convolution(name + "_n", x, from, to, kernel, stride)]);

    private string Convolution(string name, string x, int from, int to, int kernel, int stride)
    {
        var weight = _graph.Constant($"{name}.weight", Normal(to * from * kernel * kernel, MathF.Sqrt(2f / (to * kernel * kernel))), to, from, kernel, kernel);
        var y = _graph.Node("Conv", $"{name}_c", [x, weight], Shape(kernel, stride));
        return _graph.Node(
            "BatchNormalization",
            name,
            [y, Channels($"{name}.scale", to, 1), Channels($"{name}.shift", to, 0), Channels($"{name}.mean", to, 0), Channels($"{name}.variance", to, 1)],
            Float("epsilon", 1e-5f),
            Float("momentum", 0.9f));
    }

    private string Head(string name, string x, int from, int to, float bias)
    {
        var weight = _graph.Constant($"{name}.weight", Normal(to * from, 0.01f), to, from, 1, 1);
        return _graph.Node("Conv", name, [x, weight, Channels($"{name}.bias", to, bias)], Shape(kernel: 1, stride: 1));
    }

    private string Twice(string name, string x)
    {
        var scales = _graph.Constant($"{name}_scales", [1, 1, 2, 2], 4);
        return _graph.Node("Resize", name, [x, "", scales], Text("mode", "nearest"), Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor"));
    }

    private string Channels(string name, int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return _graph.Constant(name, values, count);
    }

    private static AttributeProto[] Shape(int kernel, int stride) =>
        [Ints("kernel_shape", kernel, kernel), Ints("strides", stride, stride), Ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2)];

    private float[] Normal(int count, float deviation)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = deviation * Chance.Normal(_random);
        }

        return values;
    }
}
