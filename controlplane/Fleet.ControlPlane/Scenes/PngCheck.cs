using System.Buffers.Binary;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Scenes;

/// <summary>Whether bytes are one whole PNG and nothing else; no pixel is decoded.</summary>
internal static class PngCheck
{
    private const int MaxSidePx = 16_384;
    private const int ChunkFrameBytes = 12;
    private const uint Head = 0x49484452;
    private const uint End = 0x49454E44;
    private const uint Pixels = 0x49444154;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="ProblemException"><see cref="Problems.SceneInvalid"/>.</exception>
    public static PictureSize Read(ReadOnlySpan<byte> png)
    {
        if (!png.StartsWith(Signature))
        {
            throw Refuse("it does not begin as a PNG does");
        }

        PictureSize? size = null;
        var hasPixels = false;
        for (var at = Signature.Length; ;)
        {
            var part = Chunk(png, ref at);
            if ((size is null) != (part.Type == Head))
            {
                throw Refuse("its header is not where it belongs");
            }

            size ??= Size(part.Content);
            hasPixels |= part.Type == Pixels;
            if (part.Type == End)
            {
                return at == png.Length && hasPixels ? size : throw Refuse("it has no pixels, or something else lies behind its end");
            }
        }
    }

    private static Part Chunk(ReadOnlySpan<byte> png, ref int at)
    {
        if (png.Length - at < ChunkFrameBytes)
        {
            throw Refuse("it breaks off");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
        if (length > png.Length - at - ChunkFrameBytes)
        {
            throw Refuse($"a part at byte {at} says that it is longer than the file");
        }

        var type = BinaryPrimitives.ReadUInt32BigEndian(png[(at + 4)..]);
        var content = png.Slice(at + 8, (int)length);
        at += ChunkFrameBytes + (int)length;
        return new Part(type, content);
    }

    private static PictureSize Size(ReadOnlySpan<byte> header)
    {
        if (header.Length != 13)
        {
            throw Refuse("its header has another length than a PNG's");
        }

        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        return width is > 0 and <= MaxSidePx && height is > 0 and <= MaxSidePx
            ? new PictureSize((int)width, (int)height)
            : throw Refuse($"it says that it is {width} x {height} px; 1 to {MaxSidePx} are taken each way");
    }

    private static ProblemException Refuse(string why) =>
        new(Problems.SceneInvalid, $"The contact sheet is not a PNG that can be shown: {why}. Make it with fleet twin push.");

    private readonly ref struct Part(uint type, ReadOnlySpan<byte> content)
    {
        public uint Type { get; } = type;

        public ReadOnlySpan<byte> Content { get; } = content;
    }
}
