using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>NanoDet: for each grid, classes [1,n,C] after the sigmoid and distances [1,n,4*b]: for each of left, top, right, bottom the logits of b bins (a distribution over 0 … b-1 strides, whose mean is the distance). Cells are measured from their middle. NanoDet-Plus: [1,n,C+32] of strides 8 to 64 together, measured from their corner.</summary>
/// <remarks>Source: github.com/RangiLyu/nanodet, demo_ncnn/nanodet.cpp before and after version 1.0. Grids round up.</remarks>
internal sealed class NanoDetHead : IHead
{
    private readonly HeadMatch _match;
    private readonly InputSpec _input;
    private readonly int _classes;
    private readonly IReadOnlyList<int> _strides;
    private readonly bool _isPlus;
    private readonly float[] _bins;

    public NanoDetHead(HeadMatch match, InputSpec input, int classes, IReadOnlyList<HeadOutput> outputs)
    {
        (_match, _input, _classes, _isPlus) = (match, input, classes, match.Form == HeadForm.OneOutput);
        _strides = _isPlus || match.Roles.Count == 8 ? HeadKinds.FourStrides : HeadKinds.YoloxStrides;
        _bins = new float[_isPlus ? (outputs[0].Shape[2] - classes) / 4 : outputs[match.Roles[1]].Shape[2] / 4];
    }

    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var (first, sides) = (0, _bins.Length * 4);
        for (var grid = 0; grid < _strides.Count; grid++)
        {
            var stride = _strides[grid];
            var (width, height) = (HeadKinds.Up(_input.WidthPx, stride), HeadKinds.Up(_input.HeightPx, stride));
            for (var cell = 0; cell < width * height; cell++)
            {
                var scores = _isPlus ? outputs[0].Values.AsSpan((first + cell) * (_classes + sides), _classes) : outputs[_match.Roles[2 * grid]].Values.AsSpan(cell * _classes, _classes);
                var best = Candidates.Best(scores);
                if (scores[best] >= floor)
                {
                    var logits = _isPlus
                        ? outputs[0].Values.AsSpan(((first + cell) * (_classes + sides)) + _classes, sides)
                        : outputs[_match.Roles[(2 * grid) + 1]].Values.AsSpan(cell * sides, sides);
                    Candidates.Add(into, best, scores[best], BoxOf(logits, cell % width, cell / width, stride));
                }
            }

            first += width * height;
        }
    }

    private Box BoxOf(ReadOnlySpan<float> logits, int gridX, int gridY, int stride)
    {
        var middle = _isPlus ? 0 : 0.5f;
        var (x, y) = ((gridX + middle) * stride, (gridY + middle) * stride);
        var (left, top) = (Distance(logits, 0) * stride, Distance(logits, 1) * stride);
        var (right, bottom) = (Distance(logits, 2) * stride, Distance(logits, 3) * stride);
        return new Box(x - left, y - top, left + right, top + bottom);
    }

    private float Distance(ReadOnlySpan<float> logits, int side)
    {
        logits.Slice(side * _bins.Length, _bins.Length).CopyTo(_bins);
        ScoreMap.Softmax(_bins);
        var mean = 0f;
        for (var bin = 1; bin < _bins.Length; bin++)
        {
            mean += bin * _bins[bin];
        }

        return mean;
    }
}
