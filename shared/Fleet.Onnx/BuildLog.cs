using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>What TensorRT's builder says about sparsity, of the last engine in its log.</summary>
/// <param name="Eligible">Layers that it found fit for sparse kernels; a fused one is named as <c>Conv_3 + Relu_4</c>.</param>
/// <param name="Picked">Layers for which a sparse kernel was the fastest.</param>
/// <param name="EligibleCount">How many are fit; newer builders may give the number without names.</param>
/// <param name="PickedCount">How many were picked.</param>
public sealed partial record BuildLog(IReadOnlyList<string> Eligible, IReadOnlyList<string> Picked, int EligibleCount, int PickedCount)
{
    /// <summary>Reads a log of <c>trtexec --sparsity=enable --verbose</c>, of ONNX Runtime with detailed build logs, or of any program that passes the builder's lines on.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>: it has no lines about sparsity.</exception>
    public static BuildLog Parse(string text)
    {
        var lines = Whole(text.ReplaceLineEndings("\n").Split('\n'));
        var eligible = lines.LastOrDefault(l => EligibleLine().IsMatch(l));
        var picked = lines.LastOrDefault(l => PickedLine().IsMatch(l));
        if (eligible is null || picked is null)
        {
            throw new ProblemException(Problems.RequestInvalid, "The log has no '(Sparsity)' lines of TensorRT's builder: build with --sparsity=enable --verbose and give all that it writes.");
        }

        var (fit, taken) = (Names(EligibleLine().Match(eligible)), Names(PickedLine().Match(picked)));
        return new(fit.Names, taken.Names, fit.Count, taken.Count);
    }

    /// <summary>The operators of an entry that names several.</summary>
    internal static IEnumerable<string> Parts(string entry) => entry.Split([" + ", " || "], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether an operator is fit for sparse kernels; null where the log gives only numbers.</summary>
    internal bool? IsEligible(string[] names) => Has(Eligible, EligibleCount, names);

    /// <summary>Whether a sparse kernel was picked for it; null where the log gives only numbers.</summary>
    internal bool? IsPicked(string[] names) => Has(Picked, PickedCount, names);

    private static bool? Has(IReadOnlyList<string> list, int count, string[] names) =>
        list.Any(entry => Parts(entry).Any(names.Contains)) ? true : list.Count < count ? null : false;

    private static (IReadOnlyList<string> Names, int Count) Names(Match match)
    {
        var names = match.Groups["names"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (names, match.Groups["count"] is { Success: true } count ? int.Parse(count.Value, System.Globalization.CultureInfo.InvariantCulture) : names.Length);
    }

    // a terminal may have broken the long lists anywhere; every line of the builder itself has a bracket
    private static List<string> Whole(string[] lines)
    {
        var whole = new List<string>();
        foreach (var line in lines)
        {
            if (whole.Count > 0 && whole[^1].Contains("(Sparsity)", StringComparison.Ordinal) && line.Length > 0 && !line.Contains('[', StringComparison.Ordinal) && !line.Contains("(Sparsity)", StringComparison.Ordinal))
            {
                whole[^1] += line;
            }
            else
            {
                whole.Add(line);
            }
        }

        return whole;
    }

    [GeneratedRegex(@"\(Sparsity\) (Layers eligible for sparse math|Found (?<count>\d+) layer\(s\) eligible to use sparse tactics)\s*:?\s*(?<names>.*)$")]
    private static partial Regex EligibleLine();

    [GeneratedRegex(@"\(Sparsity\) (TRT inference plan picked sparse implementation for layers|Chose (?<count>\d+) layer\(s\) using sparse tactics)\s*:?\s*(?<names>.*)$")]
    private static partial Regex PickedLine();
}
