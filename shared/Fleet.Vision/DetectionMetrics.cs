using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Average precision as COCO measures it: greedy matching by falling score, 101 recall points, at most 100 boxes a frame and class.</summary>
public static class DetectionMetrics
{
    private const int MaxBoxes = 100;
    private const int RecallPoints = 101;

    // boxes are float32: an overlap of exactly the wanted size may come out a little below
    private const double IouSlack = 1e-6;

    // both scales are stepped as the reference steps them, to the last bit: a recall of exactly 0.35 does not reach its 35th point
    private const double RecallStep = 0.01;
    private static readonly double[] Ious = [.. Enumerable.Range(0, 10).Select(i => 0.5 + (i * ((0.95 - 0.5) / 9)))];

    /// <summary>Judges all <paramref name="frames"/>; <paramref name="threshold"/> is for precision, recall and counts.</summary>
    public static DetectionScores Judge(IReadOnlyList<JudgedFrame> frames, float threshold)
    {
        var labels = frames.SelectMany(f => f.Truth).Select(a => a.Label).Distinct().Order(StringComparer.Ordinal).ToList();
        var classes = labels.Select(label => ScoresOf(frames, label)).ToList();
        var strong = frames.Select(f => f with { Found = [.. f.Found.Where(d => d.Score >= threshold)] }).ToList();
        var hits = labels.Sum(label => Matches(strong, label, Ious[0]).Count(m => m.Hit));
        var (found, objects) = (strong.Sum(f => f.Found.Count), frames.Sum(f => f.Truth.Count));
        return new(
            Mean(classes, c => c.Ap50),
            Mean(classes, c => c.Ap75),
            Mean(classes, c => c.Ap),
            Precision: found == 0 ? 1 : (double)hits / found,
            Recall: objects == 0 ? 1 : (double)hits / objects,
            CountError: frames.Count == 0 ? 0 : strong.Average(f => Math.Abs(f.Found.Count - f.Truth.Count)),
            frames.Count,
            objects,
            classes);
    }

    /// <summary>Average precision of one class at one IoU; null when the class does not occur.</summary>
    public static double? AveragePrecision(IReadOnlyList<JudgedFrame> frames, string label, double iou)
    {
        var objects = Objects(frames, label);
        return objects == 0 ? null : Area([.. Matches(frames, label, iou).OrderByDescending(m => m.Score)], objects);
    }

    private static ClassScores ScoresOf(IReadOnlyList<JudgedFrame> frames, string label)
    {
        var precisions = Ious.Select(iou => AveragePrecision(frames, label, iou) ?? 0).ToList();
        return new(label, Ap50: precisions[0], Ap75: precisions[5], Ap: precisions.Average(), Objects(frames, label));
    }

    private static int Objects(IReadOnlyList<JudgedFrame> frames, string label) => frames.Sum(f => f.Truth.Count(a => a.Label == label));

    private static double Mean(List<ClassScores> classes, Func<ClassScores, double> of) => classes.Count == 0 ? 0 : classes.Average(of);

    private static IEnumerable<(float Score, bool Hit)> Matches(IEnumerable<JudgedFrame> frames, string label, double iou) =>
        frames.SelectMany(frame => Matches(frame, label, iou));

    private static IEnumerable<(float Score, bool Hit)> Matches(JudgedFrame frame, string label, double iou)
    {
        var truth = frame.Truth.Where(a => a.Label == label).ToList();
        var taken = new bool[truth.Count];
        foreach (var found in frame.Found.Where(d => d.Label == label).OrderByDescending(d => d.Score).Take(MaxBoxes))
        {
            var (best, overlap) = (-1, iou - IouSlack);
            for (var i = 0; i < truth.Count; i++)
            {
                var shared = taken[i] ? 0 : Iou(truth[i].Box, found.Box);
                (best, overlap) = shared >= overlap ? (i, shared) : (best, overlap);
            }

            if (best >= 0)
            {
                taken[best] = true;
            }

            yield return (found.Score, best >= 0);
        }
    }

    private static double Area(List<(float Score, bool Hit)> ranked, int objects)
    {
        var (precision, recall) = (new double[ranked.Count], new double[ranked.Count]);
        var hits = 0;
        for (var i = 0; i < ranked.Count; i++)
        {
            hits += ranked[i].Hit ? 1 : 0;
            (precision[i], recall[i]) = ((double)hits / (i + 1), (double)hits / objects);
        }

        for (var i = ranked.Count - 2; i >= 0; i--)
        {
            precision[i] = Math.Max(precision[i], precision[i + 1]);
        }

        var (sum, at) = (0.0, 0);
        for (var point = 0; point < RecallPoints; point++)
        {
            while (at < ranked.Count && recall[at] < point * RecallStep)
            {
                at++;
            }

            sum += at < ranked.Count ? precision[at] : 0;
        }

        return sum / RecallPoints;
    }

    private static double Iou(in Box a, in Box b)
    {
        var width = Math.Min((double)a.X + a.Width, (double)b.X + b.Width) - Math.Max(a.X, b.X);
        var height = Math.Min((double)a.Y + a.Height, (double)b.Y + b.Height) - Math.Max(a.Y, b.Y);
        var shared = Math.Max(width, 0) * Math.Max(height, 0);
        return shared == 0 ? 0 : shared / (((double)a.Width * a.Height) + ((double)b.Width * b.Height) - shared);
    }
}
