using Fleet.Contracts;
using Fleet.Onnx.Schema;
using Fleet.Training.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>An ONNX graph whose weights can be learnt: its operators run on tensors, its constants are the parameters.</summary>
/// <remarks>There is no second description of the network: what is learnt goes back into the same graph.</remarks>
internal sealed class Network : IDisposable
{
    private readonly ModelProto _model;
    private readonly List<(NodeProto Node, Operator Operator)> _steps = [];
    private readonly Dictionary<string, TensorProto> _stored = [];
    private readonly Dictionary<string, Tensor> _constants = [];
    private readonly SortedDictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tensor> _statistics = new(StringComparer.Ordinal);

    /// <summary>Takes a copy of <paramref name="model"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>: an operator, or a form of one, that training does not know.</exception>
    public Network(ModelProto model)
    {
        _model = model.Clone();
        foreach (var tensor in _model.Graph.Initializer)
        {
            _stored[tensor.Name] = tensor;
        }

        foreach (var node in _model.Graph.Node.Where(n => !IsStorageCast(n)))
        {
            _steps.Add((node, Operators.Of(node)));
        }

        foreach (var (node, known) in _steps)
        {
            Load(node, known);
        }
    }

    /// <summary>What is learnt, by name of the constant.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => _weights;

    /// <summary>Running means and variances.</summary>
    public IReadOnlyDictionary<string, Tensor> Statistics => _statistics;

    /// <summary>The nodes in the order in which they run.</summary>
    public IEnumerable<NodeProto> Nodes => _steps.Select(s => s.Node);

    /// <summary>Runs the graph; every value can be had by name, whether the graph puts it out or not.</summary>
    /// <param name="images">The graph's first input.</param>
    /// <param name="learning">Batch statistics instead of running ones, which are kept up to date.</param>
    /// <returns>All values; they belong to the caller's dispose scope.</returns>
    public IReadOnlyDictionary<string, Tensor> Run(Tensor images, bool learning)
    {
        var values = new Dictionary<string, Tensor>(_constants) { [_model.Graph.Input[0].Name] = images };
        foreach (var (node, known) in _steps)
        {
            var inputs = node.Input.Select(name => name.Length == 0 ? null : Find(values, node, name)).ToArray();
            values[node.Output[0]] = known.Run(new NodeCall(node, inputs, learning));
        }

        return values;
    }

    /// <summary>The graph with the weights as they are now, each in the element type in which it was stored.</summary>
    public ModelProto Export()
    {
        foreach (var (name, tensor) in _weights.Concat(_statistics))
        {
            Tensors.Store(_stored[name], Values(tensor));
        }

        return _model.Clone();
    }

    /// <summary>A copy of a tensor's numbers.</summary>
    public static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().contiguous().data<float>().ToArray();
    }

    public void Dispose()
    {
        foreach (var tensor in _constants.Values)
        {
            tensor.Dispose();
        }
    }

    private static Tensor Find(Dictionary<string, Tensor> values, NodeProto node, string name) =>
        values.TryGetValue(name, out var value)
            ? value
            : throw new ProblemException(Problems.ModelOperator, $"Node '{node.Name}' reads '{name}', which nothing before it makes: the graph is not in order.");

    /// <summary>A Cast that only widens a stored constant is how a file keeps weights in half the space.</summary>
    private bool IsStorageCast(NodeProto node) =>
        node.OpType == "Cast" && _stored.TryGetValue(node.Input[0], out var tensor) && Tensors.IsFloating(tensor);

    private void Load(NodeProto node, Operator known)
    {
        for (var i = 0; i < node.Input.Count; i++)
        {
            var stored = node.Input[i].Length > 0 ? Stored(node.Input[i]) : null;
            if (stored is null || _constants.ContainsKey(node.Input[i]))
            {
                continue;
            }

            var tensor = AsTensor(stored).DetachFromDisposeScope();
            _constants[node.Input[i]] = tensor;
            if (known.Weights.Contains(i))
            {
                tensor.requires_grad = true;
                _weights[stored.Name] = tensor;
            }
            else if (known.Statistics.Contains(i))
            {
                _statistics[stored.Name] = tensor;
            }
        }
    }

    private TensorProto? Stored(string value)
    {
        if (_stored.TryGetValue(value, out var direct))
        {
            return direct;
        }

        var cast = _model.Graph.Node.FirstOrDefault(n => n.Output.Contains(value) && IsStorageCast(n));
        return cast is null ? null : _stored[cast.Input[0]];
    }

    private static Tensor AsTensor(TensorProto stored) => Tensors.IsFloating(stored)
        ? tensor(Tensors.Floats(stored), stored.Dims.ToArray())
        : tensor(Tensors.Integers(stored), stored.Dims.ToArray());
}
