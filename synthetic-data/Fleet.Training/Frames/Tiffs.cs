using BitMiracle.LibTiff.Classic;
using Fleet.Vision;

namespace Fleet.Training.Frames;

/// <summary>Reads TIFF pictures of 8 and 16 bits a channel; 16 bits are reduced to the upper 8, black at 0 and white at 65,535.</summary>
internal static class Tiffs
{
    private static readonly Quiet Silence = new();

    /// <summary>Size and depth; null where the file cannot be read.</summary>
    public static PictureHeader? Header(string path)
    {
        Tiff.SetErrorHandler(Silence);
        using var tiff = Tiff.Open(path, "r");
        return tiff is null ? null : Header(tiff);
    }

    /// <summary>The first picture of the file; null where it is damaged or not of a known kind.</summary>
    public static Frame? Decode(byte[] file)
    {
        Tiff.SetErrorHandler(Silence);
        using var bytes = new MemoryStream(file);
        using var tiff = Tiff.ClientOpen("memory", "r", bytes, new TiffStream());
        if (tiff is null || Header(tiff) is not { Size: var size })
        {
            return null;
        }

        var raster = new int[size.Pixels];
        if (!tiff.ReadRGBAImageOriented(size.Width, size.Height, raster, Orientation.TOPLEFT, stopOnError: true))
        {
            return null;
        }

        var frame = new Frame(size.Width, size.Height, channels: 3);
        var pixels = frame.Span;
        for (var i = 0; i < raster.Length; i++)
        {
            pixels[(i * 3) + 0] = (byte)Tiff.GetB(raster[i]);
            pixels[(i * 3) + 1] = (byte)Tiff.GetG(raster[i]);
            pixels[(i * 3) + 2] = (byte)Tiff.GetR(raster[i]);
        }

        return frame;
    }

    private static PictureHeader? Header(Tiff tiff)
    {
        var (width, height) = (Field(tiff, TiffTag.IMAGEWIDTH, 0), Field(tiff, TiffTag.IMAGELENGTH, 0));
        var (bits, kind) = (Field(tiff, TiffTag.BITSPERSAMPLE, 1), Field(tiff, TiffTag.SAMPLEFORMAT, (int)SampleFormat.UINT));
        var orientation = Field(tiff, TiffTag.ORIENTATION, (int)Orientation.TOPLEFT);
        var possible = width is > 0 and <= Frame.MaxSidePx && height is > 0 and <= Frame.MaxSidePx && bits is 8 or 16 && kind is (int)SampleFormat.UINT or (int)SampleFormat.VOID;
        return possible ? new PictureHeader(PictureFormat.Tiff, new FrameSize(width, height), bits, orientation != (int)Orientation.TOPLEFT) : null;
    }

    private static int Field(Tiff tiff, TiffTag tag, int otherwise) => tiff.GetField(tag) is [var value, ..] ? value.ToInt() : otherwise;

    /// <summary>Damage is told by the caller, with the file's name; the library would write to the terminal.</summary>
    private sealed class Quiet : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }
    }
}
