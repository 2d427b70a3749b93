using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Operators that look at a pixel's neighbours or at a whole channel.</summary>
internal static class Convolutions
{
    public static Tensor Conv(NodeCall node)
    {
        node.Only("auto_pad", "NOTSET", "NOTSET");
        var weight = node.Input(1);
        if (weight.dim() != 4)
        {
            throw node.Refuse($"has a weight of {weight.dim()} dimensions, where 4 are wanted");
        }

        return nn.functional.conv2d(
            node.Input(0),
            weight,
            node.Optional(2),
            strides: node.Ints("strides", 1, 1),
            padding: SamePads(node),
            dilation: node.Ints("dilations", 1, 1),
            groups: node.Int("group", 1));
    }

    public static Tensor BatchNormalization(NodeCall node)
    {
        node.Only("training_mode", 0);
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

    public static Tensor MaxPool(NodeCall node)
    {
        node.Only("auto_pad", "NOTSET", "NOTSET");
        node.Only("storage_order", 0);
        return nn.functional.max_pool2d(
            node.Input(0),
            node.Ints("kernel_shape"),
            strides: node.Ints("strides", 1, 1),
            padding: SamePads(node),
            dilation: node.Ints("dilations", 1, 1),
            ceil_mode: node.Int("ceil_mode", 0) != 0);
    }

    public static Tensor Resize(NodeCall node)
    {
        node.Only("mode", "nearest", "nearest");
        node.Only("coordinate_transformation_mode", "half_pixel", "asymmetric");
        node.Only("nearest_mode", "round_prefer_floor", "floor");
        if (node.Optional(2) is not { } scales || scales.numel() != 4)
        {
            throw node.Refuse("has no four scales, which is the one form of it that training knows");
        }

        return nn.functional.interpolate(node.Input(0), scale_factor: [scales[2].ToDouble(), scales[3].ToDouble()], mode: InterpolationMode.Nearest);
    }

    private static long[] SamePads(NodeCall node)
    {
        var pads = node.Ints("pads", 0, 0, 0, 0);
        return pads.Length == 4 && pads[0] == pads[2] && pads[1] == pads[3]
            ? [pads[0], pads[1]]
            : throw node.Refuse($"has pads [{string.Join(", ", pads)}], where the same on both sides is wanted");
    }
}
