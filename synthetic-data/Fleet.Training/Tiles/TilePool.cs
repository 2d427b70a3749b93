using Fleet.Training.Graphs;

namespace Fleet.Training.Tiles;

/// <summary>Tiles with their answers.</summary>
/// <param name="Count">How many.</param>
/// <param name="Pixels">[count, 100] levels.</param>
/// <param name="Wanted">1 where an object is, else 0.</param>
internal sealed record TileBatch(int Count, byte[] Pixels, float[] Wanted);

/// <summary>Tiles to learn from: those with an object, some of the rest by chance, and those of the rest that the network takes for one.</summary>
internal sealed class TilePool
{
    private const int Area = TilesGraph.Side * TilesGraph.Side;
    private const int EachFrame = 40;
    private readonly List<byte[]> _objects = [];
    private readonly List<byte[]> _background = [];
    private readonly List<byte[]> _hard = [];

    /// <summary>Tiles with an object so far.</summary>
    public int Objects => _objects.Count;

    /// <summary>Background that the network took for objects so far.</summary>
    public int Hard => _hard.Count;

    /// <summary>Takes from a frame what is worth learning.</summary>
    /// <param name="frame">Not seen before.</param>
    /// <param name="scores">What the network thinks of each tile; null before it has learnt anything.</param>
    /// <param name="random">Of this frame.</param>
    public void Add(TiledFrame frame, float[]? scores, Random random)
    {
        var background = new List<int>();
        for (var tile = 0; tile < frame.Marks.Count; tile++)
        {
            if (frame.Marks[tile] == TileMark.Object)
            {
                _objects.Add(Copy(frame, tile));
            }
            else if (frame.Marks[tile] == TileMark.Background)
            {
                background.Add(tile);
            }
        }

        _background.AddRange(Enumerable.Range(0, EachFrame).Select(_ => Copy(frame, background[random.Next(background.Count)])));
        if (scores is not null)
        {
            _hard.AddRange(background.OrderByDescending(t => scores[t]).Take(EachFrame).Select(t => Copy(frame, t)));
        }
    }

    /// <summary>A third of each kind, turned and mirrored: the sky has no up.</summary>
    public TileBatch Draw(int count, Random random)
    {
        var batch = new TileBatch(count, new byte[count * Area], new float[count]);
        for (var i = 0; i < count; i++)
        {
            var kind = i % 3;
            var from = kind == 0 && _objects.Count > 0 ? _objects : kind == 1 && _hard.Count > 0 ? _hard : _background;
            batch.Wanted[i] = ReferenceEquals(from, _objects) ? 1 : 0;
            Turn(from[random.Next(from.Count)], random.Next(8), batch.Pixels.AsSpan(i * Area, Area));
        }

        return batch;
    }

    private static byte[] Copy(TiledFrame frame, int tile) => frame.Pixels.AsSpan(tile * Area, Area).ToArray();

    private static void Turn(byte[] tile, int way, Span<byte> into)
    {
        const int last = TilesGraph.Side - 1;
        for (var y = 0; y <= last; y++)
        {
            for (var x = 0; x <= last; x++)
            {
                var (toX, toY) = ((way & 1) == 0 ? x : last - x, (way & 2) == 0 ? y : last - y);
                into[(way & 4) == 0 ? (toY * TilesGraph.Side) + toX : (toX * TilesGraph.Side) + toY] = tile[(y * TilesGraph.Side) + x];
            }
        }
    }
}
