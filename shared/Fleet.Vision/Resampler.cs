using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fleet.Vision;

/// <summary>Resizes rows of 8-bit pixels bilinearly, pixel centres at half coordinates, weights in 256ths: two rows are blended first, then neighbours within the blend.</summary>
internal sealed class Resampler
{
    private const int One = 256;

    // pixels of three channels are read and written four at a time
    private const int Slack = 1;
    private int[] _left = [];
    private int[] _right = [];
    private ushort[] _weight = [];
    private ushort[] _blend = [];
    private byte[] _row = [];
    private (int Source, int Target, int Channels) _width;

    /// <summary>Row <paramref name="y"/> of <paramref name="frame"/> resized to the given size: [width, channels]; valid until the next call.</summary>
    public ReadOnlySpan<byte> Row(Frame frame, int y, int widthPx, int heightPx)
    {
        if (widthPx == frame.WidthPx && heightPx == frame.HeightPx)
        {
            return RowOf(frame, y);
        }

        Prepare(frame.WidthPx, widthPx, frame.Channels);
        var (upper, lower, weight) = At(y, frame.HeightPx, heightPx);
        Blend(RowOf(frame, upper), RowOf(frame, lower), weight, _blend);
        if (frame.Channels == 3)
        {
            Squeeze3();
        }
        else
        {
            Squeeze1();
        }

        return _row.AsSpan(0, widthPx * frame.Channels);
    }

    private static ReadOnlySpan<byte> RowOf(Frame frame, int y)
    {
        var stride = frame.WidthPx * frame.Channels;
        return frame.Pixels.AsSpan(y * stride, stride);
    }

    private static (int Low, int High, ushort Weight) At(int target, int sourcePx, int targetPx)
    {
        var at = Math.Clamp(((target + 0.5) * sourcePx / targetPx) - 0.5, 0, sourcePx - 1);
        var low = (int)at;
        return (low, Math.Min(low + 1, sourcePx - 1), (ushort)Math.Round((at - low) * One));
    }

    private static void Blend(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, ushort weight, Span<ushort> into)
    {
        var (a, b) = (new Vector<ushort>((ushort)(One - weight)), new Vector<ushort>(weight));
        var i = 0;
        for (; i <= upper.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(upper[i..]), out var upperLow, out var upperHigh);
            Vector.Widen(new Vector<byte>(lower[i..]), out var lowerLow, out var lowerHigh);
            ((upperLow * a) + (lowerLow * b)).CopyTo(into[i..]);
            ((upperHigh * a) + (lowerHigh * b)).CopyTo(into[(i + Vector<ushort>.Count)..]);
        }

        for (; i < upper.Length; i++)
        {
            into[i] = (ushort)((upper[i] * (One - weight)) + (lower[i] * weight));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Mix(int left, int right, int weight) => (byte)((((left << 8) + ((right - left) * weight)) + 32768) >> 16);

    private void Prepare(int sourcePx, int targetPx, int channels)
    {
        if (_width == (sourcePx, targetPx, channels))
        {
            return;
        }

        _width = (sourcePx, targetPx, channels);
        (_left, _right, _weight) = (new int[targetPx], new int[targetPx], new ushort[targetPx]);
        (_blend, _row) = (new ushort[(sourcePx * channels) + Slack], new byte[(targetPx * channels) + Slack]);
        for (var x = 0; x < targetPx; x++)
        {
            (var left, var right, _weight[x]) = At(x, sourcePx, targetPx);
            (_left[x], _right[x]) = (left * channels, right * channels);
        }
    }

    // one pixel at a time in four lanes, the fourth of which the next pixel overwrites
    private void Squeeze3()
    {
        ref var blend = ref MemoryMarshal.GetArrayDataReference(_blend);
        ref var row = ref MemoryMarshal.GetArrayDataReference(_row);
        var half = Vector128.Create(32768);
        var lowBytes = Vector128.Create((byte)0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        for (var x = 0; x < _left.Length; x++)
        {
            var left = FourFrom(ref Unsafe.Add(ref blend, _left[x]));
            var right = FourFrom(ref Unsafe.Add(ref blend, _right[x]));
            var mixed = ((left << 8) + ((right - left) * _weight[x]) + half) >> 16;
            var bytes = Vector128.Shuffle(mixed.AsByte(), lowBytes).AsUInt32().ToScalar();
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref row, x * 3), bytes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> FourFrom(ref ushort first) => Vector128.WidenLower(
        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref first))).AsUInt16()).AsInt32();

    private void Squeeze1()
    {
        for (var x = 0; x < _left.Length; x++)
        {
            _row[x] = Mix(_blend[_left[x]], _blend[_right[x]], _weight[x]);
        }
    }
}
