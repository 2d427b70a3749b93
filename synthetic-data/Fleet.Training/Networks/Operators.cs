using System.Collections.Frozen;
using Fleet.Contracts;
using Fleet.Onnx.Schema;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>An ONNX operator on tensors.</summary>
/// <param name="Run">Computes the values that the node makes; those that only training elsewhere needs are left out.</param>
/// <param name="Weights">Which inputs are weights where they are constants of the graph.</param>
/// <param name="Statistics">Which inputs are running statistics: kept up to date while learning, but not learnt.</param>
internal sealed record Operator(Func<NodeCall, Tensor[]> Run, IReadOnlyList<int> Weights, IReadOnlyList<int> Statistics)
{
    public static Operator Plain(Func<NodeCall, Tensor> run) => Learnt(run, []);

    public static Operator Learnt(Func<NodeCall, Tensor> run, IReadOnlyList<int> weights, params IReadOnlyList<int> statistics) => new(n => [run(n)], weights, statistics);

    public static Operator Map(Func<Tensor, Tensor> run) => Plain(n => run(n.Input(0)));

    public static Operator Pair(Func<Tensor, Tensor, Tensor> run) => Plain(n => run(n.Input(0), n.Input(1)));
}

/// <summary>Every operator that can be trained; another one is refused by name.</summary>
internal static class Operators
{
    private static readonly FrozenDictionary<string, Operator> Known = new Dictionary<string, Operator>
    {
        ["Conv"] = Operator.Learnt(Convolutions.Conv, [1, 2]),
        ["ConvTranspose"] = Operator.Learnt(Convolutions.ConvTranspose, [1, 2]),
        ["Gemm"] = Operator.Learnt(Matrices.Gemm, [1, 2]),
        ["MatMul"] = Operator.Learnt(Matrices.MatMul, [1]),
        ["BatchNormalization"] = Operator.Learnt(Convolutions.BatchNormalization, [1, 2], 3, 4),
        ["PRelu"] = Operator.Learnt(Elements.PRelu, [1]),

        ["MaxPool"] = Operator.Plain(Pools.Max),
        ["AveragePool"] = Operator.Plain(Pools.Average),
        ["GlobalAveragePool"] = Operator.Plain(Pools.GlobalAverage),
        ["GlobalMaxPool"] = Operator.Plain(Pools.GlobalMax),
        ["Resize"] = Operator.Plain(Resizing.Resize),
        ["Upsample"] = Operator.Plain(Resizing.Upsample),

        ["Add"] = Operator.Pair((a, b) => a.Plus(b)),
        ["Sub"] = Operator.Pair((a, b) => a - b),
        ["Mul"] = Operator.Pair((a, b) => a * b),
        ["Div"] = Operator.Plain(Elements.Div),
        ["Pow"] = Operator.Plain(Elements.Pow),
        ["Max"] = Operator.Plain(n => Elements.Fold(n, maximum)),
        ["Min"] = Operator.Plain(n => Elements.Fold(n, minimum)),
        ["Sum"] = Operator.Plain(n => Elements.Fold(n, (a, b) => a.Plus(b))),
        ["Equal"] = Operator.Pair((a, b) => a.eq(b)),
        ["Greater"] = Operator.Pair((a, b) => a.gt(b)),
        ["Less"] = Operator.Pair((a, b) => a.lt(b)),
        ["Where"] = Operator.Plain(n => where(n.Input(0), n.Input(1), n.Input(2))),
        ["Exp"] = Operator.Map(x => x.exp()),
        ["Log"] = Operator.Map(x => x.log()),
        ["Sqrt"] = Operator.Map(x => x.sqrt()),
        ["Neg"] = Operator.Map(x => -x),
        ["Abs"] = Operator.Map(x => x.abs()),
        ["Floor"] = Operator.Map(x => x.floor()),
        ["Erf"] = Operator.Map(x => x.erf()),
        ["Reciprocal"] = Operator.Map(x => x.reciprocal()),
        ["Cast"] = Operator.Plain(Elements.Cast),
        ["Identity"] = Operator.Map(x => x.alias()),
        ["Dropout"] = Operator.Plain(Elements.Dropout),
        ["Relu"] = Operator.Map(x => x.relu()),
        ["LeakyRelu"] = Operator.Plain(n => n.Input(0).Leaky(n.Float("alpha", 0.01f))),
        ["Elu"] = Operator.Plain(Elements.Elu),
        ["Gelu"] = Operator.Plain(Elements.Gelu),
        ["Sigmoid"] = Operator.Map(x => x.sigmoid()),
        ["Tanh"] = Operator.Map(x => x.tanh()),
        ["Softplus"] = Operator.Map(x => x.Softplus()),
        ["HardSigmoid"] = Operator.Plain(Elements.HardSigmoid),
        ["HardSwish"] = Operator.Plain(Elements.HardSwish),
        ["Clip"] = Operator.Plain(Elements.Clip),
        ["Softmax"] = Operator.Plain(Elements.Softmax),
        ["ReduceMean"] = Operator.Plain(n => Elements.Reduce(n, (x, axes, keep) => x.mean(axes, keep))),
        ["ReduceSum"] = Operator.Plain(n => Elements.Reduce(n, (x, axes, keep) => x.sum(axes, keep))),
        ["ReduceMax"] = Operator.Plain(n => Elements.Reduce(n, (x, axes, keep) => x.amax(axes, keep))),

        ["Shape"] = Operator.Plain(Shapes.Shape),
        ["Reshape"] = Operator.Plain(Shapes.Reshape),
        ["Flatten"] = Operator.Plain(Shapes.Flatten),
        ["Transpose"] = Operator.Plain(Shapes.Transpose),
        ["Squeeze"] = Operator.Plain(Shapes.Squeeze),
        ["Unsqueeze"] = Operator.Plain(Shapes.Unsqueeze),
        ["Concat"] = Operator.Plain(Shapes.Concat),
        ["Split"] = new(Shapes.Split, [], []),
        ["Slice"] = Operator.Plain(Shapes.Slice),
        ["Gather"] = Operator.Plain(Shapes.Gather),
        ["Expand"] = Operator.Plain(Shapes.Expand),
        ["Range"] = Operator.Plain(Shapes.Range),
        ["Tile"] = Operator.Plain(Shapes.Tile),
        ["ConstantOfShape"] = Operator.Plain(Shapes.ConstantOfShape),
        ["Pad"] = Operator.Plain(Shapes.Pad),
        ["DepthToSpace"] = Operator.Plain(Shapes.DepthToSpace),
        ["SpaceToDepth"] = Operator.Plain(Shapes.SpaceToDepth),
    }.ToFrozenDictionary();

    /// <summary>Names of all that training knows; constants are no step of it.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>The operator of <paramref name="node"/>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelOperator"/>: training does not know it.</exception>
    public static Operator Of(NodeProto node) =>
        node.Domain is "" or "ai.onnx" && Known.TryGetValue(node.OpType, out var known)
            ? known
            : throw new ProblemException(
                Problems.ModelOperator,
                $"Node '{NodeCall.NameOf(node)}' is a {(node.Domain.Length == 0 ? "" : node.Domain + ".")}{node.OpType}, which training does not know. It knows {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}.");
}
