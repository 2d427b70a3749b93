using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fleet.Bench;

/// <summary>What one run measured.</summary>
internal sealed record BenchReport(string Bench, Machine Machine, IReadOnlyList<BenchRow> Rows)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [JsonIgnore]
    public bool Holds => Rows.All(r => r.Holds);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}

/// <param name="Metric">What was measured.</param>
/// <param name="Ours">Median of ours.</param>
/// <param name="Peer">Median of the peer; null where there is none.</param>
/// <param name="Unit">Of both.</param>
/// <param name="Ratio">Median of ours over peer, round by round.</param>
/// <param name="Must">What the ratio must reach; null where the figure is only told.</param>
/// <param name="Aim">What it should reach.</param>
/// <param name="Note">What the peer was, or that it is missing.</param>
internal sealed record BenchRow(string Metric, double Ours, double? Peer, string Unit, double? Ratio, double? Must = null, double? Aim = null, string? Note = null)
{
    /// <summary>No measurement is no evidence: without its peer a 'must' does not hold.</summary>
    public bool Holds => Must is null || (AtMost ? Ratio <= Must : Ratio >= Must);

    /// <summary>The smaller the better: the ratio must not be above 'must'.</summary>
    public bool AtMost { get; init; }
}
