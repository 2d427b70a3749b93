using System.Runtime.InteropServices;
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
    // what only moves or widens a constant: a weight may lie behind it
    private static readonly HashSet<string> Movers = ["Cast", "Identity", "Reshape", "Transpose", "Unsqueeze", "Squeeze", "Flatten"];
    private static readonly HashSet<string> Multipliers = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

    private readonly ModelProto _model;
    private readonly long _opset;
    private readonly List<(NodeProto Node, Operator Operator)> _steps = [];
    private readonly Dictionary<string, NodeProto> _makers = [];
    private readonly Dictionary<string, TensorProto> _stored;
    private readonly Dictionary<string, Tensor> _constants = [];
    private readonly SortedDictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tensor> _statistics = new(StringComparer.Ordinal);

    /// <summary>Takes a copy of <paramref name="model"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>: an operator, or a form of one, that training does not know.</exception>
    public Network(ModelProto model)
    {
        _model = model.Clone();
        _opset = _model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 1;
        _stored = Constants.Of(_model.Graph);
        foreach (var node in _model.Graph.Node.Where(n => !Constants.IsConstant(n)))
        {
            _steps.Add((node, Operators.Of(node)));
            foreach (var output in node.Output)
            {
                _makers[output] = node;
            }
        }

        foreach (var (node, known) in _steps)
        {
            Load(node, known);
        }

        var fed = _model.Graph.Input.FirstOrDefault(i => !_stored.ContainsKey(i.Name))
            ?? throw new ProblemException(Problems.ModelOperator, "The graph has no input: there is nothing to train it with.");
        Input = fed.Name;
        FixedBatch = fed.Type?.TensorType?.Shape?.Dim is [{ DimValue: > 0 and var count }, ..] ? (int)count : null;
    }

    /// <summary>Name of the graph's input.</summary>
    public string Input { get; }

    /// <summary>How many pictures the graph takes at a time, where it says so: shapes inside it may depend on that. Null where any number will do.</summary>
    public int? FixedBatch { get; }

    /// <summary>Names of the graph's outputs.</summary>
    public IEnumerable<string> Outputs => _model.Graph.Output.Select(o => o.Name);

    /// <summary>What is learnt, by name of the constant.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => _weights;

    /// <summary>Running means and variances.</summary>
    public IReadOnlyDictionary<string, Tensor> Statistics => _statistics;

    /// <summary>The nodes in the order in which they run.</summary>
    public IEnumerable<NodeProto> Nodes => _steps.Select(s => s.Node);

    /// <summary>Runs the graph; every value can be had by name, whether the graph puts it out or not.</summary>
    /// <param name="images">The graph's input; half-precision numbers are widened.</param>
    /// <param name="learning">Batch statistics instead of running ones, which are kept up to date.</param>
    /// <returns>All values; they belong to the caller's dispose scope.</returns>
    public IReadOnlyDictionary<string, Tensor> Run(Tensor images, bool learning)
    {
        var values = new Dictionary<string, Tensor>(_constants) { [Input] = images.dtype == ScalarType.Float16 ? images.to(ScalarType.Float32) : images };
        foreach (var (node, known) in _steps)
        {
            var inputs = node.Input.Select(name => name.Length == 0 ? null : Find(values, node, name)).ToArray();
            foreach (var (name, value) in node.Output.Zip(Compute(known, new NodeCall(node, inputs, _opset, learning))))
            {
                values[name] = value;
            }
        }

        return values;
    }

    /// <summary>The constant that <paramref name="value"/> is, or is made of by moving it; null where it is none of <see cref="Weights"/>.</summary>
    /// <param name="value">Name of an input of a node.</param>
    /// <param name="moved">Whether its axes are not those of the constant.</param>
    public string? WeightOf(string value, out bool moved)
    {
        moved = false;
        while (!_stored.ContainsKey(value) && _makers.TryGetValue(value, out var maker) && Movers.Contains(maker.OpType))
        {
            moved |= maker.OpType is not ("Cast" or "Identity");
            value = maker.Input[0];
        }

        return _weights.ContainsKey(value) ? value : null;
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
            : throw new ProblemException(Problems.ModelOperator, $"Node '{NodeCall.NameOf(node)}' reads '{name}', which nothing before it makes: the graph is not in order.");

    // the library's own words about sizes that do not fit name no node
    private static Tensor[] Compute(Operator known, NodeCall node)
    {
        try
        {
            return known.Run(node);
        }
        catch (Exception e) when (e is ExternalException or ArgumentException or IndexOutOfRangeException)
        {
            throw node.Refuse($"cannot take its inputs: {e.Message.Split('\n')[0]}");
        }
    }

    private void Load(NodeProto node, Operator known)
    {
        for (var i = 0; i < node.Input.Count; i++)
        {
            if (_stored.TryGetValue(node.Input[i], out var stored) && !_constants.ContainsKey(node.Input[i]))
            {
                _constants[node.Input[i]] = Constants.AsTensor(stored).DetachFromDisposeScope();
            }

            if (known.Statistics.Contains(i) && stored is not null)
            {
                _statistics[node.Input[i]] = _constants[node.Input[i]];
            }
            else if ((known.Weights.Contains(i) || IsBias(node, i)) && Source(node.Input[i]) is { } name)
            {
                _weights[name] = _constants[name];
                _constants[name].requires_grad = true;
            }
        }
    }

    /// <summary>Older exporters add what a layer's own bias would be; other constants that are added belong to the picture or to the head.</summary>
    private bool IsBias(NodeProto node, int input) =>
        node.OpType == "Add" && _makers.TryGetValue(node.Input[1 - input], out var layer) && Multipliers.Contains(layer.OpType)
        && _stored.TryGetValue(node.Input[input], out var bias) && bias.Dims.Count(d => d > 1) == 1;

    private string? Source(string value)
    {
        while (_makers.TryGetValue(value, out var maker) && Movers.Contains(maker.OpType))
        {
            value = maker.Input[0];
        }

        return _stored.TryGetValue(value, out var stored) && Tensors.IsFloating(stored) ? value : null;
    }
}
