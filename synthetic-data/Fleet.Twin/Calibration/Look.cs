namespace Fleet.Twin.Calibration;

/// <summary>What a camera's picture tells of the camera, whatever it shows. Levels are 0 to 255.</summary>
/// <param name="Mean">Mean brightness.</param>
/// <param name="Contrast">Standard deviation of the brightness.</param>
/// <param name="Noise">Standard deviation of the noise where the picture is smooth.</param>
/// <param name="Sharpness">Change from one pixel to the next over that across four: near 0.3 in a soft picture, towards 1 in a crisp one.</param>
/// <param name="Colour">Mean distance of a pixel from grey.</param>
/// <param name="Cast">Logarithm of red over blue.</param>
/// <param name="Vignette">Loss of brightness in the corners, 0 to 1; below 0 where they are brighter.</param>
internal readonly record struct Look(double Mean, double Contrast, double Noise, double Sharpness, double Colour, double Cast, double Vignette)
{
    private const int Block = 16;

    /// <param name="bgr">Rows from the top.</param>
    public static Look Of(ReadOnlySpan<byte> bgr, int width, int height)
    {
        var luma = new float[width * height];
        double blue = 0, red = 0, colour = 0, sum = 0, squares = 0;
        for (var i = 0; i < luma.Length; i++)
        {
            int b = bgr[i * 3], g = bgr[(i * 3) + 1], r = bgr[(i * 3) + 2];
            var level = (0.114f * b) + (0.587f * g) + (0.299f * r);
            luma[i] = level;
            blue += b;
            red += r;
            colour += Math.Max(b, Math.Max(g, r)) - Math.Min(b, Math.Min(g, r));
            sum += level;
            squares += level * level;
        }

        var mean = sum / luma.Length;
        return new Look(
            mean,
            Math.Sqrt(Math.Max(0, (squares / luma.Length) - (mean * mean))),
            NoiseOf(luma, width, height),
            Steps(luma, width, height, 1) / Math.Max(0.01, Steps(luma, width, height, 4)),
            colour / luma.Length,
            Math.Log((red + luma.Length) / (blue + luma.Length)),
            VignetteOf(luma, width, height, mean));
    }

    /// <summary>Immerkær's estimate (1996), block by block; the quiet blocks count, for the busy ones hold texture.</summary>
    private static double NoiseOf(float[] luma, int width, int height)
    {
        var blocks = new List<double>();
        for (var top = 1; top + Block < height; top += Block)
        {
            for (var left = 1; left + Block < width; left += Block)
            {
                double sum = 0;
                for (var y = top; y < top + Block; y++)
                {
                    for (var x = left; x < left + Block; x++)
                    {
                        var at = (y * width) + x;
                        sum += Math.Abs(
                            luma[at - width - 1] - (2 * luma[at - width]) + luma[at - width + 1]
                            - (2 * luma[at - 1]) + (4 * luma[at]) - (2 * luma[at + 1])
                            + luma[at + width - 1] - (2 * luma[at + width]) + luma[at + width + 1]);
                    }
                }

                blocks.Add(sum / (Block * Block) * Math.Sqrt(Math.PI / 2) / 6);
            }
        }

        return blocks.Count == 0 ? 0 : Quantiles.Of(blocks, 0.15);
    }

    private static double Steps(float[] luma, int width, int height, int reach)
    {
        double sum = 0;
        for (var y = 0; y < height - reach; y++)
        {
            for (var x = 0; x < width - reach; x++)
            {
                var at = (y * width) + x;
                sum += Math.Abs(luma[at + reach] - luma[at]) + Math.Abs(luma[at + (reach * width)] - luma[at]);
            }
        }

        return sum / Math.Max(1, (width - reach) * (height - reach));
    }

    private static double VignetteOf(float[] luma, int width, int height, double mean)
    {
        double corners = 0;
        var count = 0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                double dx = ((2.0 * x) / width) - 1, dy = ((2.0 * y) / height) - 1;
                if ((dx * dx) + (dy * dy) > 1.4)
                {
                    corners += luma[(y * width) + x];
                    count++;
                }
            }
        }

        return 1 - (corners / Math.Max(1, count) / Math.Max(1, mean));
    }
}

/// <summary>Order statistics.</summary>
internal static class Quantiles
{
    /// <summary>The value below which <paramref name="share"/> of the values lie.</summary>
    public static double Of(IReadOnlyList<double> values, double share)
    {
        var sorted = values.Order().ToList();
        var at = share * (sorted.Count - 1);
        var low = (int)at;
        return low + 1 < sorted.Count ? sorted[low] + ((sorted[low + 1] - sorted[low]) * (at - low)) : sorted[low];
    }
}
