using Fleet.Onnx.Schema;
using Fleet.Training.Networks;
using static TorchSharp.torch;

namespace Fleet.Training.Sparsity;

/// <summary>A layer that multiplies by a constant weight, as the published recipe looks at it.</summary>
/// <param name="Name">Of the weight, or of the node where its weight is no constant.</param>
/// <param name="InputAxis">Axis of the weight along which its input channels lie.</param>
/// <param name="WhyDense">Why the recipe leaves it dense; null where it prunes.</param>
internal sealed record PrunableLayer(string Name, int InputAxis, string? WhyDense)
{
    private const int Outputs = 8;
    private const int Inputs = 16;

    /// <summary>Every such layer in the order in which they run; a weight that several share is there once.</summary>
    public static IReadOnlyList<PrunableLayer> Of(Network network) =>
        [.. network.Nodes.Where(n => n.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul").Select(n => Of(network, n)).OfType<PrunableLayer>().DistinctBy(l => l.Name)];

    private static PrunableLayer? Of(Network network, NodeProto node)
    {
        if (network.WeightOf(node.Input[1], out var moved) is not { } name)
        {
            // two activations that are multiplied have no weight at all
            return node.OpType is "MatMul" or "Gemm" ? null : new(NodeCall.NameOf(node), 1, "its weight is no constant");
        }

        var weight = network.Weights[name];
        var axis = node.OpType == "MatMul" || (node.OpType == "Gemm" && Attribute(node, "transB") == 0) ? 0 : 1;
        return new(name, axis, WhyDenseOf(node, weight, axis, moved));
    }

    private static string? WhyDenseOf(NodeProto node, Tensor weight, int axis, bool moved) =>
        node.OpType == "ConvTranspose" ? "a transposed convolution"
        : moved ? "its weight is given another shape on the way"
        : weight.dim() != (node.OpType == "Conv" ? 4 : 2) ? $"its weight has {weight.dim()} dimensions"
        : Attribute(node, "group", otherwise: 1) != 1 ? "grouped"
        : weight.shape[axis] % Inputs != 0 ? $"{weight.shape[axis]} input channels are no multiple of {Inputs}"
        : weight.shape[1 - axis] % Outputs != 0 ? $"{weight.shape[1 - axis]} output channels are no multiple of {Outputs}"
        : null;

    private static long Attribute(NodeProto node, string name, long otherwise = 0) => node.Attribute.FirstOrDefault(a => a.Name == name)?.I ?? otherwise;
}
