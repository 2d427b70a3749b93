using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Engines;

/// <summary>Who runs.</summary>
/// <param name="Winner">The entrant that serves; null when none can.</param>
/// <param name="Rows">Every entrant with its figures and why it does not serve.</param>
/// <param name="Remark">What 2:4 is worth here; null where none was raced against its dense form.</param>
internal sealed record RaceResult(Entrant? Winner, IReadOnlyList<ReportedRaceRow> Rows, string? Remark);

/// <summary>Chooses from measurements alone: no clock, no I/O.</summary>
internal static class RacePlanner
{
    /// <summary>Times that differ by less are equal.</summary>
    public const double Noise = 0.03;

    /// <summary>Who is faster is so in at least this share of the rounds; of 40 rounds between equals, chance gives that once in a hundred races.</summary>
    private const double Majority = 0.7;

    /// <summary>What is entered: every variant as it is; on TensorRT a 32-bit one also in 16 bits, for the file is the same.</summary>
    public static IReadOnlyList<Entrant> Enter(IReadOnlyList<(string Variant, string File)> variants, string provider) =>
    [
        .. variants.Select(v => new Entrant(v.Variant, v.File, Precisions.Of(v.Variant).Name())),
        .. provider == ProviderLadder.TensorRt
            ? variants.Where(v => Precisions.Of(v.Variant) == Precision.Fp32).Select(v => new Entrant(v.Variant, v.File, Precision.Fp16.Name()))
            : [],
    ];

    /// <summary>The fastest that reproduces the golden clip. Of those that are not clearly faster than each other, the dense one, then the one listed first.</summary>
    public static RaceResult Choose(IReadOnlyList<Trial> trials)
    {
        var eligible = trials.Where(t => t.IsEligible).ToList();
        Trial? winner = null;
        foreach (var trial in eligible.OrderBy(t => t.Entrant.IsSparse))
        {
            winner = winner is null || Beats(trial, winner) ? trial : winner;
        }

        return new RaceResult(winner?.Entrant, [.. trials.Select(t => Row(t, winner))], Sparsity(eligible));
    }

    /// <summary>Round by round, so that whatever else the machine did hits both.</summary>
    private static bool Beats(Trial trial, Trial other) => Ratios(other, trial) is { Count: > 0 } ratios
        && Median(ratios) >= 1 + Noise && ratios.Count(r => r > 1) >= Majority * ratios.Count;

    private static List<double> Ratios(Trial over, Trial under) => [.. (over.TimesMs ?? []).Zip(under.TimesMs ?? [], (a, b) => a / b)];

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static ReportedRaceRow Row(Trial trial, Trial? winner) => new(
        trial.Entrant.Variant,
        trial.Entrant.Precision,
        trial.Provider,
        trial.P50Ms,
        trial.P95Ms,
        trial switch { { Failure: not null } or { HasClip: false } => "none", { Difference: { } difference } => difference, _ => "reproduced" },
        Chosen: ReferenceEquals(trial, winner),
        WhyNot(trial, winner));

    private static string? WhyNot(Trial trial, Trial? winner) => trial switch
    {
        _ when ReferenceEquals(trial, winner) => null,
        { Failure: { } failure } => failure.Detail,
        { Difference: not null } => "It does not reproduce the golden clip.",
        _ when winner is null => null,
        _ when Beats(winner, trial) => FormattableString.Invariant($"{Median(Ratios(trial, winner)):0.00} times as slow as {winner.Entrant.Name}."),
        { Entrant.IsSparse: true } when !winner.Entrant.IsSparse => $"Not clearly faster than {winner.Entrant.Name}; then the dense one serves.",
        _ => $"No clear difference from {winner.Entrant.Name}, which is listed first.",
    };

    private static string? Sparsity(List<Trial> eligible)
    {
        var said = from sparse in eligible
                   where sparse.Entrant.IsSparse && sparse.P50Ms is not null
                   let dense = eligible.Find(d => d.Entrant.Precision == sparse.Entrant.Precision && d.Entrant.Variant == sparse.Entrant.Variant[..^VariantNames.SparseSuffix.Length])
                   where dense?.P50Ms is not null
                   select Worth(sparse, dense);
        var text = string.Join(" ", said);
        return text.Length == 0 ? null : text;
    }

    private static string Worth(Trial sparse, Trial dense)
    {
        var figures = FormattableString.Invariant($"{sparse.Entrant.Name} needs {sparse.P50Ms:0.00} ms a frame, {dense.Entrant.Name} {dense.P50Ms:0.00} ms");
        return Beats(sparse, dense)
            ? FormattableString.Invariant($"2:4 pays on this device's {sparse.Provider}: {figures}; {Median(Ratios(dense, sparse)):0.00} times as fast, round by round.")
            : FormattableString.Invariant($"2:4 does not pay on this device's {sparse.Provider}: {figures}.");
    }
}
