using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>CenterNet: heat [1,C,h,w], sizes [1,2,h,w] (w, h) and offsets of the centre [1,2,h,w] (x, y), both in cells. A centre is a cell that none of its eight neighbours exceeds.</summary>
/// <remarks>Source: github.com/xingyizhou/CenterNet, src/lib/models/decode.py (<c>ctdet_decode</c>).</remarks>
internal sealed class CenterNetHead(HeadMatch match, InputSpec input, int classes, ScoreMap map) : IHead
{
    private float[] _heat = [];

    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        var heat = outputs[match.Roles[0]];
        var (height, width) = (heat.Shape[2], heat.Shape[3]);
        var (cells, sizes) = (height * width, outputs[match.Roles[1]].Values);
        var offsets = match.Roles.Count > 2 ? outputs[match.Roles[2]].Values : null;
        var (strideX, strideY) = ((float)input.WidthPx / width, (float)input.HeightPx / height);
        _heat = _heat.Length == classes * cells ? _heat : new float[classes * cells];
        heat.Values.AsSpan(0, _heat.Length).CopyTo(_heat);
        map.Apply(_heat);
        for (var i = 0; i < _heat.Length; i++)
        {
            var (label, cell) = (i / cells, i % cells);
            if (_heat[i] >= floor && IsPeak(_heat.AsSpan(label * cells, cells), cell, width, height))
            {
                var x = ((cell % width) + (offsets?[cell] ?? 0.5f)) * strideX;
                var y = ((cell / width) + (offsets?[cells + cell] ?? 0.5f)) * strideY;
                Candidates.Add(into, label, _heat[i], Candidates.Centred(x, y, sizes[cell] * strideX, sizes[cells + cell] * strideY));
            }
        }
    }

    private static bool IsPeak(ReadOnlySpan<float> map, int cell, int width, int height)
    {
        var (x, y) = (cell % width, cell / width);
        for (var row = Math.Max(y - 1, 0); row <= Math.Min(y + 1, height - 1); row++)
        {
            for (var column = Math.Max(x - 1, 0); column <= Math.Min(x + 1, width - 1); column++)
            {
                if (map[(row * width) + column] > map[cell])
                {
                    return false;
                }
            }
        }

        return true;
    }
}
