using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using static Fleet.Onnx.Schema.TensorProto.Types;
using static Fleet.Training.Graphs.GraphBuilder;

namespace Fleet.Training.Tests.Heads;

/// <summary>Tiny networks with other people's heads, made for one picture of 64x64 as their exporters make them.</summary>
internal sealed class AHead
{
    private readonly GraphBuilder _graph = new("foreign");
    private readonly Random _random = new(5);
    private readonly Dictionary<string, long[]> _shapes = [];

    private AHead()
    {
    }

    public static ModelProto Of(string head, int classes)
    {
        var made = new AHead();
        var images = made._graph.Input("images", DataType.Float, 1, 3, A.Side, A.Side);
        switch (head)
        {
            case HeadKinds.Yolox:
                made.Yolox(images, classes);
                break;
            case HeadKinds.FastestDet:
                made.FastestDet(images, classes);
                break;
            case HeadKinds.NanoDet:
                made.NanoDet(images, classes);
                break;
            default:
                made.Classes(images, classes);
                break;
        }

        var model = made._graph.Build([]);
        foreach (var (name, values) in made._shapes)
        {
            var shape = new TensorProto { Name = name, DataType = (int)DataType.Int64, Dims = { values.Length } };
            shape.Int64Data.AddRange(values);
            model.Graph.Initializer.Add(shape);
        }

        model.OpsetImport[0].Version = 11;
        return model;
    }

    private void Yolox(string images, int classes)
    {
        var levels = HeadKinds.YoloxStrides.Select(stride =>
        {
            var x = Features(images, stride);
            var (sides, there, named) = (Last($"reg{stride}", x, 4, 0), Last($"obj{stride}", x, 1, -2), Last($"cls{stride}", x, classes, -1));
            var all = _graph.Node("Concat", $"all{stride}", [sides, On("Sigmoid", there), On("Sigmoid", named)], Int("axis", 1));
            return _graph.Node("Reshape", $"flat{stride}", [all, Shape($"to{stride}", 1, 5 + classes, -1)]);
        }).ToArray();
        var rows = _graph.Node("Concat", "levels", levels, Int("axis", 2));
        _graph.Output(_graph.Node("Transpose", "output", [rows], Ints("perm", 0, 2, 1)), 1, HeadKinds.YoloxAnchors(A.Side, A.Side), 5 + classes);
    }

    private void FastestDet(string images, int classes)
    {
        var x = Features(images, 16);
        var named = On("Sigmoid", Last("cls", x, classes, 0));
        var shares = _graph.Node("Div", "shares", [named, _graph.Node("ReduceSum", "sum", [named], Ints("axes", 1), Int("keepdims", 1))]);
        _graph.Output(_graph.Node("Concat", "output", [On("Sigmoid", Last("obj", x, 1, -2)), Last("reg", x, 4, 0), shares], Int("axis", 1)), 1, 5 + classes, 4, 4);
    }

    private void NanoDet(string images, int classes)
    {
        foreach (var stride in HeadKinds.YoloxStrides)
        {
            var both = Last($"both{stride}", Features(images, stride), classes + 32, -1);
            var (named, sides) = ($"named{stride}", $"sides{stride}");
            _graph.Node("Split", named, [both], Int("axis", 1), Ints("split", classes, 32));
            _graph.Add(named, sides);
            var cells = A.Side / stride * (A.Side / stride);
            Rows(On("Sigmoid", named), $"cls{stride}", cells, classes);
            Rows(sides, $"dis{stride}", cells, 32);
        }
    }

    private void Classes(string images, int classes)
    {
        var mean = _graph.Node("GlobalAveragePool", "mean", [Features(images, 8)]);
        var flat = _graph.Node("Flatten", "flat", [mean], Int("axis", 1));
        var weight = _graph.Constant("fc.weight", Random(classes * 16, 0.1f), classes, 16);
        _graph.Output(_graph.Node("Gemm", "logits", [flat, weight, _graph.Constant("fc.bias", new float[classes], classes)], Int("transB", 1)), 1, classes);
    }

    private void Rows(string value, string name, int cells, int channels)
    {
        var flat = _graph.Node("Reshape", name + "_flat", [value, Shape(name + "_to", 1, channels, -1)]);
        _graph.Output(_graph.Node("Transpose", name, [flat], Ints("perm", 0, 2, 1)), 1, cells, channels);
    }

    private string Features(string images, int stride)
    {
        var weight = _graph.Constant($"stem{stride}.weight", Random(16 * 3 * stride * stride, 1f / stride), 16, 3, stride, stride);
        return On("Relu", _graph.Node("Conv", $"stem{stride}", [images, weight], Ints("kernel_shape", stride, stride), Ints("strides", stride, stride)));
    }

    private string Last(string name, string x, int channels, float bias)
    {
        var start = new float[channels];
        Array.Fill(start, bias);
        return _graph.Node("Conv", name, [x, _graph.Constant($"{name}.weight", Random(channels * 16, 0.1f), channels, 16, 1, 1), _graph.Constant($"{name}.bias", start, channels)], Ints("kernel_shape", 1, 1));
    }

    private string On(string type, string x) => _graph.Node(type, $"{x}_{type}", [x]);

    private string Shape(string name, params long[] values)
    {
        _shapes[name] = values;
        return name;
    }

    private float[] Random(int count, float deviation) => [.. Enumerable.Range(0, count).Select(_ => Chance.Normal(_random) * deviation)];
}
