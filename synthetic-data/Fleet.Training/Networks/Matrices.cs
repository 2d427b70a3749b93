using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Products of matrices.</summary>
internal static class Matrices
{
    public static Tensor Gemm(NodeCall node)
    {
        var a = node.Int("transA", 0) != 0 ? node.Input(0).t() : node.Input(0);
        var b = node.Int("transB", 0) != 0 ? node.Input(1).t() : node.Input(1);
        var product = Product(node, a, b).Times(node.Float("alpha", 1));
        return node.Optional(2) is { } c ? product.Plus(c.Times(node.Float("beta", 1))) : product;
    }

    public static Tensor MatMul(NodeCall node) => Product(node, node.Input(0), node.Input(1));

    // the library does not report matrices that do not fit: it ends the process
    private static Tensor Product(NodeCall node, Tensor a, Tensor b) => a.dim() > 0 && b.dim() > 0 && a.shape[^1] == (b.dim() == 1 ? b.shape[0] : b.shape[^2])
        ? a.matmul(b)
        : throw node.Refuse($"cannot take its inputs: it multiplies [{string.Join(", ", a.shape)}] by [{string.Join(", ", b.shape)}]");
}
