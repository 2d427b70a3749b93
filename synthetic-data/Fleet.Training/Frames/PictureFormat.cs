namespace Fleet.Training.Frames;

/// <summary>A kind of picture file, known by its first bytes.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Endings">Of file names, the usual one first.</param>
/// <param name="Readable">Whether Fleet reads it.</param>
internal sealed record PictureFormat(string Name, IReadOnlyList<string> Endings, bool Readable)
{
    public static readonly PictureFormat Jpeg = new("JPEG", [".jpg", ".jpeg"], Readable: true);
    public static readonly PictureFormat Png = new("PNG", [".png"], Readable: true);
    public static readonly PictureFormat WebP = new("WebP", [".webp"], Readable: true);
    public static readonly PictureFormat Tiff = new("TIFF", [".tiff", ".tif"], Readable: true);

    // what is found under a picture's name in real sets
    private static readonly (PictureFormat Format, int At, byte[] Magic)[] Known =
    [
        (Jpeg, 0, [0xFF, 0xD8, 0xFF]),
        (Png, 0, [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A]),
        (WebP, 8, [.. "WEBP"u8]),
        (Tiff, 0, [.. "II*\0"u8]),
        (Tiff, 0, [.. "MM\0*"u8]),
        (Other("BigTIFF"), 0, [.. "II+\0"u8]),
        (Other("GIF", ".gif"), 0, [.. "GIF8"u8]),
        (Other("BMP", ".bmp"), 0, [.. "BM"u8]),
        (Other("AVIF", ".avif"), 4, [.. "ftypavif"u8]),
        (Other("HEIC", ".heic", ".heif"), 4, [.. "ftyp"u8]),
        (Other("JPEG XL", ".jxl"), 4, [.. "JXL "u8]),
        (Other("JPEG 2000", ".jp2"), 4, [.. "jP  "u8]),
        (Other("Photoshop file", ".psd"), 0, [.. "8BPS"u8]),
        (Other("PDF", ".pdf"), 0, [.. "%PDF"u8]),
        (Other("ZIP archive", ".zip"), 0, [.. "PK\x03\x04"u8]),
        (Other("Git LFS pointer: the picture itself was not fetched (git lfs pull)"), 0, [.. "version https://git-lfs"u8]),
        (Other("web page", ".html"), 0, [.. "<"u8]),
    ];

    /// <summary>The format of a file that begins with <paramref name="head"/>; null for none that is known.</summary>
    public static PictureFormat? Of(ReadOnlySpan<byte> head)
    {
        foreach (var (format, at, magic) in Known)
        {
            if (head.Length >= at + magic.Length && head.Slice(at, magic.Length).SequenceEqual(magic))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Whether a file's name says what it is.</summary>
    public bool FitsEnding(string ending) => Endings.Contains(ending, StringComparer.OrdinalIgnoreCase);

    private static PictureFormat Other(string name, params string[] endings) => new(name, endings, Readable: false);
}
