using System.Buffers.Binary;
using Fleet.Vision;

namespace Fleet.Agent.Cameras;

/// <summary>Reads 24-bit bitmaps one after the other: each says its own size, so a stream may change it.</summary>
internal sealed class BmpFrameReader(Stream stream)
{
    private const int HeaderBytes = 54;
    private readonly byte[] _header = new byte[HeaderBytes];
    private byte[] _row = [];
    private long _next;

    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">No 24-bit bitmap.</exception>
    /// <exception cref="EndOfStreamException">The stream ended within a picture.</exception>
    public async ValueTask<bool> ReadAsync(Frame frame, CancellationToken cancellationToken)
    {
        var read = await stream.ReadAtLeastAsync(_header, HeaderBytes, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return false;
        }

        var (offset, width, height, bits) = Header(read);
        if (bits != 24 || width is < 1 or > Frame.MaxSidePx || Math.Abs((long)height) is < 1 or > Frame.MaxSidePx || offset is < HeaderBytes or > 4096)
        {
            throw new InvalidDataException($"ffmpeg gave a picture of {width}x{height} with {bits} bits; wanted are 24.");
        }

        frame.Reshape(width, Math.Abs(height), 3);
        await SkipAsync(offset - HeaderBytes, cancellationToken);
        await RowsAsync(frame, bottomUp: height > 0, cancellationToken);
        frame.Index = _next++;
        return true;
    }

    private (int Offset, int Width, int Height, int Bits) Header(int read) => read < HeaderBytes || _header[0] != 'B' || _header[1] != 'M'
        ? throw new InvalidDataException("ffmpeg gave something that is no bitmap.")
        : (Int(10), Int(18), Int(22), BinaryPrimitives.ReadInt16LittleEndian(_header.AsSpan(28)));

    private int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(_header.AsSpan(at));

    private async ValueTask SkipAsync(int bytes, CancellationToken cancellationToken)
    {
        if (bytes > 0)
        {
            await stream.ReadExactlyAsync(new byte[bytes], cancellationToken);
        }
    }

    private async ValueTask RowsAsync(Frame frame, bool bottomUp, CancellationToken cancellationToken)
    {
        var width = frame.WidthPx * 3;
        var padded = (width + 3) / 4 * 4;
        if (_row.Length < padded)
        {
            _row = new byte[padded];
        }

        for (var y = 0; y < frame.HeightPx; y++)
        {
            await stream.ReadExactlyAsync(_row.AsMemory(0, padded), cancellationToken);
            _row.AsSpan(0, width).CopyTo(frame.Pixels.AsSpan((bottomUp ? frame.HeightPx - 1 - y : y) * width));
        }
    }
}
