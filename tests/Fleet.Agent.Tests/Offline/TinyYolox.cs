using System.Runtime.InteropServices;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.Agent.Tests.Offline;

/// <summary>A network with YOLOX's output, made of one convolution a grid with weights by chance: its boxes and scores hang on every pixel of their cell.</summary>
internal static class TinyYolox
{
    public const int SidePx = 64;
    public const int Classes = 2;
    private const int Row = 5 + Classes;

    public static byte[] Make(int seed)
    {
        var chance = new Random(seed);
        var graph = new GraphProto { Name = "tiny" };
        graph.Input.Add(Value("images", 1, 3, SidePx, SidePx));
        graph.Output.Add(Value("output", 1, 84, Row));
        foreach (var stride in new[] { 8, 16, 32 })
        {
            AddGrid(graph, stride, chance);
        }

        var concat = Node("Concat", "rows", "r8", "r16", "r32");
        concat.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 2 });
        graph.Node.Add(concat);
        var transpose = Node("Transpose", "output", "rows");
        transpose.Attribute.Add(Ints("perm", 0, 2, 1));
        graph.Node.Add(transpose);
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        return OnnxFile.Write(model);
    }

    private static void AddGrid(GraphProto graph, int stride, Random chance)
    {
        var weights = new float[Row * 3 * stride * stride];
        for (var i = 0; i < weights.Length; i++)
        {
            // place and size swing by about a stride, objectness and classes stay within 0 and 1
            var (value, gain) = (i / (3 * stride * stride), 1f / (255 * 3 * stride * stride));
            weights[i] = value < 4 ? (chance.NextSingle() - 0.5f) * 2 * gain * stride : chance.NextSingle() * 1.6f * gain;
        }

        graph.Initializer.Add(Tensor($"w{stride}", MemoryMarshal.AsBytes(weights.AsSpan()), 1, Row, 3, stride, stride));
        graph.Initializer.Add(Tensor($"s{stride}", MemoryMarshal.AsBytes<long>([1, Row, -1]), 7, 3));
        var conv = Node("Conv", $"c{stride}", "images", $"w{stride}");
        conv.Attribute.Add(Ints("kernel_shape", stride, stride));
        conv.Attribute.Add(Ints("strides", stride, stride));
        graph.Node.Add(conv);
        graph.Node.Add(Node("Reshape", $"r{stride}", $"c{stride}", $"s{stride}"));
    }

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static TensorProto Tensor(string name, ReadOnlySpan<byte> values, int type, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(values) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    private static ValueInfoProto Value(string name, params long[] shape)
    {
        var dims = new TensorShapeProto();
        dims.Dim.AddRange(shape.Select(s => new TensorShapeProto.Types.Dimension { DimValue = s }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = dims } } };
    }
}
