using Fleet.Contracts;

namespace Fleet.Onnx.Parcels;

/// <summary>
/// The small form of a file that travels to a device: packed, or as the difference to a file that the device has.
/// Elements of an ONNX file's tensors become differences to the base's tensor of the same name, type and shape, in the order of their values;
/// what pruning left blank is a mask of four bits for each four weights; bytes of equal weight lie together; zstd packs all of it.
/// Everything else of the file is packed with the base's as dictionary. The file comes back bit for bit.
/// </summary>
/// <remarks>Pure: bytes in, bytes out.</remarks>
public static class Parcel
{
    /// <summary>Longer files have no parcel: both sides hold base, file and streams in memory.</summary>
    public const int MaxFileBytes = 64 << 20;

    /// <summary>zstd's level for files up to this length; longer ones are packed faster and less well.</summary>
    private const int BestUpTo = 16 << 20;
    private const int BestLevel = 19;
    private const int FastLevel = 9;

    /// <summary>Packs <paramref name="file"/>, against <paramref name="from"/> where that is not empty.</summary>
    /// <exception cref="ArgumentException">One of them is longer than <see cref="MaxFileBytes"/>.</exception>
    public static byte[] Pack(ReadOnlySpan<byte> file, ReadOnlySpan<byte> from = default)
    {
        if (Math.Max(file.Length, from.Length) > MaxFileBytes)
        {
            throw new ArgumentException($"A file of more than {MaxFileBytes} bytes has no parcel.", nameof(file));
        }

        var packing = new Packing(TensorRanges.Find(from));
        packing.Add(file, from);
        var dictionary = Without(from, packing.Used);
        return ParcelFile.Write(
            new ParcelHead(!from.IsEmpty, file.Length), packing.Streams(), stream => stream == ParcelFile.Rest ? dictionary : [],
            Math.Max(file.Length, from.Length) <= BestUpTo ? BestLevel : FastLevel);
    }

    /// <summary>Whether <paramref name="parcel"/> can be unpacked only with its base.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>.</exception>
    public static bool NeedsBase(ReadOnlySpan<byte> parcel)
    {
        var at = 0;
        return ParcelFile.Head(parcel, ref at).HasBase;
    }

    /// <summary>The file that <paramref name="parcel"/> becomes. Memory is bounded by the wanted size before any is taken.</summary>
    /// <param name="parcel">May be anything.</param>
    /// <param name="from">The base; not looked at where the parcel needs none.</param>
    /// <param name="wanted">What was signed.</param>
    /// <returns>Exactly the bytes that were signed.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>: it is no parcel, broken, of another file, or needs another base.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> parcel, ReadOnlySpan<byte> from, BlobRef wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var at = 0;
        var head = ParcelFile.Head(parcel, ref at);
        if (head.SizeBytes != wanted.SizeBytes)
        {
            throw new ProblemException(Problems.ParcelMalformed, $"The parcel is of a file of {head.SizeBytes} bytes; wanted is one of {wanted.SizeBytes}.");
        }

        var streams = ParcelFile.Streams(parcel, head, at);
        var file = Unpacking.Run(parcel, streams, head.HasBase ? from : default, head.SizeBytes);
        return Digest.Of(file) == wanted.Digest
            ? file
            : throw new ProblemException(Problems.ParcelMalformed, "The parcel became other bytes than were signed; they were thrown away.");
    }

    /// <summary>A file without the tensors that others are taken as differences to: those would only be noise in its dictionary.</summary>
    internal static byte[] Without(ReadOnlySpan<byte> file, IEnumerable<TensorRange> tensors)
    {
        using var rest = new MemoryStream();
        var at = 0;
        foreach (var tensor in tensors.Distinct().OrderBy(t => t.Offset))
        {
            rest.Write(file[at..tensor.Offset]);
            at = tensor.Offset + tensor.Length;
        }

        rest.Write(file[at..]);
        return rest.ToArray();
    }
}
