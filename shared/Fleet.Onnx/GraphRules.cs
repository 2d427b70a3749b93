using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Google.Protobuf.Collections;

namespace Fleet.Onnx;

/// <summary>Walks every graph of a model, the hidden ones included, and refuses what Fleet never runs.</summary>
internal sealed class GraphRules(TensorRules tensors, OnnxLimits limits)
{
    private static readonly string[] Domains = ["ai.onnx", "ai.onnx.ml", "com.microsoft"];

    // operators that carry another program inside themselves
    private static readonly string[] Carriers = ["EPContext", "Snpe"];
    private readonly HashSet<(string Domain, string Name)> _functions = [];
    private readonly Dictionary<string, SortedDictionary<string, int>> _operators = [];

    /// <summary>Operators in all.</summary>
    public int Nodes { get; private set; }

    /// <summary>How often each operator is used, by domain.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Operators =>
        _operators.ToDictionary(d => d.Key, d => (IReadOnlyDictionary<string, int>)d.Value);

    /// <exception cref="ProblemException">See <see cref="OnnxCheck.Inspect"/>.</exception>
    public void Check(ModelProto model)
    {
        _functions.UnionWith(model.Functions.Select(f => (DomainOf(f.Domain), f.Name)));
        foreach (var function in model.Functions)
        {
            CheckNodes(function.Node, [], nesting: 1);
            CheckAttributes(function.AttributeProto, nesting: 1);
        }

        CheckGraph(model.Graph, nesting: 0);
        GraphOrder.Check(model, limits);
    }

    internal static string DomainOf(string domain) => domain.Length == 0 ? "ai.onnx" : domain;

    private void CheckGraph(GraphProto graph, int nesting)
    {
        if (nesting > limits.MaxNesting)
        {
            throw new ProblemException(Problems.ModelTooLarge, $"The model nests graphs more than {limits.MaxNesting} deep; no detector needs that. Export it without control flow.");
        }

        foreach (var tensor in graph.Initializer)
        {
            tensors.Check(tensor);
        }

        CheckSparse(graph.SparseInitializer);
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo).Where(v => v.Type?.TensorType?.Shape is not null))
        {
            tensors.CheckDeclared(value.Name, value.Type.TensorType.ElemType, value.Type.TensorType.Shape.Dim.Select(d => d.HasDimValue ? d.DimValue : 1));
        }

        CheckNodes(graph.Node, ConstantsOf(graph), nesting);
    }

    private static Dictionary<string, TensorProto> ConstantsOf(GraphProto graph)
    {
        var constants = graph.Initializer.GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.First());
        foreach (var node in graph.Node.Where(n => n.OpType == "Constant" && n.Output.Count == 1 && n.Attribute is [{ T: not null }]))
        {
            constants[node.Output[0]] = node.Attribute[0].T;
        }

        return constants;
    }

    private void CheckNodes(RepeatedField<NodeProto> nodes, Dictionary<string, TensorProto> constants, int nesting)
    {
        Nodes += nodes.Count;
        if (Nodes > limits.MaxNodes)
        {
            throw new ProblemException(Problems.ModelTooLarge, $"The model has more than {limits.MaxNodes} operators. Simplify the graph and export it again.");
        }

        foreach (var node in nodes)
        {
            CheckOperator(node);
            CheckFill(node, constants);
            CheckAttributes(node.Attribute, nesting);
        }
    }

    private void CheckOperator(NodeProto node)
    {
        var (domain, name) = (DomainOf(node.Domain), node.OpType);
        if (!_functions.Contains((domain, name)))
        {
            var shown = $"{TensorRules.Short(domain)}:{TensorRules.Short(name)}";
            if (Carriers.Contains(name, StringComparer.Ordinal))
            {
                throw new ProblemException(Problems.ModelUnsafe, $"Operator {shown} carries a program of one vendor's device, perhaps in another file; wanted is the plain network. Give the model it was compiled from.");
            }

            if (!Domains.Contains(domain, StringComparer.Ordinal))
            {
                throw new ProblemException(Problems.ModelUnsafe, $"Operator {shown} needs native code that is not part of ONNX Runtime; wanted are operators of {string.Join(", ", Domains)}. Export the network without it.");
            }

            if (domain == "ai.onnx" && !StandardOperators.Has(name))
            {
                throw new ProblemException(Problems.ModelOperator, $"Operator {shown} is not part of ONNX; likely the exporter wrote a name of its own. Export the network with standard operators.");
            }
        }

        if (!_operators.TryGetValue(domain, out var counts))
        {
            _operators[domain] = counts = new(StringComparer.Ordinal);
        }

        counts[name] = counts.GetValueOrDefault(name) + 1;
    }

    // a few bytes can ask for a tensor of any size
    private void CheckFill(NodeProto node, Dictionary<string, TensorProto> constants)
    {
        var shape = node.OpType switch
        {
            "ConstantOfShape" => node.Input.FirstOrDefault(),
            "Expand" or "Tile" => node.Input.ElementAtOrDefault(1),
            _ => null,
        };
        if (shape is not null && constants.TryGetValue(shape, out var tensor) && Numbers.OfInt64(tensor) is { } dims)
        {
            tensors.CheckDeclared($"{node.OpType} {node.Name}", (int)TensorProto.Types.DataType.Float, dims.Select(d => Math.Max(d, 1)));
        }

        foreach (var attribute in node.Attribute.Where(a => a.Name == "shape" && node.OpType.StartsWith("Random", StringComparison.Ordinal)))
        {
            tensors.CheckDeclared($"{node.OpType} {node.Name}", (int)TensorProto.Types.DataType.Float, attribute.Ints);
        }
    }

    private void CheckAttributes(IEnumerable<AttributeProto> attributes, int nesting)
    {
        foreach (var attribute in attributes)
        {
            foreach (var tensor in attribute.T is null ? attribute.Tensors : attribute.Tensors.Append(attribute.T))
            {
                tensors.Check(tensor);
            }

            CheckSparse(attribute.SparseTensor is null ? attribute.SparseTensors : attribute.SparseTensors.Append(attribute.SparseTensor));
            foreach (var graph in attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G))
            {
                CheckGraph(graph, nesting + 1);
            }
        }
    }

    private void CheckSparse(IEnumerable<SparseTensorProto> sparse)
    {
        foreach (var tensor in sparse)
        {
            tensors.CheckDeclared(tensor.Values?.Name ?? "", tensor.Values?.DataType ?? 1, tensor.Dims);
            foreach (var part in new[] { tensor.Values, tensor.Indices }.OfType<TensorProto>())
            {
                tensors.Check(part);
            }
        }
    }
}
