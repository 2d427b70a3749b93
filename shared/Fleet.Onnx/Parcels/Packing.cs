namespace Fleet.Onnx.Parcels;

/// <summary>Splits a file into the streams of a parcel.</summary>
internal sealed class Packing(IReadOnlyList<TensorRange> known)
{
    private readonly MemoryStream[] _streams = [.. Enumerable.Range(0, ParcelFile.Count).Select(_ => new MemoryStream())];
    private readonly Dictionary<string, int> _places = known.Select((t, i) => (t.Name, i)).GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.First().i);
    private readonly List<TensorRange> _used = [];

    /// <summary>Tensors of the base that differences were taken to.</summary>
    public IReadOnlyList<TensorRange> Used => _used;

    public IReadOnlyList<byte[]> Streams() => [.. _streams.Select(s => s.ToArray())];

    public void Add(ReadOnlySpan<byte> file, ReadOnlySpan<byte> from)
    {
        var at = 0;
        foreach (var tensor in TensorRanges.Find(file))
        {
            _streams[ParcelFile.Rest].Write(file[at..tensor.Offset]);
            Add(tensor, file.Slice(tensor.Offset, tensor.Length), from, gap: tensor.Offset - at);
            at = tensor.Offset + tensor.Length;
        }

        _streams[ParcelFile.Rest].Write(file[at..]);
    }

    private void Add(TensorRange tensor, ReadOnlySpan<byte> elements, ReadOnlySpan<byte> file, int gap)
    {
        var place = _places.TryGetValue(tensor.Name, out var found) && known[found].IsLike(tensor) ? found : -1;
        var from = place < 0 ? default : file.Slice(known[place].Offset, known[place].Length);
        var code = CodeChoice.Of(tensor, elements, from);
        PlanEntry.Write(_streams[ParcelFile.Plan], new PlanEntry(gap, tensor.Length, code.IsDifference ? place : -1, code));
        if (code.IsDifference)
        {
            _used.Add(known[place]);
        }

        code.Pack(elements, code.IsDifference ? from : default, _streams[ParcelFile.Masks], _streams.AsSpan(ParcelFile.PlanesOf(tensor.Width), tensor.Width));
    }
}
