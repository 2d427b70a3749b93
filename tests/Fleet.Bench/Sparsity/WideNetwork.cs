using System.Runtime.InteropServices;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.Bench.Sparsity;

/// <summary>A detector of the kind that 2:4 is said to help: four convolutions of 3x3 with 256 channels in and out, on 40x40 cells of a 320x320 picture. Its weights are noise; only its speed counts.</summary>
internal static class WideNetwork
{
    private const int Channels = 256;
    private const int Layers = 4;
    private const int SidePx = 320;
    private const int CellPx = 8;

    public static ModelProto Build()
    {
        var random = new Random(Seed: 1);
        var graph = new GraphProto { Name = "wide" };
        graph.Input.Add(Value("images", 3, SidePx));
        graph.Output.Add(Value("peaks", 1, SidePx / CellPx));
        graph.Output.Add(Value("ltrb", 4, SidePx / CellPx));
        Conv(graph, random, ("images", "stem"), (3, Channels), kernel: CellPx, stride: CellPx);
        Plain(graph, "Relu", "stem", "x0");
        for (var i = 0; i < Layers; i++)
        {
            Conv(graph, random, ($"x{i}", $"c{i}"), (Channels, Channels), kernel: 3, stride: 1);
            Plain(graph, "Relu", $"c{i}", $"x{i + 1}");
        }

        Conv(graph, random, ($"x{Layers}", "heat"), (Channels, 1), kernel: 1, stride: 1);
        Plain(graph, "Sigmoid", "heat", "peaks");
        Conv(graph, random, ($"x{Layers}", "ltrb"), (Channels, 4), kernel: 1, stride: 1);
        var model = new ModelProto { IrVersion = 8, ProducerName = "fleet-bench", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        return model;
    }

    public static TensorProto Floats(string name, IReadOnlyList<long> dims, float[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = 1, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Dims.AddRange(dims);
        return tensor;
    }

    private static void Conv(GraphProto graph, Random random, (string From, string To) edge, (int In, int Out) channels, int kernel, int stride)
    {
        var weights = new float[channels.Out * channels.In * kernel * kernel];
        var spread = MathF.Sqrt(3f / (channels.In * kernel * kernel));
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = ((random.NextSingle() * 2) - 1) * spread;
        }

        graph.Initializer.Add(Floats($"{edge.To}.w", [channels.Out, channels.In, kernel, kernel], weights));
        graph.Initializer.Add(Floats($"{edge.To}.b", [channels.Out], new float[channels.Out]));
        var node = Plain(graph, "Conv", edge.From, edge.To);
        node.Input.AddRange([$"{edge.To}.w", $"{edge.To}.b"]);
        node.Attribute.Add(Ints("kernel_shape", kernel, kernel));
        node.Attribute.Add(Ints("strides", stride, stride));
        node.Attribute.Add(stride > 1 ? Ints("pads", 0, 0, 0, 0) : Ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));
    }

    private static NodeProto Plain(GraphProto graph, string type, string from, string to)
    {
        var node = new NodeProto { OpType = type, Name = $"{type}-{to}" };
        node.Input.Add(from);
        node.Output.Add(to);
        graph.Node.Add(node);
        return node;
    }

    private static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static ValueInfoProto Value(string name, long channels, long side)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        shape.Dim.AddRange(new[] { channels, side, side }.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = 1, Shape = shape } } };
    }
}
