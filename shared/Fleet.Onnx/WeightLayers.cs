using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>A layer that multiplies by a constant weight.</summary>
/// <param name="Name">Name of the weight.</param>
/// <param name="Tensor">The weight as stored.</param>
/// <param name="Shape">[out, in, kh, kw] or [out, in].</param>
/// <param name="Transposed">Stored as [in, out].</param>
/// <param name="Eligible">The recipe prunes it.</param>
/// <param name="Output">The value it computes.</param>
internal sealed record WeightLayer(string Name, TensorProto Tensor, IReadOnlyList<long> Shape, bool Transposed, bool Eligible, string Output)
{
    public bool IsMatrix => Shape.Count == 2;

    public double Weights => Shape.Aggregate(1.0, (product, dim) => product * dim);

    public bool IsTwoOfFour()
    {
        var weights = Numbers.OfFloat(Tensor);
        var (outputs, inputs) = ((int)Shape[0], (int)Shape[1]);
        return weights is not null && SparsityReport.IsTwoOfFour(Transposed ? Transpose(weights, inputs, outputs) : weights, outputs, inputs);
    }

    private static float[] Transpose(float[] weights, int rows, int columns)
    {
        var turned = new float[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            turned[((i % columns) * rows) + (i / columns)] = weights[i];
        }

        return turned;
    }
}

/// <summary>Finds the layers with weights in a graph, through the casts and dequantisations between weight and layer.</summary>
internal sealed class WeightLayers
{
    private static readonly string[] Passing = ["DequantizeLinear", "Cast", "Identity", "Transpose"];
    private readonly Dictionary<string, NodeProto> _makers = [];
    private readonly HashSet<string> _outputs;
    private readonly List<NodeProto> _nodes;

    public WeightLayers(GraphProto graph)
    {
        _outputs = [.. graph.Output.Select(o => o.Name)];
        Constants = graph.Initializer.GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.First());
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
            {
                _makers[output] = node;
            }

            if (node is { OpType: "Constant", Output: [var name], Attribute: [{ T: { } tensor }] })
            {
                Constants[name] = tensor;
            }
        }

        _nodes = [.. graph.Node.Where(n => n.OpType is "Conv" or "Gemm" or "MatMul" && n.Input.Count > 1 && n.Output.Count > 0 && Weight(n) is not null)];
        var (first, heads) = (FirstLayers(), HeadLayers());
        All = [.. _nodes.Select(n => Layer(n, pruned: !first.Contains(n) && !heads.Contains(n))).OfType<WeightLayer>()];
    }

    public Dictionary<string, TensorProto> Constants { get; }

    public IReadOnlyList<WeightLayer> All { get; }

    private (string Name, TensorProto Tensor, bool Turned)? Weight(NodeProto node)
    {
        var (name, turned) = (node.Input[1], false);
        for (var hops = 0; hops < 4; hops++)
        {
            if (Constants.TryGetValue(name, out var tensor))
            {
                return (name, tensor, turned);
            }

            if (!_makers.TryGetValue(name, out var maker) || !Passing.Contains(maker.OpType) || maker.Input.Count == 0)
            {
                return null;
            }

            (name, turned) = (maker.Input[0], turned ^ maker.OpType == "Transpose");
        }

        return null;
    }

    private WeightLayer? Layer(NodeProto node, bool pruned)
    {
        var (name, tensor, turned) = Weight(node)!.Value;
        var isConv = node.OpType == "Conv";
        if (tensor.Dims.Count != (isConv ? 4 : 2) || tensor.Dims.Any(d => d < 1) || (isConv && turned))
        {
            return null;
        }

        var transposed = !isConv && (turned ^ !(node.OpType == "Gemm" && Int(node, "transB") == 1));
        var shape = transposed ? [tensor.Dims[1], tensor.Dims[0]] : tensor.Dims.ToArray();
        var eligible = pruned && (!isConv || Int(node, "group") is 0 or 1) && shape[1] % 16 == 0 && shape[0] % 8 == 0;
        return new(name, tensor, shape, transposed, eligible, node.Output[0]);
    }

    private static long Int(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name)?.I ?? 0;

    /// <summary>Layers with no other one between them and a graph output.</summary>
    private HashSet<NodeProto> HeadLayers()
    {
        var heads = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var layers = new HashSet<NodeProto>(_nodes, ReferenceEqualityComparer.Instance);
        var seen = new HashSet<string>(_outputs);
        var open = new Stack<string>(_outputs);
        while (open.TryPop(out var value))
        {
            if (_makers.TryGetValue(value, out var maker) && layers.Contains(maker))
            {
                heads.Add(maker);
            }
            else if (maker is not null)
            {
                foreach (var input in maker.Input.Where(seen.Add))
                {
                    open.Push(input);
                }
            }
        }

        return heads;
    }

    /// <summary>Layers with no other one between them and a graph input.</summary>
    private HashSet<NodeProto> FirstLayers()
    {
        var layers = new HashSet<NodeProto>(_nodes, ReferenceEqualityComparer.Instance);
        var behind = new HashSet<string>();
        var first = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (var node in _makers.Values.Distinct<NodeProto>(ReferenceEqualityComparer.Instance))
        {
            var isLayer = layers.Contains(node);
            var follows = node.Input.Any(behind.Contains);
            if (isLayer && !follows)
            {
                first.Add(node);
            }

            if (isLayer || follows)
            {
                behind.UnionWith(node.Output);
            }
        }

        return first;
    }
}
