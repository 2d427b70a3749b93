using System.Runtime.InteropServices;
using OpenCvSharp;

namespace Fleet.Agent.Cameras;

/// <summary>Brings pictures with more than 8 bits a channel into 8: the range between the darkest and the brightest thousandth of the first picture is spread over 0 to 255 and kept, so that a series does not flicker; it is taken anew when too much of a picture lies outside.</summary>
internal sealed class ToneMap
{
    private const double Tail = 0.001;
    private const double MostOutside = 0.02;
    private const int Levels = 65536;
    private (int Low, int High)? _range;

    /// <returns>An 8-bit picture; the caller's to dispose.</returns>
    public Mat ToEightBits(Mat picture)
    {
        if (picture.Depth() == MatType.CV_8U)
        {
            return picture.Clone();
        }

        using var deep = Deep(picture);
        var histogram = Histogram(deep);
        if (_range is not { } range || Outside(histogram, range) > MostOutside)
        {
            _range = range = Range(histogram);
        }

        var scale = 255.0 / Math.Max(1, range.High - range.Low);
        var shown = new Mat();
        deep.ConvertTo(shown, MatType.CV_8U, scale, -range.Low * scale);
        return shown;
    }

    /// <summary>Floating point and 32 bits are brought to 16 first.</summary>
    private static Mat Deep(Mat picture)
    {
        if (picture.Depth() == MatType.CV_16U)
        {
            return picture.Clone();
        }

        var deep = new Mat();
        Cv2.MinMaxIdx(picture.Reshape(1), out double least, out double most);
        var scale = (Levels - 1) / Math.Max(most - least, double.Epsilon);
        picture.ConvertTo(deep, MatType.CV_16U, scale, -least * scale);
        return deep;
    }

    private static long[] Histogram(Mat picture)
    {
        var counts = new long[Levels];
        var (row, height) = (new short[picture.Width * picture.Channels()], picture.Height);
        for (var y = 0; y < height; y++)
        {
            Marshal.Copy(picture.Ptr(y), row, 0, row.Length);
            foreach (var value in row)
            {
                counts[(ushort)value]++;
            }
        }

        return counts;
    }

    private static (int Low, int High) Range(long[] histogram)
    {
        var tail = (long)(histogram.Sum() * Tail);
        return (Reach(histogram, tail, 0, 1), Reach(histogram, tail, Levels - 1, -1));
    }

    private static int Reach(long[] histogram, long tail, int from, int step)
    {
        var at = from;
        for (var seen = histogram[at]; seen <= tail && at + step is >= 0 and < Levels; seen += histogram[at])
        {
            at += step;
        }

        return at;
    }

    private static double Outside(long[] histogram, (int Low, int High) range) =>
        (histogram.Take(range.Low).Sum() + histogram.Skip(range.High + 1).Sum()) / (double)Math.Max(1, histogram.Sum());
}
