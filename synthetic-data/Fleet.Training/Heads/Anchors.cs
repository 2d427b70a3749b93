using static TorchSharp.torch;

namespace Fleet.Training.Heads;

/// <summary>The places at which a detector looks for objects.</summary>
/// <param name="X">Middle of each, input px.</param>
/// <param name="Y">The same downwards.</param>
/// <param name="Strides">Side of each cell, px.</param>
internal sealed record AnchorGrid(float[] X, float[] Y, float[] Strides)
{
    public int Count => X.Length;

    /// <summary>Grids that follow each other, row by row.</summary>
    /// <param name="grids">Columns, rows and stride of each, px.</param>
    /// <param name="middle">Where in its cell a place is: 0 the corner, 0.5 the middle.</param>
    public static AnchorGrid Of(IEnumerable<(int Columns, int Rows, float StrideX, float StrideY)> grids, float middle)
    {
        var (x, y, strides) = (new List<float>(), new List<float>(), new List<float>());
        foreach (var (columns, rows, strideX, strideY) in grids)
        {
            for (var cell = 0; cell < columns * rows; cell++)
            {
                x.Add(((cell % columns) + middle) * strideX);
                y.Add(((cell / columns) + middle) * strideY);
                strides.Add(Math.Max(strideX, strideY));
            }
        }

        return new([.. x], [.. y], [.. strides]);
    }
}

/// <summary>What a detector says at each place, decoded.</summary>
/// <param name="Boxes">[pictures, places, 4]: left, top, right, bottom, input px.</param>
/// <param name="Classes">[pictures, places, classes], 0 to 1.</param>
/// <param name="Objectness">[pictures, places], 0 to 1; null where the classes alone say whether something is there.</param>
internal sealed record Anchors(Tensor Boxes, Tensor Classes, Tensor? Objectness);

/// <summary>Reads one kind of head.</summary>
internal interface IAnchorReader
{
    /// <summary>Where it looks; of the middle of its cells, for the choice of who learns what.</summary>
    AnchorGrid Grid { get; }

    /// <summary>Whether the classes of a place sum to 1.</summary>
    bool IsExclusive { get; }

    Anchors Read(IReadOnlyDictionary<string, Tensor> values);
}
