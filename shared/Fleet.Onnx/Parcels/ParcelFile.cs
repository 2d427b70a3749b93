using Fleet.Contracts;
using ZstdSharp;

namespace Fleet.Onnx.Parcels;

/// <summary>The streams of a parcel, each packed by zstd, behind a head that says how long each is before anything is unpacked.</summary>
internal static class ParcelFile
{
    public const int Plan = 0;
    public const int Rest = 1;
    public const int Masks = 2;
    public const int Count = 10;
    private const int Planes = 3;

    /// <summary>Windows beyond this are of no use: no file is longer.</summary>
    private const int MaxWindowLog = 27;
    private const int MinWindowLog = 10;

    /// <summary>"FPC1": other layouts have other words.</summary>
    private static ReadOnlySpan<byte> Word => "FPC1"u8;

    /// <summary>The first stream of elements of <paramref name="width"/> bytes; one stream for each of their bytes.</summary>
    public static int PlanesOf(int width) => Planes + width - 1;

    public static byte[] Write(ParcelHead head, IReadOnlyList<byte[]> streams, Func<int, byte[]> dictionary, int level)
    {
        using var file = new MemoryStream();
        file.Write(Word);
        file.WriteByte(head.HasBase ? (byte)1 : (byte)0);
        Varint.Write(file, (ulong)head.SizeBytes);
        var packed = streams.Select((s, i) => Compress(s, dictionary(i), level)).ToList();
        for (var i = 0; i < Count; i++)
        {
            Varint.Write(file, (ulong)streams[i].Length);
            Varint.Write(file, (ulong)packed[i].Length);
        }

        packed.ForEach(p => file.Write(p));
        return file.ToArray();
    }

    /// <summary>Reads the head alone.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>.</exception>
    public static ParcelHead Head(ReadOnlySpan<byte> parcel, ref int at)
    {
        if (!parcel.StartsWith(Word) || parcel.Length < Word.Length + 1 || parcel[Word.Length] > 1)
        {
            throw new ProblemException(Problems.ParcelMalformed, "The bytes are no parcel that this program knows.");
        }

        at = Word.Length + 1;
        return new ParcelHead(parcel[Word.Length] == 1, Varint.ReadUpTo(Parcel.MaxFileBytes, parcel, ref at));
    }

    /// <summary>Where each stream lies.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>: they would unfold to more than a file of the head's size can need.</exception>
    public static IReadOnlyList<PackedStream> Streams(ReadOnlySpan<byte> parcel, ParcelHead head, int at)
    {
        var lengths = new (int Length, int Packed)[Count];
        long content = 0;
        for (var i = 0; i < Count; i++)
        {
            lengths[i] = (Varint.ReadUpTo(head.SizeBytes, parcel, ref at), Varint.ReadUpTo(parcel.Length, parcel, ref at));
            content += i is Plan or Masks ? 0 : lengths[i].Length;
        }

        List<PackedStream> streams = [];
        foreach (var (length, packed) in lengths)
        {
            streams.Add(packed <= parcel.Length - at ? new PackedStream(at, packed, length) : throw new ProblemException(Problems.ParcelMalformed, "The parcel breaks off within a stream."));
            at += packed;
        }

        return content <= head.SizeBytes && at == parcel.Length
            ? streams
            : throw new ProblemException(Problems.ParcelMalformed, "The parcel's streams do not add up to its file.");
    }

    /// <summary>Unpacks one stream into as many bytes as were said, never more.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>.</exception>
    public static StreamCursor Read(ReadOnlySpan<byte> parcel, PackedStream stream, ReadOnlySpan<byte> dictionary = default)
    {
        var bytes = new byte[stream.Length];
        try
        {
            using var zstd = new Decompressor();
            if (!dictionary.IsEmpty)
            {
                zstd.LoadDictionary(dictionary);
            }

            var length = stream.Length == 0 ? 0 : zstd.Unwrap(parcel.Slice(stream.Offset, stream.Packed), bytes);
            return length == bytes.Length ? new StreamCursor(bytes) : throw new ProblemException(Problems.ParcelMalformed, $"A stream of the parcel has {length} bytes and not the {bytes.Length} it says.");
        }
        catch (ZstdException e)
        {
            throw new ProblemException(Problems.ParcelMalformed, $"A stream of the parcel cannot be unpacked: {e.Message}", e);
        }
    }

    private static byte[] Compress(byte[] stream, byte[] dictionary, int level)
    {
        if (stream.Length == 0)
        {
            return [];
        }

        using var zstd = new Compressor(level);
        var window = (int)Math.Ceiling(Math.Log2(stream.Length + dictionary.Length + 1));
        zstd.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_windowLog, Math.Clamp(window, MinWindowLog, MaxWindowLog));
        if (dictionary.Length > 0)
        {
            zstd.LoadDictionary(dictionary);
        }

        return zstd.Wrap(stream).ToArray();
    }
}

/// <param name="HasBase">It needs the base.</param>
/// <param name="SizeBytes">Of the file that it becomes.</param>
internal readonly record struct ParcelHead(bool HasBase, int SizeBytes);

/// <param name="Offset">In the parcel.</param>
/// <param name="Packed">Bytes there.</param>
/// <param name="Length">Bytes unpacked.</param>
internal readonly record struct PackedStream(int Offset, int Packed, int Length);
