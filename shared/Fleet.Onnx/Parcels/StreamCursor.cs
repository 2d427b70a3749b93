using Fleet.Contracts;

namespace Fleet.Onnx.Parcels;

/// <summary>Bytes that are read from their start to their end.</summary>
internal sealed class StreamCursor(byte[] bytes)
{
    private int _at;

    public byte[] Bytes => bytes;

    public int Left => bytes.Length - _at;

    /// <returns>Where the next <paramref name="count"/> bytes begin.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>: there are fewer.</exception>
    public int Take(int count)
    {
        if (count > Left)
        {
            throw new ProblemException(Problems.ParcelMalformed, $"The parcel needs {count} more bytes of a stream that has {Left}.");
        }

        _at += count;
        return _at - count;
    }

    public ReadOnlySpan<byte> Next(int count) => bytes.AsSpan(Take(count), count);

    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>: there is none, or one above <paramref name="limit"/>.</exception>
    public int Number(long limit) => Varint.ReadUpTo(limit, bytes, ref _at);
}
