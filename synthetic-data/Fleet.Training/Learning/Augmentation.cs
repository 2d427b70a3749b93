using Fleet.Training.Frames;

namespace Fleet.Training.Learning;

/// <summary>Shows a frame as another camera might have: mirrored, nearer or farther, in other light and colours, partly covered.</summary>
internal static class Augmentation
{
    private const float SmallestSidePx = 6;
    private const float SmallestShare = 0.25f;

    /// <summary>Writes an altered copy of <paramref name="frame"/> into <paramref name="into"/> (planes of bytes).</summary>
    /// <returns>Its boxes; those that are nearly cut off are to be ignored.</returns>
    public static List<TargetBox> Apply(LabelledFrame frame, FrameSize size, Random random, Span<byte> into)
    {
        var view = View.Draw(size, random);
        var tables = Tones(random);
        var grey = random.NextSingle() < 0.15f;
        var fill = (byte)random.Next(256);
        view.Warp(frame.Planes, size, fill, into);
        Recolour(into, size.Pixels, tables, grey);
        var boxes = frame.Boxes.Select(b => Clip(view.Move(b), size)).Where(b => b.Width > 1 && b.Height > 1).ToList();
        if (random.NextSingle() < 0.3f)
        {
            Cover(into, size, boxes, random);
        }

        return boxes;
    }

    private static TargetBox Clip(TargetBox box, FrameSize size)
    {
        var cut = box with
        {
            Left = Math.Clamp(box.Left, 0, size.Width),
            Right = Math.Clamp(box.Right, 0, size.Width),
            Top = Math.Clamp(box.Top, 0, size.Height),
            Bottom = Math.Clamp(box.Bottom, 0, size.Height),
        };
        var tooLittle = cut.Area < SmallestShare * box.Area || cut.Width < SmallestSidePx || cut.Height < SmallestSidePx;
        return tooLittle ? cut with { Class = TargetBox.Ignored } : cut;
    }

    private static byte[][] Tones(Random random)
    {
        var gamma = MathF.Exp(Chance.Normal(random) * 0.22f);
        var gain = MathF.Exp(Chance.Normal(random) * 0.15f);
        var tables = new byte[3][];
        for (var plane = 0; plane < 3; plane++)
        {
            var (planeGain, lift) = (gain * MathF.Exp(Chance.Normal(random) * 0.06f), Chance.Normal(random) * 0.03f);
            tables[plane] = new byte[256];
            for (var i = 0; i < 256; i++)
            {
                tables[plane][i] = (byte)(255 * Math.Clamp(MathF.Pow(i / 255f, gamma) * planeGain + lift, 0, 1));
            }
        }

        return tables;
    }

    private static void Recolour(Span<byte> planes, int pixels, byte[][] tables, bool grey)
    {
        if (planes.Length == pixels)
        {
            foreach (ref var pixel in planes)
            {
                pixel = tables[0][pixel];
            }

            return;
        }

        var red = planes[..pixels];
        var green = planes[pixels..(2 * pixels)];
        var blue = planes[(2 * pixels)..];
        for (var i = 0; i < pixels; i++)
        {
            if (grey)
            {
                red[i] = green[i] = blue[i] = (byte)((red[i] * 77 + green[i] * 150 + blue[i] * 29) >> 8);
            }

            (red[i], green[i], blue[i]) = (tables[0][red[i]], tables[grey ? 0 : 1][green[i]], tables[grey ? 0 : 2][blue[i]]);
        }
    }

    private static void Cover(Span<byte> planes, FrameSize size, List<TargetBox> boxes, Random random)
    {
        var (width, height) = (random.Next(Math.Min(8, size.Width / 8), Math.Max(9, size.Width / 5)), random.Next(Math.Min(8, size.Height / 8), Math.Max(9, size.Height / 5)));
        var (left, top) = (random.Next(size.Width - width), random.Next(size.Height - height));
        for (var plane = 0; plane < planes.Length / size.Pixels; plane++)
        {
            var tone = (byte)random.Next(256);
            for (var y = top; y < top + height; y++)
            {
                planes.Slice(plane * size.Pixels + y * size.Width + left, width).Fill(tone);
            }
        }

        for (var i = 0; i < boxes.Count; i++)
        {
            var box = boxes[i];
            var covered = Math.Max(0, Math.Min(box.Right, left + width) - Math.Max(box.Left, left)) * Math.Max(0, Math.Min(box.Bottom, top + height) - Math.Max(box.Top, top));
            if (covered > 0.6f * box.Area)
            {
                boxes[i] = box with { Class = TargetBox.Ignored };
            }
        }
    }
}
