using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.Agent.Tests.Whole;

/// <summary>A network of two convolutions that finds bright squares of 8x8 px in a 64x64 frame.</summary>
internal static class TinyModel
{
    private const int Side = 64;
    private const int Cell = 8;

    public static InputSpec Input { get; } = new("image", Side, Side, "float32", "rgb", 1f / 255, [], [], "stretch", 0);

    public static ModelCard Card { get; } = new()
    {
        Version = VersionId.Parse("tiny@1"),
        Head = "fleet",
        Classes = ["square"],
        Input = Input,
        ScoreThreshold = 0.5f,
        Variants = [new VariantFile("fp32", Digest.Of([1]), 1)],
    };

    /// <param name="gain">Score of a white square; each gain gives another file.</param>
    /// <param name="batch">Name of a free batch; null fixes it at 1.</param>
    public static byte[] Make(float gain, string? batch = null)
    {
        var graph = new GraphProto { Name = "tiny" };
        graph.Input.Add(Value("image", 1, 3, Side, Side));
        graph.Output.Add(Value("peaks", 1, 1, Side / Cell, Side / Cell));
        graph.Output.Add(Value("ltrb", 1, 4, Side / Cell, Side / Cell));
        graph.Initializer.Add(Tensor("w1", gain / (3 * Cell * Cell), 1, 3, Cell, Cell));
        graph.Initializer.Add(Tensor("w2", 0, 4, 3, Cell, Cell));
        graph.Initializer.Add(Tensor("b2", 4, 4));
        graph.Node.Add(Conv("peaks", "image", "w1"));
        graph.Node.Add(Conv("ltrb", "image", "w2", "b2"));
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        foreach (var value in batch is null ? [] : graph.Input.Concat(graph.Output))
        {
            value.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = batch };
        }

        return OnnxFile.Write(model);
    }

    /// <summary>The same network with a constant of <paramref name="bytes"/> in the middle: a file of a few bytes that asks for all of them when it runs.</summary>
    public static byte[] Greedy(long bytes)
    {
        var model = ModelProto.Parser.ParseFrom(Make(1));
        var graph = model.Graph;
        graph.Initializer.Add(Tensor("zero", 0));
        graph.Initializer.Add(Tensor("end", bytes / sizeof(float)));
        graph.Initializer.Add(Tensor("one", 1));
        graph.Node[0].Output[0] = "found";
        graph.Node.Add(Plain("Range", "zeros", "zero", "end", "one"));
        var sum = Plain("ReduceMin", "none", "zeros");
        sum.Attribute.Add(new AttributeProto { Name = "keepdims", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
        graph.Node.Add(sum);
        graph.Node.Add(Plain("Add", "peaks", "found", "none"));
        return OnnxFile.Write(model);
    }

    private static NodeProto Plain(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = $"{type}-{output}" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private static NodeProto Conv(string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = "Conv", Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.Add(Ints("kernel_shape", Cell, Cell));
        node.Attribute.Add(Ints("strides", Cell, Cell));
        return node;
    }

    private static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static TensorProto Tensor(string name, float value, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        Array.Fill(values, value);
        var tensor = new TensorProto { Name = name, DataType = 1, RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())) };
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
