using Fleet.Contracts;

namespace Fleet.Training.Networks;

/// <summary>Where the values that a loss needs lie in a graph with the <c>fleet</c> head.</summary>
internal static class OutputNames
{
    /// <summary>Class scores at local maxima.</summary>
    public const string Peaks = "peaks";

    /// <summary>Left, top, right and bottom distances, input px.</summary>
    public const string Sides = "ltrb";

    /// <summary>Whether a graph has both outputs.</summary>
    public static bool Has(Network network) => network.Outputs.Contains(Peaks) && network.Outputs.Contains(Sides);

    /// <summary>Name of the value that becomes <see cref="Peaks"/> through a Sigmoid.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: the graph has no such head.</exception>
    public static string LogitsOf(Network network)
    {
        var makers = network.Nodes.DistinctBy(n => n.Output[0]).ToDictionary(n => n.Output[0]);
        var waiting = new Queue<string>([Peaks]);
        while (makers.ContainsKey(Sides) && waiting.TryDequeue(out var value))
        {
            if (!makers.TryGetValue(value, out var node))
            {
                continue;
            }

            if (node.OpType == "Sigmoid")
            {
                return node.Input[0];
            }

            foreach (var input in node.Input)
            {
                waiting.Enqueue(input);
            }
        }

        throw new ProblemException(
            Problems.ModelHead,
            $"The base has no outputs '{Peaks}' (class scores through a Sigmoid) and '{Sides}' (distances in px): only a network with the fleet head can be trained here.");
    }
}
