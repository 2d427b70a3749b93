using System.Buffers.Binary;

namespace Fleet.Vision;

/// <summary>Writes frames to a pipe: 16 bytes of header (<c>FLT1</c>, width, height, channels as int32, little-endian), then for each frame its index (int64) and its pixels.</summary>
public sealed class RawFrameWriter
{
    private readonly Stream _stream;
    private readonly (int Width, int Height, int Channels) _size;
    private readonly byte[] _index = new byte[RawFrameHeader.IndexBytes];

    private RawFrameWriter(Stream stream, (int Width, int Height, int Channels) size) => (_stream, _size) = (stream, size);

    /// <summary>Writes the header.</summary>
    public static async Task<RawFrameWriter> StartAsync(Stream stream, int widthPx, int heightPx, int channels, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(RawFrameHeader.Of(widthPx, heightPx, channels), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        return new(stream, (widthPx, heightPx, channels));
    }

    /// <summary>Writes and flushes one frame.</summary>
    /// <exception cref="ArgumentException">The frame has another size than the header said.</exception>
    public async Task WriteAsync(Frame frame, CancellationToken cancellationToken)
    {
        if ((frame.WidthPx, frame.HeightPx, frame.Channels) != _size)
        {
            throw new ArgumentException($"The frame is {frame.WidthPx}x{frame.HeightPx}x{frame.Channels}; the stream carries {_size.Width}x{_size.Height}x{_size.Channels}.", nameof(frame));
        }

        BinaryPrimitives.WriteInt64LittleEndian(_index, frame.Index);
        await _stream.WriteAsync(_index, cancellationToken);
        await _stream.WriteAsync(frame.Pixels.AsMemory(0, frame.SizeBytes), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }
}

/// <summary>Reads what <see cref="RawFrameWriter"/> wrote.</summary>
public sealed class RawFrameReader
{
    private readonly Stream _stream;
    private readonly byte[] _index = new byte[RawFrameHeader.IndexBytes];

    private RawFrameReader(Stream stream, (int Width, int Height, int Channels) size) =>
        (_stream, WidthPx, HeightPx, Channels) = (stream, size.Width, size.Height, size.Channels);

    /// <summary>Width of every frame, px.</summary>
    public int WidthPx { get; }

    /// <summary>Height of every frame, px.</summary>
    public int HeightPx { get; }

    /// <summary>3 (BGR) or 1 (grey).</summary>
    public int Channels { get; }

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">The stream does not begin with one, or ends before.</exception>
    public static async Task<RawFrameReader> StartAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[RawFrameHeader.SizeBytes];
        var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken);
        return new(stream, RawFrameHeader.Read(header.AsSpan(0, read)));
    }

    /// <summary>Reads the next frame into <paramref name="frame"/>; its capture time is the caller's to set.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="EndOfStreamException">The stream ended within a frame.</exception>
    public async ValueTask<bool> ReadAsync(Frame frame, CancellationToken cancellationToken)
    {
        var read = await _stream.ReadAtLeastAsync(_index, _index.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return false;
        }

        if (read < _index.Length)
        {
            throw new EndOfStreamException($"The frame stream ended {read} bytes into a frame.");
        }

        frame.Reshape(WidthPx, HeightPx, Channels);
        frame.Index = BinaryPrimitives.ReadInt64LittleEndian(_index);
        await _stream.ReadExactlyAsync(frame.Pixels.AsMemory(0, frame.SizeBytes), cancellationToken);
        return true;
    }
}

internal static class RawFrameHeader
{
    public const int SizeBytes = 16;
    public const int IndexBytes = 8;

    private static ReadOnlySpan<byte> Magic => "FLT1"u8;

    public static byte[] Of(int widthPx, int heightPx, int channels)
    {
        var header = new byte[SizeBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), widthPx);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), heightPx);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), channels);
        return header;
    }

    public static (int Width, int Height, int Channels) Read(ReadOnlySpan<byte> header)
    {
        if (header.Length < SizeBytes || !header.StartsWith(Magic))
        {
            throw new InvalidDataException($"{header.Length} bytes that are no frame stream came; wanted is the header FLT1, width, height, channels. Likely the program that should render ended with an error.");
        }

        var (width, height, channels) = (
            BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        return width is > 0 and <= Frame.MaxSidePx && height is > 0 and <= Frame.MaxSidePx && channels is 1 or 3
            ? (width, height, channels)
            : throw new InvalidDataException($"The frame stream says {width}x{height} with {channels} channels; wanted are sides of 1 to {Frame.MaxSidePx} px and 1 or 3 channels.");
    }
}
