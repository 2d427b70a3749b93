using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>YOLOX: [1,anchors,5+C], one row an anchor: (x, y, log w, log h) in strides relative to its cell, then objectness and classes after the sigmoid. Grids of stride 8, 16, 32 (and 64) follow each other, row by row.</summary>
/// <remarks>Source: github.com/Megvii-BaseDetection/YOLOX, yolox/utils/demo_utils.py (<c>demo_postprocess</c>).</remarks>
internal sealed class YoloxHead(HeadMatch match, InputSpec input, int classes) : IHead
{
    private readonly int[] _strides = [.. match.Form == HeadForm.FourGrids ? HeadKinds.FourStrides : HeadKinds.YoloxStrides];

    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var (values, length, anchor) = (outputs[0].Values, 5 + classes, 0);
        foreach (var stride in _strides)
        {
            var (width, height) = (input.WidthPx / stride, input.HeightPx / stride);
            for (var cell = 0; cell < width * height; cell++, anchor++)
            {
                var row = values.AsSpan(anchor * length, length);
                if (row[4] >= floor)
                {
                    Add(row, cell % width, cell / width, stride, floor, into);
                }
            }
        }
    }

    private static void Add(ReadOnlySpan<float> row, int gridX, int gridY, int stride, float floor, List<Candidate> into)
    {
        var best = Candidates.Best(row[5..]);
        var score = row[4] * row[5 + best];
        if (score >= floor)
        {
            var (x, y) = ((row[0] + gridX) * stride, (row[1] + gridY) * stride);
            Candidates.Add(into, best, score, Candidates.Centred(x, y, MathF.Exp(row[2]) * stride, MathF.Exp(row[3]) * stride));
        }
    }
}
