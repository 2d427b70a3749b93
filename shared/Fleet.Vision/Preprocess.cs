using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Turns frames into a network's input: resized bilinearly, padded, normalised, in the order of axes that the card says. It reuses its tables, so one belongs to one thread.</summary>
public sealed class Preprocess
{
    private readonly Resampler _resampler = new();
    private readonly int[] _order;
    private readonly float[][] _valueOf;
    private readonly Half[][] _halfOf;
    private readonly byte[][] _byteOf;

    /// <summary>For one input.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an element, colour, fit or layout of no known kind, or a wrong number of means.</exception>
    public Preprocess(InputSpec input)
    {
        InputRules.ThrowIfBroken(input);
        Input = input;
        _order = input.Color switch { "rgb" => [2, 1, 0], "bgr" => [0, 1, 2], _ => [0] };
        _valueOf = [.. _order.Select((_, plane) => Values(plane))];
        _halfOf = [.. _valueOf.Select(values => values.Select(v => (Half)v).ToArray())];
        byte[] same = [.. Enumerable.Range(0, 256).Select(v => (byte)v)];
        _byteOf = [.. _order.Select(_ => same)];
    }

    /// <summary>What is made.</summary>
    public InputSpec Input { get; }

    /// <summary>Planes: 3, or 1 for <c>gray</c>.</summary>
    public int Planes => _order.Length;

    /// <summary>Elements of the tensor, whatever its layout.</summary>
    public int Length => Planes * Input.WidthPx * Input.HeightPx;

    /// <summary>Writes <paramref name="frame"/> for a <c>uint8</c> input.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="tensor">In the input's layout, 0 to 255; overwritten.</param>
    /// <returns>Where the frame lies, to map boxes back.</returns>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length, or the input is not <c>uint8</c>.</exception>
    public Placement Write(Frame frame, Span<byte> tensor) => Write(frame, tensor, InputRules.UInt8, _byteOf);

    /// <summary>Writes <paramref name="frame"/> for a <c>float32</c> input: (value * scale - mean) / std.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="tensor">In the input's layout; overwritten.</param>
    /// <returns>Where the frame lies, to map boxes back.</returns>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length, or the input is not <c>float32</c>.</exception>
    public Placement Write(Frame frame, Span<float> tensor) => Write(frame, tensor, InputRules.Float32, _valueOf);

    /// <summary>Writes <paramref name="frame"/> for a <c>float16</c> input: (value * scale - mean) / std, rounded once.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="tensor">In the input's layout; overwritten.</param>
    /// <returns>Where the frame lies, to map boxes back.</returns>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length, or the input is not <c>float16</c>.</exception>
    public Placement Write(Frame frame, Span<Half> tensor) => Write(frame, tensor, InputRules.Float16, _halfOf);

