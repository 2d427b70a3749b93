using Fleet.Training.Graphs;

namespace Fleet.Training.Tiles;

/// <summary>Tiles with their answers.</summary>
/// <param name="Count">How many.</param>
/// <param name="Pixels">[count, 100] levels.</param>
/// <param name="Wanted">1 where an object is, else 0.</param>
internal sealed record TileBatch(int Count, byte[] Pixels, float[] Wanted);

/// <summary>Tiles of [100] levels that one search through fresh frames brought.</summary>
/// <param name="Objects">Those with an object.</param>
/// <param name="Background">Some of the rest, by chance.</param>
/// <param name="Hard">Of the rest, those that the network takes for an object.</param>
internal sealed record TileFinds(List<byte[]> Objects, List<byte[]> Background, List<byte[]> Hard)
{
    private const int EachFrame = 40;

    public TileFinds()
        : this([], [], [])
    {
    }

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
                Objects.Add(Copy(frame, tile));
            }
            else if (frame.Marks[tile] == TileMark.Background)
            {
                background.Add(tile);
            }
        }

        Background.AddRange(Enumerable.Range(0, EachFrame).Select(_ => Copy(frame, background[random.Next(background.Count)])));
        if (scores is not null)
        {
            Hard.AddRange(background.OrderByDescending(t => scores[t]).Take(EachFrame).Select(t => Copy(frame, t)));
        }
    }

    private static byte[] Copy(TiledFrame frame, int tile) => frame.Pixels.AsSpan(tile * TilePool.Area, TilePool.Area).ToArray();
}

/// <summary>Tiles to learn from: a third of each kind, as long as there are some.</summary>
internal sealed class TilePool
{
    /// <summary>Levels of a tile.</summary>
    public const int Area = TilesGraph.Side * TilesGraph.Side;

    private readonly TileFinds _all = new();

    public void Add(TileFinds finds)
    {
        _all.Objects.AddRange(finds.Objects);
        _all.Background.AddRange(finds.Background);
        _all.Hard.AddRange(finds.Hard);
    }

    /// <summary>A third of each kind, turned and mirrored: the sky has no up.</summary>
    public TileBatch Draw(int count, Random random)
    {
        var batch = new TileBatch(count, new byte[count * Area], new float[count]);
        for (var i = 0; i < count; i++)
        {
            var kind = i % 3;
            var from = kind == 0 && _all.Objects.Count > 0 ? _all.Objects : kind == 1 && _all.Hard.Count > 0 ? _all.Hard : _all.Background;
            batch.Wanted[i] = ReferenceEquals(from, _all.Objects) ? 1 : 0;
            Turn(from[random.Next(from.Count)], random.Next(8), batch.Pixels.AsSpan(i * Area, Area));
        }

        return batch;
    }

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
