using Fleet.Vision;

namespace Fleet.Agent.Drift;

/// <summary>The five gaps between what a camera shows and its reference.</summary>
internal readonly record struct DriftGap(double Scores, double Counts, double Brightness, double Sharpness, double Picture)
{
    public double Largest => Math.Max(Math.Max(Math.Max(Scores, Counts), Math.Max(Brightness, Sharpness)), Picture);

    public static DriftGap Between(DriftFigures reference, DriftFigures now) => new(
        Distance(reference.Scores, now.Scores, reference.Objects, now.Objects),
        Distance(reference.Counts, now.Counts, reference.Frames, now.Frames),
        Distance(reference.Brightness, now.Brightness, reference.Frames, now.Frames),
        Distance(reference.Sharpness, now.Sharpness, reference.Frames, now.Frames),
        Apart(reference, now));

    /// <summary>Alarm with hysteresis: it begins above one limit and ends below another.</summary>
    public static DateTimeOffset? Alarm(DateTimeOffset? since, double gap, (double Begins, double Ends) limits, DateTimeOffset now) => since switch
    {
        null => gap > limits.Begins ? now : null,
        _ => gap < limits.Ends ? null : since,
    };

    /// <summary>Jensen-Shannon distance, less what chance alone makes of so few values; 0 where there are none.</summary>
    private static double Distance(double[] a, double[] b, double countA, double countB)
    {
        if (countA <= 0 || countB <= 0)
        {
            return 0;
        }

        var (sumA, sumB, divergence) = (a.Sum(), b.Sum(), 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            var (p, q) = (a[i] / sumA, b[i] / sumB);
            divergence += (Part(p, (p + q) / 2) + Part(q, (p + q) / 2)) / 2;
        }

        var byChance = (a.Length - 1) / (8 * Math.Log(2)) * ((1 / countA) + (1 / countB));
        return Math.Min(1, Math.Sqrt(Math.Max(0, divergence - byChance)));
    }

    private static double Part(double p, double middle) => p <= 0 ? 0 : p * Math.Log2(p / middle);

    private static double Apart(DriftFigures a, DriftFigures b)
    {
        if (a.Frames <= 0 || b.Frames <= 0)
        {
            return 0;
        }

        var sum = 0.0;
        for (var i = 0; i < FrameEmbedding.Length; i++)
        {
            var apart = (a.Pictures[i] / a.Frames) - (b.Pictures[i] / b.Frames);
            sum += apart * apart;
        }

        return Math.Min(1, Math.Sqrt(sum) / sbyte.MaxValue);
    }
}
