using System.Runtime.InteropServices;
using SkiaSharp;

namespace Fleet.Twin.Sensing;

/// <summary>BGR bytes to and from encoded pictures.</summary>
internal static class Jpeg
{
    public static byte[] RoundTrip(byte[] bgr, int width, int height, int quality)
    {
        using var data = Encode(bgr, width, height, SKEncodedImageFormat.Jpeg, quality);
        using var decoded = SKBitmap.Decode(data, new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        return FromBgra(decoded);
    }

    public static SKData Encode(byte[] bgr, int width, int height, SKEncodedImageFormat format, int quality)
    {
        using var bitmap = ToBitmap(bgr, width, height);
        return bitmap.Encode(format, quality);
    }

    public static SKBitmap ToBitmap(byte[] bgr, int width, int height)
    {
        var bgra = new byte[width * height * 4];
        for (int from = 0, to = 0; from < bgr.Length; from += 3, to += 4)
        {
            (bgra[to], bgra[to + 1], bgra[to + 2], bgra[to + 3]) = (bgr[from], bgr[from + 1], bgr[from + 2], 255);
        }

        var bitmap = new SKBitmap(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        Marshal.Copy(bgra, 0, bitmap.GetPixels(), bgra.Length);
        return bitmap;
    }

    /// <summary>Pixels of any picture as BGR bytes, rows from the top.</summary>
    public static byte[] ToBgr(SKBitmap bitmap)
    {
        if (bitmap.ColorType == SKColorType.Bgra8888)
        {
            return FromBgra(bitmap);
        }

        using var bgra = bitmap.Copy(SKColorType.Bgra8888);
        return FromBgra(bgra);
    }

    private static byte[] FromBgra(SKBitmap bitmap)
    {
        var bgra = bitmap.GetPixelSpan();
        var bgr = new byte[bitmap.Width * bitmap.Height * 3];
        for (int from = 0, to = 0; to < bgr.Length; from += 4, to += 3)
        {
            (bgr[to], bgr[to + 1], bgr[to + 2]) = (bgra[from], bgra[from + 1], bgra[from + 2]);
        }

        return bgr;
    }
}
