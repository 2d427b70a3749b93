using System.Buffers.Binary;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Samples;

/// <summary>The size a JPEG really has, read from its frame header without decoding a pixel.</summary>
internal readonly record struct JpegHeader(int WidthPx, int HeightPx)
{
    private const byte StartOfScan = 0xDA;

    /// <exception cref="ProblemException"><see cref="Problems.SamplePicture"/>: not a whole JPEG with 1 or 3 planes of 8 bits.</exception>
    public static JpegHeader Read(ReadOnlySpan<byte> jpeg)
    {
        if (jpeg.Length < 4 || jpeg[0] != 0xFF || jpeg[1] != 0xD8)
        {
            throw Refuse("The frame does not begin as a JPEG does. Send a JPEG.");
        }

        if (jpeg[^2] != 0xFF || jpeg[^1] != 0xD9)
        {
            throw Refuse("The JPEG does not end with its end marker: it was cut short or carries something else behind it. Send the whole file and nothing more.");
        }

        JpegHeader? size = null;
        for (var at = 2; ;)
        {
            var segment = Segment(jpeg, ref at, out var marker);
            if (IsFrame(marker))
            {
                size = size is null ? Frame(segment) : throw Refuse("The JPEG has two frame headers. Send a plain JPEG.");
            }
            else if (marker == StartOfScan)
            {
                return size ?? throw Refuse("The JPEG has no frame header before its first scan. Send a plain JPEG.");
            }
        }
    }

    private static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> jpeg, ref int at, out byte marker)
    {
        while (at < jpeg.Length - 1 && jpeg[at] == 0xFF && jpeg[at + 1] == 0xFF)
        {
            at++;
        }

        if (at + 4 > jpeg.Length || jpeg[at] != 0xFF)
        {
            throw Refuse($"The JPEG's header is damaged at byte {at}. Send a plain JPEG.");
        }

        marker = jpeg[at + 1];
        var begin = at + 4;
        var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
        if (end < begin || end > jpeg.Length)
        {
            throw Refuse($"A JPEG segment at byte {at} has an impossible length. Send a plain JPEG.");
        }

        at = end;
        return jpeg[begin..end];
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static JpegHeader Frame(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6 || segment[0] != 8 || segment[5] is not (1 or 3))
        {
            throw Refuse("The JPEG has neither 1 nor 3 planes of 8 bits. Send a grey or colour JPEG.");
        }

        var size = new JpegHeader(BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..]));
        return size is { WidthPx: > 0, HeightPx: > 0 } ? size : throw Refuse("The JPEG says that it has no size. Send a plain JPEG.");
    }

    private static ProblemException Refuse(string detail) => new(Problems.SamplePicture, detail);
}
