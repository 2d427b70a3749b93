using Fleet.Contracts;
using Fleet.Training.Graphs;

namespace Fleet.Training.Tiles;

/// <summary>What a tile shows.</summary>
internal enum TileMark : byte
{
    Background,
    Object,

    /// <summary>Touched by too little of an object to say: neither learnt nor judged.</summary>
    Ignored,
}

/// <summary>Which tiles of a frame the labelled objects cross.</summary>
internal static class TileMarks
{
    // a box reaches beyond the stroke by the width of the optics' blur
    private const float BlurPx = 1.9f;
    private const float StepPx = 0.5f;
    private const float TouchPx = 1.5f;
    private const float LeastPx = 3;

    // the twin's (0, 0) is the middle of the first pixel
    private const float HalfPixel = 0.5f;
    private const int Side = TilesGraph.Side;

    /// <summary>A mark for each tile, row by row.</summary>
    /// <param name="grey">[height, width] levels: a box does not say along which of its diagonals the stroke runs, its pixels do.</param>
    /// <param name="widthPx">A multiple of the tile's side.</param>
    /// <param name="boxes">Around the objects, px.</param>
    public static TileMark[] Of(ReadOnlySpan<byte> grey, int widthPx, IEnumerable<Box> boxes)
    {
        var (columns, rows) = (widthPx / Side, grey.Length / widthPx / Side);
        var marks = new TileMark[columns * rows];
        foreach (var box in boxes)
        {
            Mark(marks, columns, rows, Stroke(grey, widthPx, box));
        }

        return marks;
    }

    /// <summary>The box around the tiles that show an object, px: what a classifier of tiles can say of it at best.</summary>
    public static Box Around(ReadOnlySpan<byte> grey, int widthPx, Box box)
    {
        var columns = widthPx / Side;
        var marks = Of(grey, widthPx, [box]);
        int[] shown = [.. Enumerable.Range(0, marks.Length).Where(t => marks[t] == TileMark.Object)];
        if (shown.Length == 0)
        {
            return box;
        }

        var (left, top) = (shown.Min(t => t % columns), shown.Min(t => t / columns));
        return new Box(left * Side, top * Side, (shown.Max(t => t % columns) + 1 - left) * Side, (shown.Max(t => t / columns) + 1 - top) * Side);
    }

    private static void Mark(TileMark[] marks, int columns, int rows, List<(float X, float Y)> stroke)
    {
        var lengths = new Dictionary<int, float>();
        foreach (var (x, y) in stroke)
        {
            foreach (var (dx, dy) in new[] { (0f, 0f), (TouchPx, 0), (-TouchPx, 0), (0, TouchPx), (0, -TouchPx) })
            {
                var (column, row) = ((int)MathF.Floor((x + dx + HalfPixel) / Side), (int)MathF.Floor((y + dy + HalfPixel) / Side));
                if (column >= 0 && column < columns && row >= 0 && row < rows)
                {
                    var tile = (row * columns) + column;
                    lengths[tile] = lengths.GetValueOrDefault(tile) + (dx == 0 && dy == 0 ? StepPx : 0);
                }
            }
        }

        var longest = lengths.Count == 0 ? 0 : lengths.Values.Max();
        foreach (var (tile, length) in lengths)
        {
            var shows = length > 0 && (length >= LeastPx || length == longest);
            marks[tile] = shows || marks[tile] == TileMark.Object ? TileMark.Object : TileMark.Ignored;
        }
    }

    private static List<(float X, float Y)> Stroke(ReadOnlySpan<byte> grey, int widthPx, Box box)
    {
        var (middleX, middleY) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        var (halfX, halfY) = (Math.Max(0, (box.Width / 2) - BlurPx), Math.Max(0, (box.Height / 2) - BlurPx));
        var falling = Points(middleX, middleY, halfX, halfY);
        var rising = Points(middleX, middleY, halfX, -halfY);
        return Brightness(grey, widthPx, falling) >= Brightness(grey, widthPx, rising) ? falling : rising;
    }

    private static List<(float X, float Y)> Points(float x, float y, float halfX, float halfY)
    {
        var half = (int)(MathF.Sqrt((halfX * halfX) + (halfY * halfY)) / StepPx);
        return [.. Enumerable.Range(-half, (2 * half) + 1).Select(i => half == 0 ? (x, y) : (x + (halfX * i / half), y + (halfY * i / half)))];
    }

    private static double Brightness(ReadOnlySpan<byte> grey, int widthPx, List<(float X, float Y)> points)
    {
        var sum = 0.0;
        foreach (var (x, y) in points)
        {
            var (column, row) = (Math.Clamp((int)MathF.Round(x), 0, widthPx - 1), Math.Clamp((int)MathF.Round(y), 0, (grey.Length / widthPx) - 1));
            sum += grey[(row * widthPx) + column];
        }

        return sum / points.Count;
    }
}
