using Fleet.Onnx.Schema;
using Google.Protobuf;
using static Fleet.Onnx.Schema.AttributeProto.Types;
using static Fleet.Onnx.Schema.TensorProto.Types;

namespace Fleet.Training.Graphs;

/// <summary>Writes an ONNX graph node by node; each method returns the name of the value it makes.</summary>
internal sealed class GraphBuilder(string name)
{
    private readonly GraphProto _graph = new() { Name = name };

    public string Input(string name, DataType type, params ReadOnlySpan<long> shape)
    {
        _graph.Input.Add(Value(name, type, shape));
        return name;
    }

    public void Output(string name, params ReadOnlySpan<long> shape) => _graph.Output.Add(Value(name, DataType.Float, shape));

    public string Constant(string name, float[] values, params ReadOnlySpan<long> shape)
    {
        _graph.Initializer.Add(Tensors.Of(name, values, shape));
        return name;
    }

    public string Node(string type, string output, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.AddRange(inputs.ToArray());
        node.Output.Add(output);
        node.Attribute.AddRange(attributes.ToArray());
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>Gives the node that makes <paramref name="output"/> another output.</summary>
    public void Add(string output, string another) => _graph.Node.First(n => n.Output[0] == output).Output.Add(another);

    /// <summary>The finished model; opset 17 is the oldest that TensorRT, ONNX Runtime and this graph share without a detour.</summary>
    public ModelProto Build(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "fleet-training", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        model.MetadataProps.AddRange(metadata.Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value }));
        return model;
    }

    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        attribute.Ints.AddRange(values.ToArray());
        return attribute;
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    private static ValueInfoProto Value(string name, DataType type, ReadOnlySpan<long> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var size in shape)
        {
            dimensions.Dim.Add(size > 0 ? new TensorShapeProto.Types.Dimension { DimValue = size } : new TensorShapeProto.Types.Dimension { DimParam = "N" });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } } };
    }
}
