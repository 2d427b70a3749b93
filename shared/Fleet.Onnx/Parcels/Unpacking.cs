using Fleet.Contracts;

namespace Fleet.Onnx.Parcels;

/// <summary>Puts a file together from the streams of a parcel.</summary>
internal static class Unpacking
{
    /// <exception cref="ProblemException"><see cref="Problems.ParcelMalformed"/>.</exception>
    public static byte[] Run(ReadOnlySpan<byte> parcel, IReadOnlyList<PackedStream> streams, ReadOnlySpan<byte> from, int sizeBytes)
    {
        var known = TensorRanges.Find(from);
        var entries = Plan(ParcelFile.Read(parcel, streams[ParcelFile.Plan]), known, sizeBytes);
        var dictionary = Parcel.Without(from, entries.Where(e => e.Place >= 0).Select(e => known[e.Place]));
        var cursors = new StreamCursor[ParcelFile.Count];
        for (var i = ParcelFile.Rest; i < ParcelFile.Count; i++)
        {
            cursors[i] = ParcelFile.Read(parcel, streams[i], i == ParcelFile.Rest ? dictionary : default);
        }

        var file = new byte[sizeBytes];
        var at = 0;
        foreach (var entry in entries)
        {
            cursors[ParcelFile.Rest].Next(entry.Gap).CopyTo(file.AsSpan(at));
            at += entry.Gap;
            var before = entry.Place < 0 ? default : from.Slice(known[entry.Place].Offset, entry.Length);
            entry.Code.Unpack(file.AsSpan(at, entry.Length), before, cursors[ParcelFile.Masks], cursors.AsSpan(ParcelFile.PlanesOf(entry.Code.Width), entry.Code.Width));
            at += entry.Length;
        }

        cursors[ParcelFile.Rest].Next(sizeBytes - at).CopyTo(file.AsSpan(at));
        return cursors.Skip(ParcelFile.Rest).All(c => c.Left == 0)
            ? file
            : throw new ProblemException(Problems.ParcelMalformed, "The parcel holds more than its file needs.");
    }

    private static List<PlanEntry> Plan(StreamCursor plan, IReadOnlyList<TensorRange> known, int sizeBytes)
    {
        List<PlanEntry> entries = [];
        for (var left = sizeBytes; plan.Left > 0;)
        {
            var entry = PlanEntry.Read(plan, known, left);
            entries.Add(entries.Count < TensorRanges.MaxTensors ? entry : throw new ProblemException(Problems.ParcelMalformed, $"The parcel's plan has more than {TensorRanges.MaxTensors} tensors."));
            left -= entry.Gap + entry.Length;
        }

        return entries;
    }
}
