using Fleet.Contracts;

namespace Fleet.Onnx.Parcels;

/// <summary>Numbers in seven bits a byte, lowest first, as protobuf writes them.</summary>
internal static class Varint
{
    private const int MaxBytes = 10;

    public static void Write(Stream into, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            into.WriteByte((byte)(value | 0x80));
        }

        into.WriteByte((byte)value);
    }

    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>: there is no whole number.</exception>
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var i = 0; i < MaxBytes && at < bytes.Length; i++)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new ProblemException(Problems.ParcelMalformed, "The parcel breaks off within a number.");
    }

    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>: it is none, or above <paramref name="limit"/>.</exception>
    public static int ReadUpTo(long limit, ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = Read(bytes, ref at);
        return value <= (ulong)Math.Max(limit, 0)
            ? (int)value
            : throw new ProblemException(Problems.ParcelMalformed, $"The parcel says {value} where at most {limit} can be.");
    }
}
