using SkiaSharp;

namespace Fleet.Training.Frames;

/// <summary>What the first bytes of a picture say.</summary>
/// <param name="Format">What it is, whatever its name.</param>
/// <param name="Size">Width and height, px.</param>
/// <param name="Bits">Of one channel: 8 or 16.</param>
/// <param name="Turned">It carries a note to be shown turned or mirrored, which readers follow or not.</param>
internal sealed record PictureHeader(PictureFormat Format, FrameSize Size, int Bits, bool Turned)
{
    private const int HeadBytes = 64;
    private const string Wanted = "wanted is a JPEG, PNG, WebP or TIFF file";

    /// <summary>Reads it; null where the file cannot be used, with why.</summary>
    public static PictureHeader? Read(string path, out (string Code, string Text)? problem)
    {
        problem = null;
        Span<byte> head = stackalloc byte[HeadBytes];
        using (var file = File.OpenRead(path))
        {
            head = head[..file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)];
        }

        var format = PictureFormat.Of(head);
        if (format is not { Readable: true })
        {
            problem = head.IsEmpty ? ("picture-corrupt", "The file is empty.")
                : format is null ? ("picture-format", $"The file is no picture of a known kind; {Wanted}.")
                : ("picture-format", $"The file is a {format.Name}; {Wanted}. Convert it.");
            return null;
        }

        var header = format == PictureFormat.Tiff ? Tiffs.Header(path) : Of(path, format);
        if (header is null)
        {
            problem = ("picture-corrupt", $"The file begins as a {format.Name} but its header cannot be read: it is damaged, or of a kind that is not known (TIFF: 8 or 16 bits a channel).");
        }

        return header;
    }

    private static PictureHeader? Of(string path, PictureFormat format)
    {
        using var codec = SKCodec.Create(path);
        return codec is null ? null : new PictureHeader(format, new FrameSize(codec.Info.Width, codec.Info.Height), Bits: 8, codec.EncodedOrigin != SKEncodedOrigin.TopLeft);
    }
}
