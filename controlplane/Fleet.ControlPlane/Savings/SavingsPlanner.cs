using System.Globalization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Savings;

/// <summary>A version that was measured.</summary>
/// <param name="Plain">Labels it learnt from whose frames came by chance, were asked for or were imported.</param>
/// <param name="Chosen">Labels it learnt from whose frames a device chose for a reason.</param>
/// <param name="Accuracy">AP@.5 on held-out real frames, 0 to 1.</param>
internal readonly record struct LabelPoint(int Plain, int Chosen, double Accuracy);

/// <summary>
/// Estimates what a chosen label was worth from how accuracy rose with labels: accuracy = a + b·ln(plain + worth·chosen), fitted by least squares over a grid of worths.
/// The interval holds every worth whose fit is not significantly worse than the best (profile, 95 %).
/// </summary>
internal static class SavingsPlanner
{
    public const int RunsNeeded = 8;

    /// <summary>The model has three unknowns.</summary>
    private const int Unknowns = 3;

    /// <summary>No measurement on held-out frames is better than this, however well the points lie on a curve.</summary>
    private const double LeastNoise = 0.005;

    private const double Least = 0.1;
    private const double Most = 10;
    private const int Steps = 400;

    // Student's t, two-sided 95 %, for 5 and more degrees of freedom
    private static readonly (int Freedom, double T)[] Student = [(30, 2.042), (20, 2.086), (15, 2.131), (12, 2.179), (10, 2.228), (8, 2.306), (7, 2.365), (6, 2.447), (5, 2.571)];

    /// <param name="model">The model.</param>
    /// <param name="points">The oldest first.</param>
    public static LabelSavings Of(ModelName model, IReadOnlyList<LabelPoint> points)
    {
        var (labels, chosen) = points is [.., var last] ? (last.Plain + last.Chosen, last.Chosen) : (0, 0);
        LabelSavings Say(SavedLabels? saved, string why) => new(model, points.Count, RunsNeeded, labels, chosen, saved, why);
        if (points.Count < RunsNeeded)
        {
            return Say(null, $"Not enough yet: {points.Count} of {RunsNeeded} training runs were measured on held-out frames.");
        }

        var fits = Enumerable.Range(0, Steps + 1).Select(i => Fit(points, Least * Math.Pow(Most / Least, (double)i / Steps))).ToList();
        var best = fits.MinBy(f => f.Squares);
        if (best.Slope <= 0)
        {
            return Say(null, "Versions that learnt from more labels were not better so far, so nothing says what a label is worth.");
        }

        var freedom = points.Count - Unknowns;
        var t = Student.First(s => freedom >= s.Freedom).T;
        var limit = best.Squares + (t * t * Math.Max(best.Squares / freedom, LeastNoise * LeastNoise));
        var inside = fits.Where(f => f.Squares <= limit).ToList();
        var (low, high) = (inside.Min(f => f.Worth), inside.Max(f => f.Worth));
        if (low <= Least || high >= Most * (1 - 1e-9))
        {
            return Say(null, "It cannot be told yet: the runs so far fit nearly every answer. Runs that differ in their share of frames by chance would tell more.");
        }

        var saved = new SavedLabels(best.Worth, low, high, More(best.Worth, chosen), More(low, chosen), More(high, chosen));
        return Say(saved, string.Create(CultureInfo.InvariantCulture, $"One label of a chosen frame was worth {best.Worth:0.0} of frames by chance ({low:0.0} to {high:0.0}).{(low <= 1 && high >= 1 ? " The interval holds 1: no saving is shown." : "")}"));
    }

    private static int More(double worth, int chosen) => (int)Math.Round((worth - 1) * chosen);

    private static (double Worth, double Slope, double Squares) Fit(IReadOnlyList<LabelPoint> points, double worth)
    {
        var x = points.Select(p => Math.Log(Math.Max(1, p.Plain + (worth * p.Chosen)))).ToList();
        var (meanX, meanY) = (x.Average(), points.Average(p => p.Accuracy));
        var (xx, xy, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < points.Count; i++)
        {
            var (dx, dy) = (x[i] - meanX, points[i].Accuracy - meanY);
            (xx, xy, yy) = (xx + (dx * dx), xy + (dx * dy), yy + (dy * dy));
        }

        return xx == 0 ? (worth, 0, yy) : (worth, xy / xx, Math.Max(0, yy - (xy * xy / xx)));
    }
}
