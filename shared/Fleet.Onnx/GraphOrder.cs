using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Google.Protobuf.Collections;

namespace Fleet.Onnx;

/// <summary>Refuses networks that have no end: operators that wait for each other, functions that call themselves, and functions that multiply beyond what is allowed when they are written out.</summary>
internal static class GraphOrder
{
    private const int MaxFunctions = 1000;

    /// <param name="model">Its nesting was checked.</param>
    /// <param name="limits">How many operators there may be.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ModelUnsafe"/> or <see cref="Problems.ModelTooLarge"/>.</exception>
    public static void Check(ModelProto model, OnnxLimits limits)
    {
        RequireEnd(model.Graph.Node);
        foreach (var function in model.Functions)
        {
            RequireEnd(function.Node);
        }

        if (model.Functions.Count > MaxFunctions)
        {
            throw new ProblemException(Problems.ModelTooLarge, $"The model has {model.Functions.Count} functions of its own; at most {MaxFunctions} are taken. Export it with functions written out.");
        }

        new Expansion(model, limits).Check();
    }

    private static void RequireEnd(RepeatedField<NodeProto> nodes)
    {
        var makers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
        {
            foreach (var output in nodes[i].Output.Where(o => o.Length > 0))
            {
                makers.TryAdd(output, i);
            }
        }

        var heirs = nodes.Select(_ => new List<int>()).ToList();
        var waits = new int[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            foreach (var maker in Needs(nodes[i]).Where(makers.ContainsKey).Select(n => makers[n]))
            {
                heirs[maker].Add(i);
                waits[i]++;
            }
        }

        RequireAllDone(nodes, heirs, waits);
        foreach (var graph in nodes.SelectMany(GraphsOf))
        {
            RequireEnd(graph.Node);
        }
    }

    private static void RequireAllDone(RepeatedField<NodeProto> nodes, List<List<int>> heirs, int[] waits)
    {
        var ready = new Queue<int>(Enumerable.Range(0, nodes.Count).Where(i => waits[i] == 0));
        var done = 0;
        for (; ready.TryDequeue(out var next); done++)
        {
            foreach (var heir in heirs[next].Where(heir => --waits[heir] == 0))
            {
                ready.Enqueue(heir);
            }
        }

        if (done < nodes.Count)
        {
            var stuck = nodes[Array.FindIndex(waits, w => w > 0)];
            throw new ProblemException(Problems.ModelUnsafe, $"Operators wait for each other's results, one of them {TensorRules.Short($"{stuck.OpType} {stuck.Name}".Trim())}: the network has no end. Export it again.");
        }
    }

    /// <summary>Values a node takes, those that its graphs take from around it included.</summary>
    private static HashSet<string> Needs(NodeProto node)
    {
        var needs = node.Input.Where(i => i.Length > 0).ToHashSet(StringComparer.Ordinal);
        foreach (var graph in GraphsOf(node))
        {
            var inner = graph.Node.SelectMany(Needs).ToHashSet(StringComparer.Ordinal);
            inner.ExceptWith(graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(i => i.Name)).Concat(graph.Node.SelectMany(n => n.Output)));
            needs.UnionWith(inner);
        }

        return needs;
    }

    private static IEnumerable<GraphProto> GraphsOf(NodeProto node) =>
        node.Attribute.SelectMany(a => a.G is { } graph ? a.Graphs.Prepend(graph) : a.Graphs);

    private static IEnumerable<NodeProto> AllOf(IEnumerable<NodeProto> nodes) =>
        nodes.SelectMany(n => AllOf(GraphsOf(n).SelectMany(g => g.Node)).Prepend(n));

    /// <summary>How many operators there are once every call of a function is written out, as ONNX Runtime does.</summary>
    private sealed class Expansion(ModelProto model, OnnxLimits limits)
    {
        private readonly Dictionary<(string, string), FunctionProto> _functions = model.Functions.DistinctBy(KeyOf).ToDictionary(KeyOf);
        private readonly Dictionary<(string, string), long> _counts = [];
        private readonly HashSet<(string, string)> _open = [];

        public void Check() => Count(model.Graph.Node);

        private static (string, string) KeyOf(FunctionProto function) => (GraphRules.DomainOf(function.Domain), function.Name);

        private long Count(IEnumerable<NodeProto> nodes)
        {
            var count = 0L;
            foreach (var node in AllOf(nodes))
            {
                count += _functions.TryGetValue((GraphRules.DomainOf(node.Domain), node.OpType), out var function) ? Count(function) : 1;
                if (count > limits.MaxNodes)
                {
                    throw new ProblemException(Problems.ModelTooLarge, $"With its functions written out the model has more than {limits.MaxNodes} operators. Simplify the graph and export it again.");
                }
            }

            return count;
        }

        private long Count(FunctionProto function)
        {
            var key = KeyOf(function);
            if (_counts.TryGetValue(key, out var known))
            {
                return known;
            }

            if (!_open.Add(key))
            {
                throw new ProblemException(Problems.ModelUnsafe, $"The function {TensorRules.Short(function.Name)} calls itself: the network has no end. Export it with functions written out.");
            }

            var count = Count(function.Node);
            _open.Remove(key);
            return _counts[key] = count;
        }
    }
}
