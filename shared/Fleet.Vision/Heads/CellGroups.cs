using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Joins cells of a map that touch, corners included, into objects: a box around them, with the highest of their scores.</summary>
internal sealed class CellGroups(int width, int height, float cellWidthPx, float cellHeightPx)
{
    private readonly bool[] _taken = new bool[width * height];
    private readonly Stack<int> _open = new();

    /// <summary>Adds an object for each group of cells from <paramref name="threshold"/> on, then for each group of the others from <paramref name="floor"/> on that touches none of those.</summary>
    /// <param name="label">Index of the class.</param>
    /// <param name="scores">[height, width], 0 to 1.</param>
    /// <param name="floor">0 to 1.</param>
    /// <param name="threshold">0 to 1.</param>
    /// <param name="into">Added to.</param>
    public void Add(int label, ReadOnlySpan<float> scores, float floor, float threshold, List<Candidate> into)
    {
        _taken.AsSpan().Clear();
        Join(label, scores, threshold, takesNeighbours: true, into);
        if (floor < threshold)
        {
            Join(label, scores, floor, takesNeighbours: false, into);
        }
    }

    private void Join(int label, ReadOnlySpan<float> scores, float least, bool takesNeighbours, List<Candidate> into)
    {
        for (var cell = 0; cell < scores.Length; cell++)
        {
            if (scores[cell] >= least && !_taken[cell])
            {
                _taken[cell] = true;
                _open.Push(cell);
                into.Add(Group(label, scores, least, takesNeighbours));
            }
        }
    }

    private Candidate Group(int label, ReadOnlySpan<float> scores, float least, bool takesNeighbours)
    {
        var (left, top, right, bottom, best) = (width, height, -1, -1, 0f);
        while (_open.TryPop(out var cell))
        {
            var (x, y) = (cell % width, cell / width);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
            best = Math.Max(best, scores[cell]);
            Spread(x, y, scores, least, takesNeighbours);
        }

        return new(label, Math.Min(best, 1), new Box(left * cellWidthPx, top * cellHeightPx, (right + 1 - left) * cellWidthPx, (bottom + 1 - top) * cellHeightPx));
    }

    private void Spread(int x, int y, ReadOnlySpan<float> scores, float least, bool takesNeighbours)
    {
        for (var row = Math.Max(y - 1, 0); row <= Math.Min(y + 1, height - 1); row++)
        {
            for (var column = Math.Max(x - 1, 0); column <= Math.Min(x + 1, width - 1); column++)
            {
                var cell = (row * width) + column;
                var joins = scores[cell] >= least;
                if (!_taken[cell] && joins)
                {
                    _open.Push(cell);
                }

                _taken[cell] |= joins || takesNeighbours;
            }
        }
    }
}
