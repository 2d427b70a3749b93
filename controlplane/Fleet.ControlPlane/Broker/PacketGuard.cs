using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Fleet.ControlPlane.Broker;

/// <summary>
/// Ends a connection whose next MQTT packet says it is too large, before any of it is kept: the broker itself has no such limit.
/// The broker takes one packet from each read, so that a read begins where a packet begins.
/// </summary>
internal sealed class PacketGuard(PipeReader inner) : PipeReader
{
    /// <summary>Of the first packet, which comes from someone not yet admitted.</summary>
    public const int MaxFirstBytes = 64 << 10;

    public const int MaxBytes = 256 << 10;

    private const int MaxHeaderBytes = 5;
    private bool _first = true;
    private SequencePosition _start;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Check(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        var read = inner.TryRead(out result);
        if (read)
        {
            Check(result);
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _first &= consumed.Equals(_start);
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Check(ReadResult result)
    {
        _start = result.Buffer.Start;
        var limit = _first ? MaxFirstBytes : MaxBytes;
        if (Length(result.Buffer) > limit)
        {
            inner.AdvanceTo(result.Buffer.End);
            throw new ConnectionAbortedException($"An MQTT packet of more than {limit} bytes was refused.");
        }

        return result;
    }

    /// <summary>The remaining length that the fixed header at the start names; 0 while it is not there yet, the largest number when it is no length.</summary>
    private static long Length(ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[MaxHeaderBytes];
        var some = buffer.Slice(0, Math.Min(buffer.Length, MaxHeaderBytes));
        some.CopyTo(header);
        long length = 0;
        for (var at = 1; at < some.Length; at++)
        {
            length |= (long)(header[at] & 0x7F) << (7 * (at - 1));
            if ((header[at] & 0x80) == 0)
            {
                return length;
            }
        }

        return some.Length == MaxHeaderBytes ? long.MaxValue : 0;
    }
}
