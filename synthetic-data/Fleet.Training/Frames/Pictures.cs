using Fleet.Contracts;
using Fleet.Vision;
using SkiaSharp;

namespace Fleet.Training.Frames;

/// <summary>A picture file with what a person says is in it.</summary>
internal sealed record LabelledPicture(string Path, IReadOnlyList<Annotation> Annotations);

/// <summary>Picture files in and out of memory.</summary>
internal static class Pictures
{
    /// <summary>Reads a JPEG, PNG, WebP or TIFF.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.SamplePicture"/>: not a whole picture.</exception>
    public static Frame Read(string path) => Decode(File.ReadAllBytes(path), path);

    /// <summary>Decodes a JPEG, PNG, WebP or TIFF; <paramref name="name"/> is what a message calls it.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.SamplePicture"/>: not a whole picture.</exception>
    public static Frame Decode(byte[] file, string name) =>
        (PictureFormat.Of(file) == PictureFormat.Tiff ? Tiffs.Decode(file) : Decode(file)) ?? throw NotAPicture(name);

    private static Frame? Decode(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null)
        {
            return null;
        }

        using var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Unpremul));
        // the library would fill the lost part of a file that was cut off with grey, and call it read
        return codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success ? Strip(bitmap.GetPixelSpan(), bitmap.Width, bitmap.Height) : null;
    }

    /// <summary>Encodes without loss.</summary>
    public static byte[] Png(Frame frame)
    {
        using var bitmap = Bitmap(frame);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    /// <summary>A part of the frame as JPEG, no side longer than <paramref name="longestPx"/>.</summary>
    public static byte[] Jpeg(Frame frame, Box part, int longestPx)
    {
        const int Quality = 82;
        using var bitmap = Bitmap(frame);
        var scale = Math.Min(1f, longestPx / Math.Max(part.Width, part.Height));
        var info = new SKImageInfo(Math.Max(1, (int)(part.Width * scale)), Math.Max(1, (int)(part.Height * scale)), SKColorType.Bgra8888, SKAlphaType.Opaque);
        using var small = new SKBitmap(info);
        using var canvas = new SKCanvas(small);
        using var image = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(image, new SKRect(part.X, part.Y, part.X + part.Width, part.Y + part.Height), new SKRect(0, 0, info.Width, info.Height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), null);
        canvas.Flush();
        using var data = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }

    /// <summary>A copy no larger than <paramref name="longestPx"/>.</summary>
    public static Frame Reduce(Frame frame, int longestPx)
    {
        var scale = Math.Min(1f, (float)longestPx / Math.Max(frame.WidthPx, frame.HeightPx));
        using var bitmap = Bitmap(frame);
        using var small = bitmap.Resize(
            new SKImageInfo((int)(frame.WidthPx * scale), (int)(frame.HeightPx * scale), SKColorType.Bgra8888, SKAlphaType.Opaque),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return Strip(small.Bytes, small.Width, small.Height);
    }

    /// <summary>The frame as a bitmap to draw on.</summary>
    public static SKBitmap Bitmap(Frame frame)
    {
        var bitmap = new SKBitmap(new SKImageInfo(frame.WidthPx, frame.HeightPx, SKColorType.Bgra8888, SKAlphaType.Opaque));
        var to = bitmap.GetPixelSpan();
        var from = frame.Span;
        for (var i = 0; i < frame.WidthPx * frame.HeightPx; i++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                to[i * 4 + channel] = from[i * frame.Channels + Math.Min(channel, frame.Channels - 1)];
            }

            to[i * 4 + 3] = 255;
        }

        return bitmap;
    }

    private static ProblemException NotAPicture(string name) =>
        new(Problems.SamplePicture, $"{name} is no picture that can be read: it is damaged or of another kind; wanted is a JPEG, PNG, WebP or TIFF file.");

    private static Frame Strip(ReadOnlySpan<byte> bgra, int width, int height)
    {
        var frame = new Frame(width, height, channels: 3);
        var pixels = frame.Span;
        for (var i = 0; i < width * height; i++)
        {
            bgra.Slice(i * 4, 3).CopyTo(pixels[(i * 3)..]);
        }

        return frame;
    }
}
