using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>The operator that made the numbers of an output, behind whatever only moves or rounds them.</summary>
internal static class OutputOperators
{
    private const int MaxSteps = 200;
    private static readonly HashSet<string> Movers =
    [
        "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Cast", "Dropout", "Concat", "Slice", "Clip", "QuantizeLinear", "DequantizeLinear",
    ];

    /// <summary>By name of the output; an output that no operator makes is left out.</summary>
    public static IReadOnlyDictionary<string, string> Of(GraphProto graph)
    {
        var makers = new Dictionary<string, NodeProto>();
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
            {
                makers[output] = node;
            }
        }

        return graph.Output.Select(o => (o.Name, Operator: Behind(o.Name, makers))).Where(o => o.Operator is not null)
            .GroupBy(o => o.Name).ToDictionary(g => g.Key, g => g.First().Operator!);
    }

    private static string? Behind(string value, Dictionary<string, NodeProto> makers)
    {
        string? last = null;
        for (var step = 0; step < MaxSteps && makers.TryGetValue(value, out var node); step++)
        {
            last = node.OpType;
            // a map whose local maxima alone were kept is a product of the map and a mask
            var next = node.OpType == "Mul" ? node.Input.FirstOrDefault(i => makers.TryGetValue(i, out var maker) && maker.OpType is "Sigmoid" or "Softmax") : null;
            if (next is null && !Movers.Contains(node.OpType))
            {
                break;
            }

            value = next ?? node.Input.FirstOrDefault() ?? "";
        }

        return last;
    }
}
