using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.ControlPlane.Tests.Registry;

/// <summary>Networks of the head <c>fleet</c> that are real ONNX and next to nothing.</summary>
internal static class TinyModels
{
    public const int Classes = 2;

    /// <summary>Another <paramref name="seed"/> is another network.</summary>
    public static ModelProto Of(int seed = 0)
    {
        var graph = new GraphProto { Name = "tiny" };
        graph.Input.Add(Value("image", 1, 3, 64, 64));
        AddConv(graph, "peaks", Classes, seed);
        AddConv(graph, "ltrb", outputs: 4, seed);
        return new ModelProto { IrVersion = 8, ProducerName = "tests", Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
    }

    public static byte[] Bytes(int seed = 0) => Of(seed).ToByteArray();

    /// <summary>The same, with weights said to lie in another file.</summary>
    public static byte[] WithExternalData()
    {
        var model = Of();
        var weight = model.Graph.Initializer[0];
        weight.DataLocation = TensorProto.Types.DataLocation.External;
        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../../etc/passwd" });
        return model.ToByteArray();
    }

    private static void AddConv(GraphProto graph, string name, int outputs, int seed)
    {
        const int kernel = 4;
        var weight = new TensorProto { Name = $"{name}.weight", DataType = (int)TensorProto.Types.DataType.Float, Dims = { outputs, 3, kernel, kernel } };
        weight.FloatData.AddRange(Enumerable.Range(0, outputs * 3 * kernel * kernel).Select(i => seed + (i / 100f)));
        graph.Initializer.Add(weight);
        graph.Node.Add(new NodeProto
        {
            OpType = "Conv",
            Name = name,
            Input = { "image", weight.Name },
            Output = { name },
            Attribute = { new AttributeProto { Name = "strides", Type = AttributeProto.Types.AttributeType.Ints, Ints = { kernel, kernel } } },
        });
        graph.Output.Add(Value(name, 1, outputs, 16, 16));
    }

    private static ValueInfoProto Value(string name, params long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
    }
}