    // the hot loop: lengths are checked here once, values are bytes and each table has 256 entries
    private static void Split<T>(ReadOnlySpan<byte> row, int channels, int channel, ReadOnlySpan<T> valueOf, Span<T> into, int count, int step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row.Length, count * channels);
        ArgumentOutOfRangeException.ThrowIfLessThan(into.Length, ((count - 1) * step) + 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(valueOf.Length, 256);
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), channel);
        ref var table = ref MemoryMarshal.GetReference(valueOf);
        ref var target = ref MemoryMarshal.GetReference(into);
        for (int i = 0, at = 0, end = count * step; at < end; i += channels, at += step)
        {
            Unsafe.Add(ref target, at) = Unsafe.Add(ref table, Unsafe.Add(ref source, i));
        }
    }

    private static void Fill<T>(Span<T> into, T value, int count, int step)
    {
        if (step == 1)
        {
            into[..count].Fill(value);
            return;
        }

        for (var x = 0; x < count; x++)
        {
            into[x * step] = value;
        }
    }

    private static void Mix<T>(ReadOnlySpan<byte> row, ReadOnlySpan<T> valueOf, Span<T> into, int count, int step)
    {
        for (int x = 0, i = 0; x < count; x++, i += 3)
        {
            into[x * step] = valueOf[((29 * row[i]) + (150 * row[i + 1]) + (77 * row[i + 2]) + 128) >> 8];
        }
    }

    private float[] Values(int plane)
    {
        var (mean, std) = (Input.Mean.Count == 0 ? 0 : Input.Mean[plane], Input.Std.Count == 0 ? 1 : Input.Std[plane]);
        var values = new float[256];
        for (var value = 0; value < values.Length; value++)
        {
            values[value] = ((value * Input.Scale) - mean) / std;
        }

        return values;
    }

    private Placement Write<T>(Frame frame, Span<T> tensor, string element, T[][] valueOf)
    {
        if (tensor.Length != Length || Input.Element != element)
        {
            throw new ArgumentException($"{tensor.Length} elements of {element} were given; wanted are {Length} of {Input.Element}.", nameof(tensor));
        }

        var placement = Placement.Of(Input, frame.WidthPx, frame.HeightPx);
        var width = Placement.Side(frame.WidthPx, placement.ScaleX, Input.WidthPx);
        var height = Placement.Side(frame.HeightPx, placement.ScaleY, Input.HeightPx);
        var (left, top) = ((int)placement.OffsetX, (int)placement.OffsetY);
        Pad(tensor, valueOf, new(left, top, width, height));
        for (var y = 0; y < height; y++)
        {
            WriteRow(_resampler.Row(frame, y, width, height), frame.Channels, valueOf, tensor, left, top + y, width);
        }

        return placement;
    }

    // a row without pixels is padding
    private void WriteRow<T>(ReadOnlySpan<byte> row, int channels, T[][] valueOf, Span<T> tensor, int left, int y, int width)
    {
        var run = Input.Layout == Layouts.Tiles ? Input.TilePx : width;
        for (var plane = 0; plane < Planes; plane++)
        {
            for (var x = 0; x < width;)
            {
                // up to the edge of the tile that this column lies in
                var count = Math.Min(run - (Input.Layout == Layouts.Tiles ? (left + x) % run : 0), width - x);
                var (at, step) = Place(plane, left + x, y);
                WriteRun(row[(x * channels)..], channels, plane, valueOf[plane], tensor[at..], count, step);
                x += count;
            }
        }
    }

    /// <summary>Where a value lies in the tensor, and how far its right neighbour is.</summary>
    private (int At, int Step) Place(int plane, int x, int y)
    {
        if (Input.Layout == Layouts.Nhwc)
        {
            return ((((y * Input.WidthPx) + x) * Planes) + plane, Planes);
        }

        if (Input.Layout == Layouts.Nchw)
        {
            return ((((plane * Input.HeightPx) + y) * Input.WidthPx) + x, 1);
        }

        var side = Input.TilePx;
        var tile = (y / side * (Input.WidthPx / side)) + (x / side);
        return ((((((tile * Planes) + plane) * side) + (y % side)) * side) + (x % side), 1);
    }

    private void WriteRun<T>(ReadOnlySpan<byte> row, int channels, int plane, T[] valueOf, Span<T> into, int count, int step)
    {
        if (row.IsEmpty)
        {
            Fill(into, valueOf[Input.Pad], count, step);
        }
        else if (channels == 1)
        {
            Split(row, channels, channel: 0, valueOf, into, count, step);
        }
        else if (Planes == 1)
        {
            Mix<T>(row, valueOf, into, count, step);
        }
        else
        {
            Split(row, channels, _order[plane], valueOf, into, count, step);
        }
    }

    private void Pad<T>(Span<T> tensor, T[][] valueOf, System.Drawing.Rectangle inside)
    {
        for (var y = 0; y < Input.HeightPx; y++)
        {
            var isOutside = y < inside.Top || y >= inside.Bottom;
            var (before, after) = isOutside ? (Input.WidthPx, 0) : (inside.Left, Input.WidthPx - inside.Right);
            if (before > 0)
            {
                WriteRow([], channels: 0, valueOf, tensor, left: 0, y, before);
            }

            if (after > 0)
            {
                WriteRow([], channels: 0, valueOf, tensor, inside.Right, y, after);
            }
        }
    }
}
