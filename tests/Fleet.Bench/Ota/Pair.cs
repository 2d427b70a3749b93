namespace Fleet.Bench.Ota;

/// <summary>A file that a device has, and the one that it is to get.</summary>
/// <param name="Name">For the table.</param>
/// <param name="From">Path of the first.</param>
/// <param name="To">Path of the second.</param>
internal sealed record Pair(string Name, string From, string To)
{
    /// <summary>The form with 32 bits that the second was made from; null where there is none.</summary>
    public string? Raw { get; init; }

    /// <summary>Carries the limits of the bench.</summary>
    public bool IsJudged { get; init; }
}
