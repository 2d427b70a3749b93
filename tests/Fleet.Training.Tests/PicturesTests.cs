using BitMiracle.LibTiff.Classic;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Training.Frames;
using SkiaSharp;

namespace Fleet.Training.Tests;

public sealed class PicturesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("Png")]
    [InlineData("Webp")]
    [InlineData("Jpeg")]
    public void Reads_the_usual_formats_as_BGR(string format)
    {
        using var bitmap = new SKBitmap(8, 6);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor(250, 120, 10));
        using var data = bitmap.Encode(Enum.Parse<SKEncodedImageFormat>(format), quality: 100);
        File.WriteAllBytes(_folder.At("a"), data.ToArray());

        var frame = Pictures.Read(_folder.At("a"));
        Assert.Equal((8, 6), (frame.WidthPx, frame.HeightPx));
        Assert.All(frame.Span[..3].ToArray().Zip<byte, int>([10, 120, 250]), p => Assert.InRange(p.First - p.Second, -8, 8));
    }

    [Theory]
    [InlineData(8, 200, 200)]
    [InlineData(16, 51200, 200)]
    [InlineData(16, 3344, 13)]
    public void Reads_grey_TIFF_of_8_and_16_bits_from_black_at_0_to_white_at_the_top(int bits, int value, byte expected)
    {
        Tiff(bits, value);
        var frame = Pictures.Read(_folder.At("a.tiff"));
        Assert.Equal((5, 4, bits), (frame.WidthPx, frame.HeightPx, PictureHeader.Read(_folder.At("a.tiff"), out _)!.Bits));
        Assert.All(frame.Span[3..].ToArray(), v => Assert.Equal(expected, v));
        // only the first pixel is black
        Assert.Equal([0, 0, 0], frame.Span[..3].ToArray());
    }

    [Fact]
    public void A_picture_that_was_cut_off_is_refused_instead_of_filled_with_grey()
    {
        using var bitmap = new SKBitmap(200, 200);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        Assert.Throws<ProblemException>(() => Pictures.Decode(data.ToArray()[..^40], "a.png"));
        Tiff(16, 1000);
        Assert.Throws<ProblemException>(() => Pictures.Decode(File.ReadAllBytes(_folder.At("a.tiff"))[..20], "a.tiff"));
    }

    public void Dispose() => _folder.Dispose();

    private void Tiff(int bits, int value)
    {
        using var tiff = BitMiracle.LibTiff.Classic.Tiff.Open(_folder.At("a.tiff"), "w");
        tiff.SetField(TiffTag.IMAGEWIDTH, 5);
        tiff.SetField(TiffTag.IMAGELENGTH, 4);
        tiff.SetField(TiffTag.BITSPERSAMPLE, bits);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
        tiff.SetField(TiffTag.ROWSPERSTRIP, 4);
        for (var row = 0; row < 4; row++)
        {
            var line = new byte[5 * bits / 8];
            for (var column = row == 0 ? 1 : 0; column < 5; column++)
            {
                if (bits == 8)
                {
                    line[column] = (byte)value;
                }
                else
                {
                    BitConverter.TryWriteBytes(line.AsSpan(column * 2), (ushort)value);
                }
            }

            tiff.WriteScanline(line, row);
        }
    }
}
