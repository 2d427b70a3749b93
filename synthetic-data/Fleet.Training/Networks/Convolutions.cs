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
        return WholeBlocks.Conv(x, weight, node.Optional(2), window, pads, node.Int("group", 1));
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

        var window = Window.Of(node, [weight.shape[2], weight.shape[3]]);
        return WholeBlocks.ConvTranspose(node.Input(0), weight, node.Optional(2), window, [pads[0], pads[1]], node.Ints("output_padding", 0, 0), node.Int("group", 1));
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
