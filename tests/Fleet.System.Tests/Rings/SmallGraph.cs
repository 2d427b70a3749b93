using System.Runtime.InteropServices;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.SystemTests.Rings;

/// <summary>Writes a small ONNX graph.</summary>
internal sealed class SmallGraph(string name)
{
    private const int Float = 1;
    private const int Int64 = 7;
    private readonly GraphProto _graph = new() { Name = name };

    public void Input(string name, params long[] shape) => _graph.Input.Add(Shown(name, shape));

    public void Output(string name, params long[] shape) => _graph.Output.Add(Shown(name, shape));

    public void Floats(string name, float[] values, params long[] shape) => Tensor(name, Float, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    public void Shape(string name, params long[] shape) => Tensor(name, Int64, MemoryMarshal.AsBytes(shape.AsSpan()), shape.Length);

    public void Node(string type, string output, params string[] inputs) => _graph.Node.Add(Plain(type, output, inputs));

    /// <summary>A convolution whose squares lie side by side.</summary>
    public void Tiles(string output, int sidePx, params string[] inputs)
    {
        var node = Plain("Conv", output, inputs);
        foreach (var attribute in new[] { "kernel_shape", "strides" })
        {
            var ints = new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints };
            ints.Ints.AddRange([sidePx, sidePx]);
            node.Attribute.Add(ints);
        }

        _graph.Node.Add(node);
    }

    public byte[] Write()
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        return OnnxFile.Write(model);
    }

    private static NodeProto Plain(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private static ValueInfoProto Shown(string name, long[] shape)
    {
        var dims = new TensorShapeProto();
        dims.Dim.AddRange(shape.Select(s => new TensorShapeProto.Types.Dimension { DimValue = s }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = Float, Shape = dims } } };
    }

    private void Tensor(string name, int type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
    }
}
