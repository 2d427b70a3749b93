using System.Numerics;

namespace Fleet.Twin.Sensing;

/// <summary>Blur, smear and sharpening of a BGR picture in place.</summary>
internal static class Smoothing
{
    private const int One = 1 << 12;

    public static void Blur(byte[] bgr, byte[] scratch, int width, int height, float deviation)
    {
        var kernel = Gaussian(deviation);
        Along(bgr, scratch, width * 3, height, 3, kernel);
        Down(scratch, bgr, width * 3, height, kernel);
    }

    public static void Sharpen(byte[] bgr, byte[] scratch, int width, int height, float strength)
    {
        var soft = (byte[])bgr.Clone();
        Blur(soft, scratch, width, height, 0.9f);
        var factor = (int)(strength * 256);
        for (var i = 0; i < bgr.Length; i++)
        {
            bgr[i] = (byte)Math.Clamp(bgr[i] + (((bgr[i] - soft[i]) * factor) >> 8), 0, 255);
        }
    }

    /// <summary>Averages along a line of <paramref name="length"/> px, as a moving camera does.</summary>
    public static void Smear(byte[] bgr, byte[] scratch, int width, int height, float length, float angle)
    {
        var steps = Math.Max(2, (int)MathF.Ceiling(length) + 1);
        var offsets = new (int X, int Y)[steps];
        for (var i = 0; i < steps; i++)
        {
            var t = ((i / (steps - 1f)) - 0.5f) * length;
            offsets[i] = ((int)MathF.Round(t * MathF.Cos(angle)), (int)MathF.Round(t * MathF.Sin(angle)));
        }

        bgr.CopyTo(scratch, 0);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                int b = 0, g = 0, r = 0;
                foreach (var (dx, dy) in offsets)
                {
                    var at = ((Math.Clamp(y + dy, 0, height - 1) * width) + Math.Clamp(x + dx, 0, width - 1)) * 3;
                    b += scratch[at];
                    g += scratch[at + 1];
                    r += scratch[at + 2];
                }

                var to = ((y * width) + x) * 3;
                (bgr[to], bgr[to + 1], bgr[to + 2]) = ((byte)(b / steps), (byte)(g / steps), (byte)(r / steps));
            }
        }
    }

    private static int[] Gaussian(float deviation)
    {
        var radius = Math.Max(1, (int)MathF.Ceiling(deviation * 2.5f));
        var weights = new double[(radius * 2) + 1];
        for (var i = -radius; i <= radius; i++)
        {
            weights[i + radius] = Math.Exp(-i * i / (2.0 * deviation * deviation));
        }

        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => (int)Math.Round(w / sum * One));
    }

    private static void Along(byte[] from, byte[] to, int stride, int height, int step, int[] kernel)
    {
        var radius = kernel.Length / 2 * step;
        var padded = new byte[stride + (2 * radius)];
        var sums = new int[stride];
        for (var y = 0; y < height; y++)
        {
            var row = from.AsSpan(y * stride, stride);
            row.CopyTo(padded.AsSpan(radius));
            for (var i = 0; i < radius; i++)
            {
                padded[i] = row[i % step];
                padded[radius + stride + i] = row[stride - step + (i % step)];
            }

            Array.Fill(sums, One / 2);
            for (var k = 0; k < kernel.Length; k++)
            {
                Accumulate(sums, padded.AsSpan(k * step, stride), kernel[k]);
            }

            Settle(sums, to.AsSpan(y * stride, stride));
        }
    }

    private static void Down(byte[] from, byte[] to, int stride, int height, int[] kernel)
    {
        var radius = kernel.Length / 2;
        var sums = new int[stride];
        for (var y = 0; y < height; y++)
        {
            Array.Fill(sums, One / 2);
            for (var k = 0; k < kernel.Length; k++)
            {
                Accumulate(sums, from.AsSpan(Math.Clamp(y + k - radius, 0, height - 1) * stride, stride), kernel[k]);
            }

            Settle(sums, to.AsSpan(y * stride, stride));
        }
    }

    private static void Accumulate(Span<int> sums, ReadOnlySpan<byte> row, int weight)
    {
        var weights = new Vector<int>(weight);
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out Vector<ushort> low, out Vector<ushort> high);
            AddWide(sums[i..], low, weights);
            AddWide(sums[(i + Vector<ushort>.Count)..], high, weights);
        }

        for (; i < row.Length; i++)
        {
            sums[i] += row[i] * weight;
        }
    }

    private static void AddWide(Span<int> sums, Vector<ushort> values, Vector<int> weights)
    {
        Vector.Widen(values, out var low, out var high);
        (new Vector<int>(sums) + (Vector.AsVectorInt32(low) * weights)).CopyTo(sums);
        var rest = sums[Vector<int>.Count..];
        (new Vector<int>(rest) + (Vector.AsVectorInt32(high) * weights)).CopyTo(rest);
    }

    private static void Settle(ReadOnlySpan<int> sums, Span<byte> into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = (byte)Math.Min(255, sums[i] >> 12);
        }
    }
}
