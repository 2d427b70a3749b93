namespace Fleet.Vision;

/// <summary>A picture in 132 small numbers: where its edges run, what colour and how bright its parts are. Alike pictures lie close together. One thread at a time.</summary>
public sealed class FrameEmbedding
{
    /// <summary>How many numbers an embedding has.</summary>
    public const int Length = (Cells * Directions) + (Cells * 3);

    private const int Columns = 32;
    private const int Rows = 24;
    private const int CellSide = 8;
    private const int CellColumns = Columns / CellSide;
    private const int Cells = CellColumns * (Rows / CellSide);
    private const int Directions = 8;
    private const int SamplesPerSide = 4;

    /// <summary>Edges tell most of what is in a picture, light least.</summary>
    private const float EdgeWeight = 0.7f;
    private const float ColourWeight = 1;
    private const float LightWeight = 0.4f;

    /// <summary>Keeps the noise of an empty picture from counting as edges, greys.</summary>
    private const float EdgeFloor = 60;

    private readonly float[] _grey = new float[Columns * Rows];
    private readonly float[] _parts = new float[Length];

    /// <summary>How far apart two pictures are: 0 for the same, about 1 for two that have nothing in common.</summary>
    /// <param name="a">An embedding, <see cref="Length"/> numbers.</param>
    /// <param name="b">Another one.</param>
    public static double Distance(ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b)
    {
        var sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            var apart = a[i] - b[i];
            sum += apart * apart;
        }

        return Math.Sqrt(sum) / sbyte.MaxValue;
    }

    /// <summary>Describes a picture.</summary>
    /// <param name="frame">The picture, grey or BGR.</param>
    /// <param name="into"><see cref="Length"/> numbers; overwritten.</param>
    public void Write(Frame frame, Span<sbyte> into)
    {
        Array.Clear(_parts);
        Reduce(frame);
        AddEdges();
        for (var i = 0; i < Length; i++)
        {
            into[i] = (sbyte)Math.Clamp(MathF.Round(_parts[i] * sbyte.MaxValue), -sbyte.MaxValue, sbyte.MaxValue);
        }
    }

    private void Reduce(Frame frame)
    {
        for (var row = 0; row < Rows; row++)
        {
            var (top, bottom) = Span(row, Rows, frame.HeightPx);
            for (var column = 0; column < Columns; column++)
            {
                var (left, right) = Span(column, Columns, frame.WidthPx);
                var (blue, green, red) = Mean(frame, left, right, top, bottom);
                _grey[(row * Columns) + column] = (blue + green + green + red) / 4;
                Paint(CellOf(row, column), blue, green, red);
            }
        }
    }

    private static (int From, int To) Span(int index, int count, int sidePx)
    {
        var from = Math.Min(index * sidePx / count, sidePx - 1);
        return (from, Math.Max(from + 1, (index + 1) * sidePx / count));
    }

    private static int CellOf(int row, int column) => (row / CellSide * CellColumns) + (column / CellSide);

    private static (float Blue, float Green, float Red) Mean(Frame frame, int left, int right, int top, int bottom)
    {
        var (stepX, stepY) = (Math.Max(1, (right - left) / SamplesPerSide), Math.Max(1, (bottom - top) / SamplesPerSide));
        var pixels = frame.Span;
        var channels = frame.Channels;
        var (blue, green, red, count) = (0, 0, 0, 0);
        for (var y = top; y < bottom; y += stepY)
        {
            for (var x = left; x < right; x += stepX, count++)
            {
                var at = ((y * frame.WidthPx) + x) * channels;
                blue += pixels[at];
                green += pixels[at + (channels == 1 ? 0 : 1)];
                red += pixels[at + (channels == 1 ? 0 : 2)];
            }
        }

        return (blue / (float)count, green / (float)count, red / (float)count);
    }

    private void Paint(int cell, float blue, float green, float red)
    {
        const float share = 1f / (CellSide * CellSide * byte.MaxValue);
        const int colours = Cells * Directions;
        const int lights = colours + (2 * Cells);
        _parts[colours + (2 * cell)] += ColourWeight * share * (blue - green);
        _parts[colours + (2 * cell) + 1] += ColourWeight * share * (red - green);
        _parts[lights + cell] += LightWeight * share * green / MathF.Sqrt(Cells) * 2;
    }

    private void AddEdges()
    {
        for (var row = 1; row < Rows - 1; row++)
        {
            for (var column = 1; column < Columns - 1; column++)
            {
                var at = (row * Columns) + column;
                var (dx, dy) = (_grey[at + 1] - _grey[at - 1], _grey[at + Columns] - _grey[at - Columns]);
                var strength = MathF.Sqrt((dx * dx) + (dy * dy));
                var direction = (int)((MathF.Atan2(dy, dx) + MathF.PI) / MathF.PI * Directions) % Directions;
                _parts[(CellOf(row, column) * Directions) + direction] += strength;
            }
        }

        var edges = _parts.AsSpan(0, Cells * Directions);
        var length = 0f;
        foreach (var edge in edges)
        {
            length += edge * edge;
        }

        var scale = EdgeWeight / (MathF.Sqrt(length) + EdgeFloor);
        foreach (ref var edge in edges)
        {
            edge *= scale;
        }
    }
}
