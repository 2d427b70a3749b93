using TorchSharp;
using static TorchSharp.torch;

namespace Fleet.Training.Networks;

/// <summary>The window that a convolution or a pool moves over a picture.</summary>
/// <param name="Kernel">Height and width.</param>
/// <param name="Strides">Steps down and to the right.</param>
/// <param name="Dilations">Distance of its places.</param>
/// <param name="Auto">ONNX's <c>auto_pad</c>.</param>
/// <param name="Given">Padding above, left, below and right, where it is not automatic.</param>
internal sealed record Window(long[] Kernel, long[] Strides, long[] Dilations, string Auto, long[] Given)
{
    public static Window Of(NodeCall node, long[] kernel)
    {
        if (kernel.Length != 2)
        {
            throw node.Refuse($"has a kernel of {kernel.Length} dimensions, where 2 are wanted");
        }

        node.Only("auto_pad", "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
        return new Window(kernel, node.Ints("strides", 1, 1), node.Ints("dilations", 1, 1), node.Text("auto_pad", "NOTSET"), node.Ints("pads", 0, 0, 0, 0));
    }

    /// <summary>Pads as little as possible by hand: what is the same on both sides is left to the operator.</summary>
    /// <param name="x">The picture.</param>
    /// <param name="value">Of the padding.</param>
    /// <param name="most">The most padding that the operator takes, by axis.</param>
    /// <returns>The picture, padded or not, and the padding that is left.</returns>
    public (Tensor X, long[] Left) Pad(Tensor x, double value, long[] most)
    {
        var (rows, columns) = (Sides(0, x.shape[2]), Sides(1, x.shape[3]));
        return rows.Before == rows.After && columns.Before == columns.After && rows.Before <= most[0] && columns.Before <= most[1]
            ? (x, [rows.Before, columns.Before])
            : (nn.functional.pad(x, [columns.Before, columns.After, rows.Before, rows.After], PaddingModes.Constant, value), [0, 0]);
    }

    private (long Before, long After) Sides(int axis, long size)
    {
        if (Auto is "NOTSET" or "VALID")
        {
            return Auto == "VALID" ? (0, 0) : (Given[axis], Given[axis + 2]);
        }

        var steps = (size + Strides[axis] - 1) / Strides[axis];
        var all = Math.Max(0, (steps - 1) * Strides[axis] + (Kernel[axis] - 1) * Dilations[axis] + 1 - size);
        return Auto == "SAME_UPPER" ? (all / 2, all - all / 2) : (all - all / 2, all / 2);
    }
}
