using System.Collections.Frozen;
using Fleet.Contracts;
using Fleet.Onnx.Schema;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>An ONNX operator on tensors.</summary>
/// <param name="Run">Computes the node's one output.</param>
/// <param name="Weights">Which inputs are weights where they are constants of the graph.</param>
/// <param name="Statistics">Which inputs are running statistics: kept up to date while learning, but not learnt.</param>
internal sealed record Operator(Func<NodeCall, Tensor> Run, IReadOnlyList<int> Weights, IReadOnlyList<int> Statistics)
{
    public static Operator Plain(Func<NodeCall, Tensor> run) => new(run, [], []);
}

/// <summary>Every operator that can be trained; another one is refused by name.</summary>
internal static class Operators
{
    private static readonly FrozenDictionary<string, Operator> Known = new Dictionary<string, Operator>
    {
        ["Conv"] = new(Convolutions.Conv, Weights: [1, 2], Statistics: []),
        ["BatchNormalization"] = new(Convolutions.BatchNormalization, Weights: [1, 2], Statistics: [3, 4]),
        ["MaxPool"] = Operator.Plain(Convolutions.MaxPool),
        ["Resize"] = Operator.Plain(Convolutions.Resize),
        ["Cast"] = Operator.Plain(n => n.Input(0).to(Elements.TypeOf(n))),
        ["Identity"] = Operator.Plain(n => n.Input(0).alias()),
        ["Add"] = Operator.Plain(n => n.Input(0) + n.Input(1)),
        ["Sub"] = Operator.Plain(n => n.Input(0) - n.Input(1)),
        ["Mul"] = Operator.Plain(n => n.Input(0) * n.Input(1)),
        ["Div"] = Operator.Plain(n => n.Input(0) / n.Input(1)),
        ["Equal"] = Operator.Plain(n => n.Input(0).eq(n.Input(1))),
        ["Exp"] = Operator.Plain(n => n.Input(0).exp()),
        ["Relu"] = Operator.Plain(n => n.Input(0).relu()),
        ["LeakyRelu"] = Operator.Plain(n => nn.functional.leaky_relu(n.Input(0), n.Float("alpha", 0.01f))),
        ["Sigmoid"] = Operator.Plain(n => n.Input(0).sigmoid()),
        ["Clip"] = Operator.Plain(Elements.Clip),
        ["Concat"] = Operator.Plain(Elements.Concat),
    }.ToFrozenDictionary();

    /// <summary>The operator of <paramref name="node"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>: training does not know it.</exception>
    public static Operator Of(NodeProto node) =>
        node.Domain.Length == 0 && Known.TryGetValue(node.OpType, out var known) && node.Output.Count == 1
            ? known
            : throw new ProblemException(
                Problems.ModelOperator,
                $"Node '{node.Name}' is a {(node.Domain.Length == 0 ? "" : node.Domain + ".")}{node.OpType}, which training does not know. It knows {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}.");
}
