using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using static Fleet.Onnx.Schema.TensorProto.Types;

namespace Fleet.Training.Quantisation;

/// <summary>What of a graph is computed in 8 bits: everything between the picture and the last layers, whose answers stay exact.</summary>
/// <param name="Values">Values that are rounded to 8 bits, in graph order.</param>
/// <param name="Layers">Names of the first outputs of the convolutions with 8-bit weights.</param>
/// <param name="Heads">The last layers, which stay float32.</param>
internal sealed record QuantisationPlan(IReadOnlyList<string> Values, IReadOnlySet<string> Layers, IReadOnlyList<string> Heads)
{
    private static readonly HashSet<string> Multipliers = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

    // engines have these in 8 bits; others run in float32 between two roundings
    private static readonly HashSet<string> Followers = ["Add", "Mul", "Concat", "MaxPool", "AveragePool", "GlobalAveragePool", "Resize", "LeakyRelu", "Sigmoid"];

    /// <param name="model">Batch normalisation folded, weights as float32.</param>
    public static QuantisationPlan Of(ModelProto model)
    {
        var graph = model.Graph;
        var constants = Constants.Of(graph);
        var live = Live(graph, constants);
        var leading = Leading(graph, live);
        var values = new List<string>();
        var layers = new HashSet<string>();
        foreach (var node in graph.Node.Where(live.Contains))
        {
            if (node.OpType == "Conv" && constants.TryGetValue(node.Input[1], out var weight) && weight.DataType == (int)DataType.Float)
            {
                values.Add(node.Input[0]);
                if (leading.Contains(node))
                {
                    layers.Add(node.Output[0]);
                }
            }
            else if (leading.Contains(node) && Followers.Contains(node.OpType) && IsAllActivations(node, constants, graph))
            {
                values.AddRange(node.OpType == "Resize" ? node.Input.Take(1) : node.Input);
            }
        }

        return new([.. values.Distinct()], layers, [.. graph.Node.Where(n => live.Contains(n) && Multipliers.Contains(n.OpType) && !leading.Contains(n)).Select(NodeCall.NameOf)]);
    }

    // whole numbers, as of shapes, are no activations; they come from Shape, which is not followed
    private static bool IsAllActivations(NodeProto node, Dictionary<string, TensorProto> constants, GraphProto graph) =>
        (node.OpType == "Resize" ? node.Input.Take(1) : node.Input).All(i => i.Length > 0 && !constants.ContainsKey(i) && graph.Input.All(g => g.Name != i));

    /// <summary>Nodes that the picture flows through.</summary>
    private static HashSet<NodeProto> Live(GraphProto graph, Dictionary<string, TensorProto> constants)
    {
        var values = graph.Input.Select(i => i.Name).Where(n => !constants.ContainsKey(n)).ToHashSet();
        var live = new HashSet<NodeProto>();
        foreach (var node in graph.Node.Where(n => n.OpType != "Shape" && n.Input.Any(values.Contains)))
        {
            live.Add(node);
            values.UnionWith(node.Output);
        }

        return live;
    }

    /// <summary>Nodes behind which there is a layer still.</summary>
    private static HashSet<NodeProto> Leading(GraphProto graph, HashSet<NodeProto> live)
    {
        var (wanted, leading) = (new HashSet<string>(), new HashSet<NodeProto>());
        foreach (var node in graph.Node.Reverse().Where(live.Contains))
        {
            var leads = node.Output.Any(wanted.Contains);
            if (leads)
            {
                leading.Add(node);
            }

            if (leads || Multipliers.Contains(node.OpType))
            {
                wanted.UnionWith(node.Input);
            }
        }

        return leading;
    }
}
