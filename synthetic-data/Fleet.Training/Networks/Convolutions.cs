using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Convolutions and batch normalisation.</summary>
internal static class Convolutions
{
    public static Tensor Conv(NodeCall node)
    {
        var weight = FourDimensions(node);
        var window = Window.Of(node, [weight.shape[2], weight.shape[3]]);
        var (x, pads) = window.Pad(node.Input(0), value: 0, most: [long.MaxValue, long.MaxValue]);
        return IsBroken(weight, node.Int("group", 1))
            ? Unfolded(x, weight, node.Optional(2), window, pads)
            : nn.functional.conv2d(x, weight, node.Optional(2), window.Strides, pads, window.Dilations, node.Int("group", 1));
    }

    // libtorch 2.10 answers wrongly for 24 channels and 5x5 taps where the processor has AVX-512; which other sizes, nobody has said
    private static bool IsBroken(Tensor weight, long groups) => groups == 1 && weight.shape[2] > 3 && weight.shape[3] > 3 && weight.shape[0] % 16 != 0;

    /// <summary>The same as a product of matrices: slower, and right.</summary>
    private static Tensor Unfolded(Tensor x, Tensor weight, Tensor? bias, Window window, long[] pads)
    {
        var (kernel, dilations, strides) = (window.Kernel, window.Dilations, window.Strides);
        var columns = nn.functional.unfold(x, (kernel[0], kernel[1]), (dilations[0], dilations[1]), (pads[0], pads[1]), (strides[0], strides[1]));
        long Side(int axis) => ((x.shape[axis + 2] + (2 * pads[axis]) - (dilations[axis] * (kernel[axis] - 1)) - 1) / strides[axis]) + 1;
        var y = weight.flatten(1).matmul(columns).reshape(x.shape[0], weight.shape[0], Side(0), Side(1));
        return bias is null ? y : y.Plus(bias.reshape(1, -1, 1, 1));
    }

    public static Tensor ConvTranspose(NodeCall node)
    {
        node.Only("auto_pad", "NOTSET", "NOTSET");
        var weight = FourDimensions(node);
        var pads = node.Ints("pads", 0, 0, 0, 0);
        if (node.Has("output_shape") || pads[0] != pads[2] || pads[1] != pads[3])
        {
            throw node.Refuse("has an output shape, or pads that differ between the sides");
        }

        return nn.functional.conv_transpose2d(
            node.Input(0),
            weight,
            node.Optional(2),
            node.Ints("strides", 1, 1),
            [pads[0], pads[1]],
            node.Ints("output_padding", 0, 0),
            node.Ints("dilations", 1, 1),
            node.Int("group", 1));
    }

    public static Tensor BatchNormalization(NodeCall node)
    {
        node.Only("training_mode", 0);
        node.Only("spatial", 1);
        return nn.functional.batch_norm(
            node.Input(0),
            running_mean: node.Input(3),
            running_var: node.Input(4),
            weight: node.Input(1),
            bias: node.Input(2),
            training: node.Learning,
            momentum: 1 - node.Float("momentum", 0.9f),
            eps: node.Float("epsilon", 1e-5f));
    }

    private static Tensor FourDimensions(NodeCall node)
    {
        var weight = node.Input(1);
        return weight.dim() == 4 ? weight : throw node.Refuse($"has a weight of {weight.dim()} dimensions, where 4 are wanted");
    }
}
