namespace Fleet.Bench.Ota;

/// <summary>A file that a device has, and the one that it is to get.</summary>
/// <param name="Name">For the table.</param>
/// <param name="From">Path of the first.</param>
/// <param name="To">Path of the second.</param>
internal sealed record Pair(string Name, string From, string To)
{
    /// <summary>Bytes of the second with every weight in 32 bits; null where the pair is only told.</summary>
    public long? RawBytes { get; init; }
}
