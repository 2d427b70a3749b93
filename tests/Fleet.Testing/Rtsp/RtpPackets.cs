using System.Buffers.Binary;

namespace Fleet.Testing.Rtsp;

/// <summary>Makes RTP packets of pictures: RFC 6184 for H.264, RFC 7798 for H.265, single units and fragments.</summary>
internal sealed class RtpPackets
{
    public const int PayloadType = 96;
    public const int ClockRate = 90_000;
    private const int HeaderBytes = 12;
    private const int MaxPayload = 1300;
    private ushort _sequence;

    /// <param name="codec">How the units are coded.</param>
    /// <param name="units">The units of one picture.</param>
    /// <param name="timestamp">Its time, in 1/90000 s.</param>
    public IReadOnlyList<byte[]> Of(RtspCodec codec, IReadOnlyList<byte[]> units, uint timestamp)
    {
        var payloads = units.SelectMany(u => codec == RtspCodec.H264 ? H264(u) : H265(u)).ToList();
        return [.. payloads.Select((payload, i) => Packet(payload, timestamp, isLast: i == payloads.Count - 1))];
    }

    private byte[] Packet(byte[] payload, uint timestamp, bool isLast)
    {
        var packet = new byte[HeaderBytes + payload.Length];
        packet[0] = 0x80;
        packet[1] = (byte)(PayloadType | (isLast ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), _sequence++);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), 0x46_4C_45_54);
        payload.CopyTo(packet, HeaderBytes);
        return packet;
    }

    private static IEnumerable<byte[]> H264(byte[] unit)
    {
        const int FragmentUnit = 28;
        return unit.Length <= MaxPayload ? [unit]
            : Fragments(unit, headerBytes: 1, (start, end) => [(byte)((unit[0] & 0xE0) | FragmentUnit), (byte)(Edges(start, end) | (unit[0] & 31))]);
    }

    private static IEnumerable<byte[]> H265(byte[] unit)
    {
        const int FragmentUnit = 49;
        return unit.Length <= MaxPayload ? [unit]
            : Fragments(unit, headerBytes: 2, (start, end) => [(byte)((unit[0] & 0x81) | (FragmentUnit << 1)), unit[1], (byte)(Edges(start, end) | (unit[0] >> 1 & 63))]);
    }

    private static int Edges(bool start, bool end) => (start ? 0x80 : 0) | (end ? 0x40 : 0);

    private static IEnumerable<byte[]> Fragments(byte[] unit, int headerBytes, Func<bool, bool, byte[]> header)
    {
        for (var at = headerBytes; at < unit.Length; at += MaxPayload)
        {
            var end = Math.Min(at + MaxPayload, unit.Length);
            yield return [.. header(at == headerBytes, end == unit.Length), .. unit[at..end]];
        }
    }
}
