using System.Globalization;
using Fleet.Console.Parts;
using Fleet.Contracts;

namespace Fleet.Console.Versions;

/// <summary>A line of a comparison.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="A">On the one version, as people read it.</param>
/// <param name="B">On the other.</param>
/// <param name="Change">B less A, as people read it; null where that says nothing.</param>
/// <param name="Tone">Whether the change is good.</param>
public sealed record MeasureRow(string Name, string A, string B, string? Change = null, Tone Tone = Tone.Idle);

/// <summary>Two cards side by side.</summary>
internal static class MeasureRows
{
    private const string None = "–";
    private const double Least = 0.0005;

    // of these more is worse; the others with a known direction are shares of what is right
    private static readonly string[] LessIsBetter = ["count_error", "seconds"];
    private static readonly string[] MoreIsBetter = ["map", "ap", "precision", "recall", "accuracy"];

    public static IReadOnlyList<MeasureRow> Of(ModelCard a, ModelCard b) =>
    [
        .. CardFigures.NamesOf(a).Union(CardFigures.NamesOf(b))
            .OrderBy(Place).ThenBy(name => name, StringComparer.Ordinal)
            .Select(name => Measured(name, a, b)),
        new("Smallest variant", Size(a, v => v.Min(f => f.SizeBytes)), Size(b, v => v.Min(f => f.SizeBytes)), Ratio(a.Variants.Min(f => f.SizeBytes), b.Variants.Min(f => f.SizeBytes)), Less(a.Variants.Min(f => f.SizeBytes), b.Variants.Min(f => f.SizeBytes))),
        new("Variants", string.Join(", ", a.Variants.Select(v => v.Name)), string.Join(", ", b.Variants.Select(v => v.Name))),
        new("Head", a.Head, b.Head),
        new("Input", Input(a), Input(b)),
        new("Classes", string.Join(", ", a.Classes.Take(8)), string.Join(", ", b.Classes.Take(8))),
        new("Score threshold", Number(a.ScoreThreshold), Number(b.ScoreThreshold)),
        new("2:4 sparsity", SparsityText.Of(a.Sparsity), SparsityText.Of(b.Sparsity)),
    ];

    /// <summary>Where a measure stands in a list, the most telling first.</summary>
    public static int Place(string name) => Array.IndexOf(AveragePrecision.Names, name) is var at and >= 0 ? at : int.MaxValue;

    private static MeasureRow Measured(string name, ModelCard a, ModelCard b)
    {
        var (change, where) = Change(name, a, b);
        return new MeasureRow(
            Words.OfMetric(name),
            CardFigures.Text(a, name) ?? None,
            CardFigures.Text(b, name) ?? None,
            change is { } c && Math.Abs(c) >= Least ? $"{(c > 0 ? "+" : "−")}{Figures.Metric(Math.Abs(c))}{where}" : null,
            change is not { } d || Math.Abs(d) < Least ? Tone.Idle : ToneOf(name, d));
    }

    // a version and its base are held against each other on frames that both saw; where neither card tells of a base, their maker's figures are taken as they are
    private static (double? Change, string Where) Change(string name, ModelCard a, ModelCard b)
    {
        var (ofA, ofB) = (CardFigures.BaseOf(a, name), CardFigures.BaseOf(b, name));
        return ofB is not null && b.Lineage.Parent == a.Version ? (b.Metrics[name] - ofB, " on B's frames")
            : ofA is not null && a.Lineage.Parent == b.Version ? (ofA - a.Metrics[name], " on A's frames")
            : ofA is null && ofB is null && a.Metrics.TryGetValue(name, out var before) && b.Metrics.TryGetValue(name, out var now) ? (now - before, "")
            : (null, "");
    }

    private static Tone ToneOf(string name, double change) =>
        LessIsBetter.Contains(name) ? (change < 0 ? Tone.Good : Tone.Bad)
        : name is not (HeldOutMetrics.Frames or HeldOutMetrics.Base) && MoreIsBetter.Any(m => name.StartsWith(m, StringComparison.Ordinal)) ? (change > 0 ? Tone.Good : Tone.Bad)
        : Tone.Idle;

    private static string Size(ModelCard card, Func<IEnumerable<VariantFile>, long> of) => Figures.Bytes(of(card.Variants));

    private static string? Ratio(long a, long b) => a == b || a == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{(double)b / a:0.00} ×");

    private static Tone Less(long a, long b) => a == b ? Tone.Idle : b < a ? Tone.Good : Tone.Warn;

    private static string Input(ModelCard card) => $"{card.Input.WidthPx} × {card.Input.HeightPx} {card.Input.Color}, {card.Input.Element}";

    private static string Number(float value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
