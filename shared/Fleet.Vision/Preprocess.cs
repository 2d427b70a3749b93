using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Turns frames into a network's input: resized bilinearly, padded, split into planes. It reuses its tables, so one belongs to one thread.</summary>
public sealed class Preprocess
{
    private readonly Resampler _resampler = new();
    private readonly int[] _order;
    private readonly float[][] _valueOf;
    private readonly byte[][] _byteOf;

    /// <summary>For one input.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: an element, colour or fit of no known kind, or a wrong number of means.</exception>
    public Preprocess(InputSpec input)
    {
        InputRules.ThrowIfBroken(input);
        Input = input;
        _order = input.Color switch { "rgb" => [2, 1, 0], "bgr" => [0, 1, 2], _ => [0] };
        _valueOf = [.. _order.Select((_, plane) => Values(plane))];
        var same = new byte[256];
        for (var value = 0; value < same.Length; value++)
        {
            same[value] = (byte)value;
        }

        _byteOf = [.. _order.Select(_ => same)];
    }

    /// <summary>What is made.</summary>
    public InputSpec Input { get; }

    /// <summary>Planes: 3, or 1 for <c>gray</c>.</summary>
    public int Planes => _order.Length;

    /// <summary>Elements of the tensor [1, planes, height, width].</summary>
    public int Length => Planes * Input.WidthPx * Input.HeightPx;

    /// <summary>Writes <paramref name="frame"/> for a <c>uint8</c> input.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="tensor">[1, planes, height, width], 0 to 255; overwritten.</param>
    /// <returns>Where the frame lies, to map boxes back.</returns>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length, or the input is not <c>uint8</c>.</exception>
    public Placement Write(Frame frame, Span<byte> tensor) => Write(frame, tensor, InputRules.UInt8, _byteOf);

    /// <summary>Writes <paramref name="frame"/> for a <c>float32</c> input: (value * scale - mean) / std.</summary>
    /// <param name="frame">BGR or grey, any size.</param>
    /// <param name="tensor">[1, planes, height, width]; overwritten.</param>
    /// <returns>Where the frame lies, to map boxes back.</returns>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length, or the input is not <c>float32</c>.</exception>
    public Placement Write(Frame frame, Span<float> tensor) => Write(frame, tensor, InputRules.Float32, _valueOf);

    // the hot loop: lengths are checked here once, values are bytes and each table has 256 entries
    private static void Split<T>(ReadOnlySpan<byte> row, int channels, int channel, ReadOnlySpan<T> valueOf, Span<T> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row.Length, into.Length * channels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(valueOf.Length, 256);
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), channel);
        ref var table = ref MemoryMarshal.GetReference(valueOf);
        ref var target = ref MemoryMarshal.GetReference(into);
        for (int x = 0, i = 0; x < into.Length; x++, i += channels)
        {
            Unsafe.Add(ref target, x) = Unsafe.Add(ref table, Unsafe.Add(ref source, i));
        }
    }

    private static void Mix<T>(ReadOnlySpan<byte> row, ReadOnlySpan<T> valueOf, Span<T> into)
    {
        for (int x = 0, i = 0; x < into.Length; x++, i += 3)
        {
            into[x] = valueOf[((29 * row[i]) + (150 * row[i + 1]) + (77 * row[i + 2]) + 128) >> 8];
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
            var row = _resampler.Row(frame, y, width, height);
            for (var plane = 0; plane < Planes; plane++)
            {
                var into = tensor.Slice((((plane * Input.HeightPx) + top + y) * Input.WidthPx) + left, width);
                WriteRow(row, frame.Channels, plane, valueOf[plane], into);
            }
        }

        return placement;
    }

    private void WriteRow<T>(ReadOnlySpan<byte> row, int channels, int plane, T[] valueOf, Span<T> into)
    {
        if (channels == 1)
        {
            Split(row, channels, channel: 0, valueOf, into);
        }
        else if (Planes == 1)
        {
            Mix<T>(row, valueOf, into);
        }
        else
        {
            Split(row, channels, _order[plane], valueOf, into);
        }
    }

    private void Pad<T>(Span<T> tensor, T[][] valueOf, System.Drawing.Rectangle inside)
    {
        for (var plane = 0; plane < Planes; plane++)
        {
            var value = valueOf[plane][Input.Pad];
            var area = tensor.Slice(plane * Input.WidthPx * Input.HeightPx, Input.WidthPx * Input.HeightPx);
            area[..(inside.Top * Input.WidthPx)].Fill(value);
            area[(inside.Bottom * Input.WidthPx)..].Fill(value);
            for (var y = inside.Top; y < inside.Bottom && inside.Width < Input.WidthPx; y++)
            {
                var row = area.Slice(y * Input.WidthPx, Input.WidthPx);
                row[..inside.Left].Fill(value);
                row[inside.Right..].Fill(value);
            }
        }
    }
}
