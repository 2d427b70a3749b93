using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fleet.Bench.Labels;

/// <param name="Boxes">Mean over seeds.</param>
/// <param name="Ap">Mean over seeds.</param>
/// <param name="Spread">Standard deviation over seeds; 0 for one seed.</param>
internal readonly record struct CurvePoint(double Boxes, double Ap, double Spread);

/// <summary>AP over labelled boxes, arm by arm.</summary>
internal sealed class LabelsCurves(IReadOnlyList<LabelsPoint> points)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public IReadOnlyList<int> Seeds { get; } = [.. points.Select(p => p.Seed).Distinct().Order()];

    public int Rounds { get; } = points.Max(p => p.Round);

    /// <summary>A point of one seed; round 0 is the base.</summary>
    public LabelsPoint At(string arm, int seed, int round) => points.Single(p => p.Seed == seed && p.Round == round && p.Arm == (round == 0 ? LabelsPoint.BaseArm : arm));

    /// <summary>From the base on.</summary>
    public IReadOnlyList<CurvePoint> Mean(string arm) => [.. Enumerable.Range(0, Rounds + 1).Select(round =>
    {
        var all = Seeds.Select(s => At(arm, s, round)).ToList();
        return new CurvePoint(all.Average(p => p.Boxes), all.Average(p => p.Ap50), Spread(all.Select(p => p.Ap50)));
    })];

    /// <summary>Boxes at which an arm first reaches an AP, in straight lines between its points; null where it never does.</summary>
    public double? BoxesTo(string arm, int seed, double ap)
    {
        var before = At(arm, seed, round: 0);
        for (var round = 1; round <= Rounds; round++)
        {
            var point = At(arm, seed, round);
            if (point.Ap50 >= ap)
            {
                return before.Ap50 >= ap ? before.Boxes : before.Boxes + ((point.Boxes - before.Boxes) * (ap - before.Ap50) / (point.Ap50 - before.Ap50));
            }

            before = point;
        }

        return null;
    }

    /// <summary>AP at so many boxes, in straight lines between the points: arms label whole frames, and so never quite the same number of boxes.</summary>
    public double ApAt(string arm, int seed, double boxes)
    {
        var before = At(arm, seed, round: 0);
        for (var round = 1; round <= Rounds; round++)
        {
            var point = At(arm, seed, round);
            if (point.Boxes >= boxes)
            {
                return before.Ap50 + ((point.Ap50 - before.Ap50) * (boxes - before.Boxes) / Math.Max(1, point.Boxes - before.Boxes));
            }

            before = point;
        }

        return before.Ap50;
    }

    /// <summary>The best AP of a seed's arm.</summary>
    public double Best(string arm, int seed) => Enumerable.Range(1, Rounds).Max(r => At(arm, seed, r).Ap50);

    /// <summary>Standard deviation of a sample.</summary>
    public static double Spread(IEnumerable<double> values)
    {
        var all = values.ToList();
        var mean = all.Average();
        return all.Count < 2 ? 0 : Math.Sqrt(all.Sum(v => (v - mean) * (v - mean)) / (all.Count - 1));
    }

    /// <summary>A line for each arm and round.</summary>
    public string Table()
    {
        var text = new StringBuilder(FormattableString.Invariant($"AP@.5 on held-out frames, mean and standard deviation over {Seeds.Count} seeds; base {Mean(Chooser.Arms[0])[0].Ap:0.000}:"));
        foreach (var arm in Chooser.Arms)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {arm,-10}{string.Concat(Mean(arm).Skip(1).Select(p => FormattableString.Invariant($"  {p.Boxes,4:0} boxes {p.Ap:0.000} ±{p.Spread:0.000}")))}");
        }

        return text.ToString();
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(points, Json);
}
