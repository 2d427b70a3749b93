using Fleet.Contracts;
using Fleet.Onnx.Schema;

namespace Fleet.Onnx;

/// <summary>The 2:4 pattern of a network's weights.</summary>
public static class SparsityReport
{
    /// <summary>One entry for each layer that multiplies by a constant weight, in graph order; more of each is in <see cref="ModelInspection"/>.</summary>
    public static IReadOnlyList<LayerSparsity> Of(ModelProto model) =>
        [.. ModelInspection.Of(model, log: null).Layers.Select(l => new LayerSparsity(l.Weight, l.Shape, l.Eligible, l.Valid, l.MacShare))];

    /// <summary>Whether every group of 4 along the input channels of <paramref name="weights"/> has at most 2 non-zeros, and the input channels divide into such groups.</summary>
    /// <param name="weights">[out, in, taps], row by row.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="inputs">Input channels.</param>
    public static bool IsTwoOfFour(ReadOnlySpan<float> weights, int outputs, int inputs)
    {
        if (outputs < 1 || inputs < 4 || inputs % 4 != 0 || weights.Length % ((long)outputs * inputs) != 0)
        {
            return false;
        }

        var taps = weights.Length / (outputs * inputs);
        for (var group = 0; group < outputs * inputs / 4; group++)
        {
            for (var tap = 0; tap < taps; tap++)
            {
                var at = (group * 4 * taps) + tap;
                var used = (weights[at] != 0 ? 1 : 0) + (weights[at + taps] != 0 ? 1 : 0)
                    + (weights[at + (2 * taps)] != 0 ? 1 : 0) + (weights[at + (3 * taps)] != 0 ? 1 : 0);
                if (used > 2)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
