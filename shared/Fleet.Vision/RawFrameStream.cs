namespace Fleet.Vision;

/// <summary>Writes frames to a pipe: 16 bytes of header (<c>FLT1</c>, width, height, channels as int32, little-endian), then for each frame its index (int64) and its pixels.</summary>
public sealed class RawFrameWriter
{
    private RawFrameWriter()
    {
    }

    /// <summary>Writes the header.</summary>
    public static Task<RawFrameWriter> StartAsync(Stream stream, int widthPx, int heightPx, int channels, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Writes and flushes one frame.</summary>
    /// <exception cref="ArgumentException">The frame has another size than the header said.</exception>
    public Task WriteAsync(Frame frame, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>Reads what <see cref="RawFrameWriter"/> wrote.</summary>
public sealed class RawFrameReader
{
    private RawFrameReader()
    {
    }

    /// <summary>Width of every frame, px.</summary>
    public int WidthPx { get; }

    /// <summary>Height of every frame, px.</summary>
    public int HeightPx { get; }

    /// <summary>3 (BGR) or 1 (grey).</summary>
    public int Channels { get; }

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">The stream does not begin with one, or ends before.</exception>
    public static Task<RawFrameReader> StartAsync(Stream stream, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads the next frame into <paramref name="frame"/>; its capture time is the caller's to set.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="EndOfStreamException">The stream ended within a frame.</exception>
    public ValueTask<bool> ReadAsync(Frame frame, CancellationToken cancellationToken) => throw new NotImplementedException();
}
