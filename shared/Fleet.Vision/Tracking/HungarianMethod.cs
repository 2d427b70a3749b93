namespace Fleet.Vision.Tracking;

/// <summary>The assignment of largest weight by shortest augmenting paths with potentials: at most rows² x columns steps. A pair of weight 0 is none.</summary>
internal sealed class HungarianMethod
{
    private int _rows;
    private int _columns;
    private int _wanted;
    private float[] _cost = [];
    private float[] _rowPotential = [];
    private float[] _columnPotential = [];
    private float[] _slack = [];
    private int[] _rowOf = [];
    private int[] _cameFrom = [];
    private bool[] _visited = [];
    private int[] _columnOf = [];

    /// <summary>All pairs weigh nothing. Where there are more rows than columns, empty columns are added.</summary>
    public void Begin(int rows, int columns)
    {
        (_rows, _columns, _wanted) = (rows, Math.Max(rows, columns), columns);
        Grow(ref _cost, _rows * _columns);
        Grow(ref _rowPotential, _rows + 1);
        Grow(ref _columnPotential, _columns + 1);
        Grow(ref _slack, _columns + 1);
        Grow(ref _rowOf, _columns + 1);
        Grow(ref _cameFrom, _columns + 1);
        Grow(ref _visited, _columns + 1);
        Grow(ref _columnOf, _rows);
        Array.Fill(_cost, 1f);
        Array.Clear(_rowPotential);
        Array.Clear(_columnPotential);
        Array.Clear(_rowOf);
        Array.Fill(_columnOf, -1);
    }

    /// <param name="row">From 0.</param>
    /// <param name="column">From 0.</param>
    /// <param name="weight">0 to 1.</param>
    public void Weigh(int row, int column, float weight) => _cost[(row * _columns) + column] = 1 - weight;

    /// <returns>-1 for a row that got none.</returns>
    public int ColumnOf(int row) => _columnOf[row];

    public void Solve()
    {
        // rows and columns count from 1 here; column 0 holds the row that is being placed
        for (var row = 1; row <= _rows; row++)
        {
            _rowOf[0] = row;
            Augment(FindFree());
        }

        for (var column = 1; column <= _wanted; column++)
        {
            var row = _rowOf[column];
            if (row > 0 && _cost[((row - 1) * _columns) + column - 1] < 1)
            {
                _columnOf[row - 1] = column - 1;
            }
        }
    }

    private int FindFree()
    {
        Array.Fill(_slack, float.MaxValue);
        Array.Clear(_visited);
        var at = 0;
        do
        {
            _visited[at] = true;
            var (next, step) = Relax(at);
            for (var column = 0; column <= _columns; column++)
            {
                if (_visited[column])
                {
                    _rowPotential[_rowOf[column]] += step;
                    _columnPotential[column] -= step;
                }
                else
                {
                    _slack[column] -= step;
                }
            }

            at = next;
        }
        while (_rowOf[at] != 0);
        return at;
    }

    private (int Next, float Step) Relax(int at)
    {
        var row = _rowOf[at];
        var (next, step) = (0, float.MaxValue);
        for (var column = 1; column <= _columns; column++)
        {
            if (_visited[column])
            {
                continue;
            }

            var reduced = _cost[((row - 1) * _columns) + column - 1] - _rowPotential[row] - _columnPotential[column];
            if (reduced < _slack[column])
            {
                (_slack[column], _cameFrom[column]) = (reduced, at);
            }

            if (_slack[column] < step)
            {
                (step, next) = (_slack[column], column);
            }
        }

        return (next, step);
    }

    private void Augment(int column)
    {
        while (column != 0)
        {
            var before = _cameFrom[column];
            _rowOf[column] = _rowOf[before];
            column = before;
        }
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[Math.Max(length, 2 * array.Length)];
        }
    }
}
