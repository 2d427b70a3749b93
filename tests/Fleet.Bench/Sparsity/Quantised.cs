using System.Runtime.InteropServices;
using Fleet.Onnx.Schema;
using Google.Protobuf;

namespace Fleet.Bench.Sparsity;

/// <summary>Puts quantise and dequantise operators around every convolution, with scales that fit nothing in particular: 8 bits as fast as with the right ones.</summary>
internal sealed class Quantised
{
    private const int UInt8 = 2;
    private const int Int8 = 3;
    private const int Int32 = 6;
    private const float Scale = 1f / 32;
    private static readonly string[] Between = ["Add", "Resize", "Concat"];
    private readonly GraphProto _graph;
    private readonly bool _symmetric;
    private readonly Dictionary<string, string> _ready = [];
    private readonly List<NodeProto> _nodes = [];

    private Quantised(GraphProto graph, bool symmetric) => (_graph, _symmetric) = (graph, symmetric);

    /// <param name="model">32-bit.</param>
    /// <param name="symmetric">As TensorRT wants it: signed, around zero. Processors want unsigned.</param>
    public static ModelProto Of(ModelProto model, bool symmetric)
    {
        var copy = model.Clone();
        new Quantised(copy.Graph, symmetric).Run(copy);
        return copy;
    }

    private void Run(ModelProto model)
    {
        var weights = Variants.Weights(model).ToDictionary(t => t.Name);
        _graph.Initializer.Add(WideNetwork.Floats("q.scale", [], [Scale]));
        _graph.Initializer.Add(Raw("q.zero", _symmetric ? Int8 : UInt8, [], [(byte)(_symmetric ? 0 : 128)]));
        _graph.Initializer.Add(Raw("q.relu", _symmetric ? Int8 : UInt8, [], [0]));
        var makers = _graph.Node.SelectMany(n => n.Output.Select(o => (o, n.OpType))).ToDictionary();
        foreach (var node in _graph.Node)
        {
            if (node.OpType == "Conv" && weights.TryGetValue(node.Input[1], out var weight))
            {
                var scales = Weight(weight);
                node.Input[0] = Activation(node.Input[0], makers);
                node.Input[1] = $"{weight.Name}.deq";
                if (node.Input.Count > 2)
                {
                    node.Input[2] = Bias(node.Input[2], scales);
                }
            }

            // a sum in 32 bits would keep the convolutions before it from giving 8
            for (var i = 0; i < node.Input.Count && Between.Contains(node.OpType); i++)
            {
                node.Input[i] = makers.TryGetValue(node.Input[i], out var maker) && (maker is "Conv" or "Relu" || Between.Contains(maker)) ? Activation(node.Input[i], makers) : node.Input[i];
            }

            _nodes.Add(node);
        }

        _graph.Node.Clear();
        _graph.Node.AddRange(_nodes);
    }

    private string Activation(string name, Dictionary<string, string> makers)
    {
        var zero = makers.GetValueOrDefault(name) == "Relu" ? "q.relu" : "q.zero";
        if (!_ready.TryGetValue(name, out var ready))
        {
            _nodes.Add(Node("QuantizeLinear", $"{name}.q", name, "q.scale", zero));
            _nodes.Add(Node("DequantizeLinear", ready = $"{name}.dq", $"{name}.q", "q.scale", zero));
            _ready[name] = ready;
        }

        return ready;
    }

    private float[] Weight(TensorProto weight)
    {
        var values = MemoryMarshal.Cast<byte, float>(weight.RawData.Span).ToArray();
        var outputs = (int)weight.Dims[0];
        var each = values.Length / outputs;
        var scales = Enumerable.Range(0, outputs).Select(o => Math.Max(1e-6f, values.Skip(o * each).Take(each).Max(Math.Abs) / 127)).ToArray();
        var bytes = values.Select((v, i) => (byte)(sbyte)Math.Clamp(MathF.Round(v / scales[i / each]), -127, 127)).ToArray();
        _graph.Initializer.Add(Raw($"{weight.Name}.s8", Int8, weight.Dims, bytes));
        _graph.Initializer.Add(WideNetwork.Floats($"{weight.Name}.scales", [outputs], scales));
        _graph.Initializer.Add(Raw($"{weight.Name}.zeros", Int8, [outputs], new byte[outputs]));
        _nodes.Add(PerChannel(Node("DequantizeLinear", $"{weight.Name}.deq", $"{weight.Name}.s8", $"{weight.Name}.scales", $"{weight.Name}.zeros")));
        return scales;
    }

    // TensorRT wants the bias as it is, processors fuse only a quantised one
    private string Bias(string name, float[] scales)
    {
        if (_symmetric || _graph.Initializer.FirstOrDefault(t => t.Name == name) is not { RawData.Length: > 0 } bias)
        {
            return name;
        }

        var whole = MemoryMarshal.Cast<byte, float>(bias.RawData.Span).ToArray().Select((v, i) => (int)MathF.Round(v / (scales[i] * Scale))).ToArray();
        _graph.Initializer.Add(Raw($"{name}.s32", Int32, [whole.Length], MemoryMarshal.AsBytes(whole.AsSpan()).ToArray()));
        _graph.Initializer.Add(WideNetwork.Floats($"{name}.scales", [whole.Length], [.. scales.Select(s => s * Scale)]));
        _graph.Initializer.Add(Raw($"{name}.zeros", Int32, [whole.Length], new byte[whole.Length * sizeof(int)]));
        _nodes.Add(PerChannel(Node("DequantizeLinear", $"{name}.deq", $"{name}.s32", $"{name}.scales", $"{name}.zeros")));
        return $"{name}.deq";
    }

    private static NodeProto PerChannel(NodeProto node)
    {
        node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
        return node;
    }

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = $"{type}-{output}" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private static TensorProto Raw(string name, int type, IEnumerable<long> dims, byte[] bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(dims);
        return tensor;
    }
}
