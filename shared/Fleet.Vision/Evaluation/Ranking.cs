namespace Fleet.Vision.Evaluation;

/// <summary>A class at one IoU over all frames: boxes by falling score, and what they make of precision and recall.</summary>
internal sealed class Ranking
{
    private const int RecallPoints = 101;

    // stepped as the reference steps it, to the last bit: a recall of exactly 0.35 does not reach its 35th point
    private const double RecallStep = 0.01;

    private readonly List<double> _precision = [];
    private readonly List<double> _recall = [];
    private readonly List<double> _scores = [];

    /// <param name="verdicts">By falling score.</param>
    /// <param name="objects">Objects there are to find, above 0.</param>
    public Ranking(IEnumerable<Verdict> verdicts, int objects)
    {
        var (hits, misses) = (0, 0);
        foreach (var verdict in verdicts.Where(v => !v.Ignored))
        {
            (hits, misses) = verdict.Hit ? (hits + 1, misses) : (hits, misses + 1);
            _precision.Add((double)hits / (hits + misses));
            _recall.Add((double)hits / objects);
            _scores.Add(verdict.Score);
        }
    }

    /// <summary>Recall with all boxes.</summary>
    public double Recall => _recall.Count == 0 ? 0 : _recall[^1];

    /// <summary>Mean precision over 101 recall points, each the best of any higher recall.</summary>
    public double AveragePrecision()
    {
        var (best, sum, at) = (Envelope(), 0.0, 0);
        for (var point = 0; point < RecallPoints; point++)
        {
            while (at < best.Length && _recall[at] < point * RecallStep)
            {
                at++;
            }

            sum += at < best.Length ? best[at] : 0;
        }

        return sum / RecallPoints;
    }

    /// <summary>The corners of the curve, by rising recall.</summary>
    public IReadOnlyList<CurvePoint> Curve()
    {
        var best = Envelope();
        return [.. Enumerable.Range(0, best.Length)
            .Where(i => i == best.Length - 1 || best[i] != best[i + 1] || i == 0)
            .Select(i => new CurvePoint(_recall[i], best[i], _scores[i]))];
    }

    private double[] Envelope()
    {
        var best = _precision.ToArray();
        for (var i = best.Length - 2; i >= 0; i--)
        {
            best[i] = Math.Max(best[i], best[i + 1]);
        }

        return best;
    }
}

/// <summary>A point of a precision-recall curve.</summary>
/// <param name="Recall">0 to 1.</param>
/// <param name="Precision">The best at this recall or any higher, 0 to 1.</param>
/// <param name="Score">Boxes from this score on are counted.</param>
public readonly record struct CurvePoint(double Recall, double Precision, double Score);
