using Fleet.Training.Frames;

namespace Fleet.Training.Learning;

/// <summary>Where a frame's pixels go: x' = ScaleX x + OffsetX, y' = ScaleY y + OffsetY.</summary>
internal readonly record struct View(float ScaleX, float OffsetX, float ScaleY, float OffsetY)
{
    private const float Farthest = 0.5f;
    private const float Nearest = 1.7f;

    /// <summary>Draws a mirror image half of the time, a zoom most of the time, and slightly other proportions.</summary>
    public static View Draw(FrameSize size, Random random)
    {
        var mirrored = random.NextSingle() < 0.5f;
        var zoom = random.NextSingle() < 0.75f ? MathF.Exp(Chance.Between(random, MathF.Log(Farthest), MathF.Log(Nearest))) : 1;
        var proportion = MathF.Exp(Chance.Normal(random) * 0.1f);
        var (scaleX, offsetX) = Axis(zoom * proportion, size.Width, random);
        var (scaleY, offsetY) = Axis(zoom / proportion, size.Height, random);
        return mirrored ? new View(-scaleX, size.Width - offsetX, scaleY, offsetY) : new View(scaleX, offsetX, scaleY, offsetY);
    }

    public TargetBox Move(TargetBox box)
    {
        var (a, b) = (box.Left * ScaleX + OffsetX, box.Right * ScaleX + OffsetX);
        return box with { Left = Math.Min(a, b), Right = Math.Max(a, b), Top = box.Top * ScaleY + OffsetY, Bottom = box.Bottom * ScaleY + OffsetY };
    }

    /// <summary>Moves planes of bytes, between pixels bilinearly; <paramref name="fill"/> stands where the frame does not reach.</summary>
    public void Warp(ReadOnlySpan<byte> from, FrameSize size, byte fill, Span<byte> into)
    {
        var columns = new (int Left, int Share)[size.Width];
        for (var x = 0; x < size.Width; x++)
        {
            columns[x] = Source(x, ScaleX, OffsetX, size.Width);
        }

        for (var y = 0; y < size.Height; y++)
        {
            var (top, share) = Source(y, ScaleY, OffsetY, size.Height);
            for (var plane = 0; plane < into.Length / size.Pixels; plane++)
            {
                var row = into.Slice(plane * size.Pixels + y * size.Width, size.Width);
                if (top < 0)
                {
                    row.Fill(fill);
                    continue;
                }

                var upper = from.Slice(plane * size.Pixels + top * size.Width, size.Width);
                var lower = from.Slice(plane * size.Pixels + Math.Min(top + 1, size.Height - 1) * size.Width, size.Width);
                Row(upper, lower, share, columns, fill, row);
            }
        }
    }

    private static (float Scale, float Offset) Axis(float scale, int side, Random random) =>
        (scale, side * (1 - scale) / 2 + Chance.Between(random, -0.5f, 0.5f) * Math.Abs(scale - 1) * side);

    private static (int First, int Share) Source(int target, float scale, float offset, int side)
    {
        var at = (target + 0.5f - offset) / scale - 0.5f;
        if (at < -0.5f || at > side - 0.5f)
        {
            return (-1, 0);
        }

        at = Math.Clamp(at, 0, side - 1);
        return ((int)at, (int)((at - (int)at) * 256));
    }

    private static void Row(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, int share, (int Left, int Share)[] columns, byte fill, Span<byte> into)
    {
        for (var x = 0; x < into.Length; x++)
        {
            var (left, across) = columns[x];
            if (left < 0)
            {
                into[x] = fill;
                continue;
            }

            var right = Math.Min(left + 1, into.Length - 1);
            var above = upper[left] * (256 - across) + upper[right] * across;
            var below = lower[left] * (256 - across) + lower[right] * across;
            into[x] = (byte)((above * (256 - share) + below * share + 32768) >> 16);
        }
    }
}
