using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>Operators that reduce a neighbourhood to a value.</summary>
internal static class Pools
{
    public static Tensor Max(NodeCall node)
    {
        node.Only("storage_order", 0);
        var window = Window.Of(node, node.Ints("kernel_shape"));
        var (x, pads) = window.Pad(node.Input(0), double.NegativeInfinity, most: [window.Kernel[0] / 2, window.Kernel[1] / 2]);
        return nn.functional.max_pool2d(x, window.Kernel, window.Strides, pads, window.Dilations, ceil_mode: node.Int("ceil_mode", 0) != 0);
    }

    public static Tensor Average(NodeCall node)
    {
        var window = Window.Of(node, node.Ints("kernel_shape"));
        if (window.Dilations.Any(d => d != 1))
        {
            throw node.Refuse("has dilations, which training does not know of it");
        }

        var (ceil, all) = (node.Int("ceil_mode", 0) != 0, node.Int("count_include_pad", 0) != 0);
        var (x, pads) = window.Pad(node.Input(0), value: 0, most: [window.Kernel[0] / 2, window.Kernel[1] / 2]);
        var averages = nn.functional.avg_pool2d(x, window.Kernel, window.Strides, pads, ceil, all);
        if (all || ReferenceEquals(x, node.Input(0)))
        {
            return averages;
        }

        // what was padded by hand does not count: divide by the share of each window that is picture
        var (ones, _) = window.Pad(ones_like(node.Input(0)), value: 0, most: [-1, -1]);
        return averages / nn.functional.avg_pool2d(ones, window.Kernel, window.Strides, [0, 0], ceil, count_include_pad: true);
    }

    public static Tensor GlobalAverage(NodeCall node) => node.Input(0).mean(Places(node), keepdim: true);

    public static Tensor GlobalMax(NodeCall node) => node.Input(0).amax(Places(node), keepdim: true);

    private static long[] Places(NodeCall node) => [.. Enumerable.Range(2, (int)node.Input(0).dim() - 2).Select(i => (long)i)];
}
