using System.Runtime.InteropServices;
using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.Shared.Tests.Onnx;

/// <summary>A detector small enough to know its answers: a white 4x4 cell of a 32x32 picture is an object of 12x12 px around the cell.</summary>
internal static class TinyNetwork
{
    public const int SidePx = 32;
    public const int CellPx = 4;

    public static InputSpec Input { get; } = new("images", SidePx, SidePx, "uint8", "rgb", 1, [], [], "letterbox", 0);

    public static HeadFit Fit { get; } = new("fleet", ["carton"], Input, 0.3f);

    public static ModelCard Card => new()
    {
        Version = VersionId.Parse("tiny@1"),
        Head = Fit.Head,
        Classes = Fit.Classes,
        Input = Input,
        Variants = [new("fp32", Digest.Of([1]), 1)],
    };

    public static ModelProto Build()
    {
        var graph = new GraphProto { Name = "tiny" };
        graph.Input.Add(Value("images", 2, 1, 3, SidePx, SidePx));
        graph.Output.Add(Value("peaks", 1, 1, 1, 8, 8));
        graph.Output.Add(Value("ltrb", 1, 1, 4, 8, 8));
        graph.Initializer.Add(Floats("mean", [1, 3, CellPx, CellPx], Enumerable.Repeat(1f / (255 * 3 * CellPx * CellPx), 3 * CellPx * CellPx)));
        graph.Initializer.Add(Floats("none", [4, 3, CellPx, CellPx], Enumerable.Repeat(0f, 4 * 3 * CellPx * CellPx)));
        graph.Initializer.Add(Floats("six", [4], [6, 6, 6, 6]));
        graph.Node.Add(Node("Cast", ["images"], "x", Int("to", 1)));
        graph.Node.Add(Node("Conv", ["x", "mean"], "heat", Ints("kernel_shape", CellPx, CellPx), Ints("strides", CellPx, CellPx)));
        graph.Node.Add(Node("Conv", ["x", "none", "six"], "ltrb", Ints("kernel_shape", CellPx, CellPx), Ints("strides", CellPx, CellPx)));
        graph.Node.Add(Node("MaxPool", ["heat"], "top", Ints("kernel_shape", 3, 3), Ints("strides", 1, 1), Ints("pads", 1, 1, 1, 1)));
        graph.Node.Add(Node("Equal", ["heat", "top"], "is"));
        graph.Node.Add(Node("Cast", ["is"], "mask", Int("to", 1)));
        graph.Node.Add(Node("Mul", ["heat", "mask"], "peaks"));
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        return model;
    }

    public static TensorProto Floats(string name, long[] dims, IEnumerable<float> values)
    {
        var tensor = new TensorProto { Name = name, DataType = 1, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.ToArray().AsSpan())) };
        tensor.Dims.AddRange(dims);
        return tensor;
    }

    public static NodeProto Node(string type, string[] inputs, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Name = $"{type}_{output}" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        return node;
    }

    public static ValueInfoProto Value(string name, int element, params long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dims.Select(d => d > 0 ? new TensorShapeProto.Types.Dimension { DimValue = d } : new() { DimParam = "N" }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = element, Shape = shape } } };
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }
}
