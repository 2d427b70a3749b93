namespace Fleet.Bench.Ingest;

/// <summary>Reads the short packets a broker answers with.</summary>
internal sealed class PacketReader(Stream stream)
{
    private const byte Failed = 0x80;
    private readonly byte[] _buffer = new byte[8 << 10];
    private int _start;
    private int _end;

    /// <summary>Waits for the next packet, which must be of <paramref name="header"/> and say yes.</summary>
    /// <param name="header">First byte of the packet.</param>
    /// <param name="reasonAt">Where in the body its reason code is; a body that ends before means success.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BenchFailedException">The broker refused, said something else or went away.</exception>
    public async ValueTask ExpectAsync(byte header, int reasonAt, CancellationToken cancellationToken)
    {
        while (!TryTake(header, reasonAt))
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                throw new BenchFailedException("The broker closed the connection of a publisher; its log says why.");
            }

            _end += read;
        }
    }

    private bool TryTake(byte header, int reasonAt)
    {
        // one byte of length is enough: answers are far shorter than 128 bytes
        var waiting = _buffer.AsSpan(_start, _end - _start);
        if (waiting.Length < 2 || waiting.Length < 2 + waiting[1])
        {
            return false;
        }

        var body = waiting.Slice(2, waiting[1]);
        if (waiting[0] != header || waiting[1] >= 128 || (body.Length > reasonAt && body[reasonAt] >= Failed))
        {
            throw new BenchFailedException($"The broker answered {Convert.ToHexStringLower(waiting[..(2 + body.Length)])} where {header:x2} was expected.");
        }

        _start += 2 + body.Length;
        return true;
    }
}
