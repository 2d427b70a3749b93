using Fleet.Vision;
using SkiaSharp;

namespace Fleet.ControlPlane.Looks;

/// <summary>Pictures in the child; nothing decodes them in the server.</summary>
internal static class LookPictures
{
    private const long MaxPixels = 64L << 20;
    private const int Quality = 82;

    /// <returns>Null where the file is no whole picture, or a larger one than is looked at.</returns>
    public static SKBitmap? Decode(string path)
    {
        using var codec = SKCodec.Create(path);
        if (codec is null || (long)codec.Info.Width * codec.Info.Height > MaxPixels || Math.Max(codec.Info.Width, codec.Info.Height) > Frame.MaxSidePx)
        {
            return null;
        }

        var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Unpremul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        return null;
    }

    public static Frame FrameOf(SKBitmap bitmap)
    {
        var bgra = bitmap.GetPixelSpan();
        var frame = new Frame(bitmap.Width, bitmap.Height, channels: 3);
        var into = frame.Span;
        for (int from = 0, to = 0; to < into.Length; from += 4, to += 3)
        {
            bgra.Slice(from, 3).CopyTo(into[to..]);
        }

        return frame;
    }

    /// <returns>A JPEG.</returns>
    public static byte[] Shrink(SKBitmap bitmap, LookCut cut)
    {
        var (width, height) = (Math.Min(cut.WidthPx, bitmap.Width), Math.Min(cut.HeightPx, bitmap.Height));
        var scale = Math.Min(1, cut.IntoWidthPx / (double)width);
        using var picture = SKImage.FromBitmap(bitmap);
        using var small = new SKBitmap(new SKImageInfo(Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)), SKColorType.Bgra8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(small))
        {
            canvas.DrawImage(picture, new SKRect(0, 0, width, height), new SKRect(0, 0, small.Width, small.Height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }

        using var encoded = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return encoded.ToArray();
    }
}
