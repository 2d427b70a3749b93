using SkiaSharp;

namespace Fleet.Twin.Own;

/// <summary>A picture of the user's, cut to what it shows.</summary>
internal sealed class Picture : IDisposable
{
    private const long MostPixels = 64_000_000;
    private const int LongestSide = 1024;

    /// <summary>A border pixel differs from the corners by no more than this.</summary>
    private const int Alike = 18;

    private Picture(SKBitmap bitmap) => Bitmap = bitmap;

    public SKBitmap Bitmap { get; private set; }

    /// <summary>Width over height.</summary>
    public float Aspect => Bitmap.Width / (float)Bitmap.Height;

    /// <exception cref="UnfitFileException">It is no picture, or too large or small.</exception>
    public static Picture Read(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data) ?? throw new UnfitFileException("but that is no picture that can be read; a PNG, JPEG or WebP is wanted");
        var header = codec.Info;
        if (header.Width < 8 || header.Height < 8 || (long)header.Width * header.Height > MostPixels)
        {
            throw new UnfitFileException($"but that picture has {header.Width} x {header.Height} px; at least 8 px a side and up to {MostPixels / 1_000_000} megapixels are wanted");
        }

        var bitmap = new SKBitmap(new SKImageInfo(header.Width, header.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new UnfitFileException("but that picture is damaged or cut off");
        }

        var picture = new Picture(bitmap);
        picture.Shrink();
        return picture;
    }

    /// <summary>Cuts away a border of one colour, as packshots have.</summary>
    public Picture Trimmed()
    {
        int right = Bitmap.Width - 1, bottom = Bitmap.Height - 1;
        var corner = Bitmap.GetPixel(0, 0);
        if (new[] { Bitmap.GetPixel(right, 0), Bitmap.GetPixel(0, bottom), Bitmap.GetPixel(right, bottom) }.Any(c => !IsLike(c, corner)))
        {
            return this;
        }

        int left = 0, top = 0;
        bool Column(int x) => Enumerable.Range(0, Bitmap.Height).All(y => IsLike(Bitmap.GetPixel(x, y), corner));
        bool Row(int y) => Enumerable.Range(0, Bitmap.Width).All(x => IsLike(Bitmap.GetPixel(x, y), corner));
        while (left < right && Column(left))
        {
            left++;
        }

        while (right > left && Column(right))
        {
            right--;
        }

        while (top < bottom && Row(top))
        {
            top++;
        }

        while (bottom > top && Row(bottom))
        {
            bottom--;
        }

        // what is all one colour is a picture of that colour
        if (right - left >= 4 && bottom - top >= 4)
        {
            Replace(Part(SKRectI.Create(left, top, right - left + 1, bottom - top + 1)));
        }

        return this;
    }

    public void Dispose() => Bitmap.Dispose();

    private static bool IsLike(SKColor a, SKColor b) =>
        a.Alpha < 16 ? b.Alpha < 16 : Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue) <= Alike;

    private void Shrink()
    {
        var shrink = LongestSide / (float)Math.Max(Bitmap.Width, Bitmap.Height);
        if (shrink < 1)
        {
            var size = Bitmap.Info.WithSize(Math.Max(8, (int)(Bitmap.Width * shrink)), Math.Max(8, (int)(Bitmap.Height * shrink)));
            Replace(Bitmap.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)));
        }
    }

    private SKBitmap Part(SKRectI part)
    {
        var cut = new SKBitmap(Bitmap.Info.WithSize(part.Width, part.Height));
        using var canvas = new SKCanvas(cut);
        using var whole = SKImage.FromBitmap(Bitmap);
        canvas.DrawImage(whole, -part.Left, -part.Top, new SKSamplingOptions(SKFilterMode.Nearest), null);
        canvas.Flush();
        return cut;
    }

    private void Replace(SKBitmap other)
    {
        Bitmap.Dispose();
        Bitmap = other;
    }
}
