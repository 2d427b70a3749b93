namespace Fleet.Vision.Tracking;

/// <summary>Gives each row at most one column and each column at most one row, so that the sum of weights is the largest there is. Pairs without a rival are joined at once, the others by <see cref="HungarianMethod"/>. It uses its memory again.</summary>
internal sealed class Assignment
{
    private const int None = -1;
    private readonly List<(int Row, int Column, float Weight)> _pairs = [];
    private readonly List<int> _rivalRows = [];
    private readonly List<int> _rivalColumns = [];
    private readonly HungarianMethod _rivals = new();
    private int[] _columnOf = [];
    private int[] _pairsOfRow = [];
    private int[] _pairsOfColumn = [];
    private int[] _placeOfRow = [];
    private int[] _placeOfColumn = [];

    public void Begin(int rows, int columns)
    {
        _pairs.Clear();
        _columnOf = Filled(_columnOf, rows, None);
        _pairsOfRow = Filled(_pairsOfRow, rows, 0);
        _pairsOfColumn = Filled(_pairsOfColumn, columns, 0);
        _placeOfRow = Filled(_placeOfRow, rows, None);
        _placeOfColumn = Filled(_placeOfColumn, columns, None);
    }

    /// <summary>These two may be joined; pairs that are not added never are.</summary>
    public void Add(int row, int column, float weight)
    {
        _pairs.Add((row, column, weight));
        _pairsOfRow[row]++;
        _pairsOfColumn[column]++;
    }

    /// <returns>-1 for a row that got none.</returns>
    public int ColumnOf(int row) => _columnOf[row];

    public void Solve()
    {
        _rivalRows.Clear();
        _rivalColumns.Clear();
        foreach (var (row, column, _) in _pairs)
        {
            if (HasNoRival(row, column))
            {
                _columnOf[row] = column;
                continue;
            }

            Place(_placeOfRow, row, _rivalRows);
            Place(_placeOfColumn, column, _rivalColumns);
        }

        if (_rivalRows.Count > 0)
        {
            SolveRivals();
        }
    }

    private bool HasNoRival(int row, int column) => _pairsOfRow[row] == 1 && _pairsOfColumn[column] == 1;

    private void SolveRivals()
    {
        _rivals.Begin(_rivalRows.Count, _rivalColumns.Count);
        foreach (var (row, column, weight) in _pairs)
        {
            if (!HasNoRival(row, column))
            {
                _rivals.Weigh(_placeOfRow[row], _placeOfColumn[column], weight);
            }
        }

        _rivals.Solve();
        for (var i = 0; i < _rivalRows.Count; i++)
        {
            var column = _rivals.ColumnOf(i);
            _columnOf[_rivalRows[i]] = column < 0 ? None : _rivalColumns[column];
        }
    }

    private static void Place(int[] places, int index, List<int> into)
    {
        if (places[index] == None)
        {
            places[index] = into.Count;
            into.Add(index);
        }
    }

    private static int[] Filled(int[] array, int length, int value)
    {
        array = array.Length < length ? new int[Math.Max(length, 2 * array.Length)] : array;
        Array.Fill(array, value);
        return array;
    }
}
