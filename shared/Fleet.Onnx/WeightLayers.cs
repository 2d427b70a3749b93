using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>A layer that multiplies by a constant weight.</summary>
/// <param name="Node">The operator.</param>
/// <param name="Name">Name of the weight.</param>
/// <param name="Tensor">The weight as stored.</param>
/// <param name="Shape">[out, in, kh, kw] or [out, in]; in is that of one group.</param>
/// <param name="Transposed">Stored as [in, out].</param>
/// <param name="ZeroPoint">Stored value that means zero.</param>
internal sealed record WeightLayer(NodeProto Node, string Name, TensorProto Tensor, IReadOnlyList<long> Shape, bool Transposed, float ZeroPoint)
{
    public bool IsMatrix => Shape.Count == 2;

    public double Weights => Shape.Aggregate(1.0, (product, dim) => product * dim);

    public string Output => Node.Output[0];

    public long Groups => Node.Attribute.FirstOrDefault(a => a.Name == "group")?.I is > 1 and var group ? group : 1;

    /// <summary>The weights as [out, in, taps], zero where they mean zero; null for a type that holds none.</summary>
    public float[]? Values()
    {
        var weights = Numbers.OfFloat(Tensor);
        for (var i = 0; weights is not null && ZeroPoint != 0 && i < weights.Length; i++)
        {
            weights[i] -= ZeroPoint;
        }

        return weights is not null && Transposed ? Transpose(weights, (int)Shape[1], (int)Shape[0]) : weights;
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

/// <summary>Finds the layers with weights in a graph, through what lies between weight and layer: casts, transpositions, quantisation and back.</summary>
internal sealed class WeightLayers
{
    // a quantised weight may be cast, quantised, dequantised and turned on its way
    private const int MaxHops = 8;
    private static readonly string[] Passing = ["QuantizeLinear", "DequantizeLinear", "Cast", "Identity", "Transpose"];
    private readonly Dictionary<string, NodeProto> _makers = [];

    public WeightLayers(GraphProto graph)
    {
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

        All = [.. graph.Node.Where(n => n.Output.Count > 0).Select(Layer).OfType<WeightLayer>()];
    }

    public Dictionary<string, TensorProto> Constants { get; }

    public IReadOnlyList<WeightLayer> All { get; }

    private WeightLayer? Layer(NodeProto node) => node.OpType switch
    {
        "Conv" => Convolution(node, input: 1, zero: null),
        "ConvInteger" => Convolution(node, input: 1, zero: 3),
        "QLinearConv" => Convolution(node, input: 3, zero: 5),
        "Gemm" => Matrix(node, input: 1, zero: null, inputsFirst: Int(node, "transB") != 1) ?? Matrix(node, input: 0, zero: null, inputsFirst: Int(node, "transA") == 1),
        "MatMul" => Matrix(node, input: 1, zero: null, inputsFirst: true) ?? Matrix(node, input: 0, zero: null, inputsFirst: false),
        "MatMulInteger" => Matrix(node, input: 1, zero: 3, inputsFirst: true),
        "QLinearMatMul" => Matrix(node, input: 3, zero: 5, inputsFirst: true),
        _ => null,
    };

    private WeightLayer? Convolution(NodeProto node, int input, int? zero) =>
        Find(node, input, zero) is { Turned: false, Tensor.Dims: { Count: >= 3 and <= 5 } dims } found && dims.All(d => d > 0)
            ? new WeightLayer(node, found.Name, found.Tensor, [.. dims], Transposed: false, found.Zero)
            : null;

    private WeightLayer? Matrix(NodeProto node, int input, int? zero, bool inputsFirst)
    {
        if (Find(node, input, zero) is not { Tensor.Dims: { Count: 2 } dims } found || dims.Any(d => d < 1))
        {
            return null;
        }

        var transposed = inputsFirst ^ found.Turned;
        return new WeightLayer(node, found.Name, found.Tensor, transposed ? [dims[1], dims[0]] : [.. dims], transposed, found.Zero);
    }

    private Found? Find(NodeProto node, int input, int? zero)
    {
        if (input >= node.Input.Count)
        {
            return null;
        }

        var (name, turned, means) = (node.Input[input], false, zero is { } at ? ZeroOf(node, at) : 0);
        for (var hops = 0; hops < MaxHops; hops++)
        {
            if (Constants.TryGetValue(name, out var tensor))
            {
                return new Found(name, tensor, turned, means);
            }

            if (!_makers.TryGetValue(name, out var maker) || !Passing.Contains(maker.OpType) || maker.Input.Count == 0)
            {
                return null;
            }

            (name, turned) = (maker.Input[0], turned ^ maker.OpType == "Transpose");
            means = maker.OpType switch { "DequantizeLinear" => ZeroOf(maker, 2), "QuantizeLinear" => 0, _ => means };
        }

        return null;
    }

    private float ZeroOf(NodeProto node, int input) =>
        input < node.Input.Count && Constants.TryGetValue(node.Input[input], out var tensor) && Numbers.OfFloat(tensor) is [var first, .. var rest] && rest.All(z => z == first) ? first : 0;

    private static long Int(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name)?.I ?? 0;

    private sealed record Found(string Name, TensorProto Tensor, bool Turned, float Zero);
}
