namespace Fleet.Vision.Evaluation;

/// <summary>How the area under a precision-recall curve is taken.</summary>
public enum VocMethod
{
    /// <summary>Exactly, as VOC does since 2010.</summary>
    EveryPoint,

    /// <summary>Mean of the best precision at recalls 0, 0.1 … 1, as VOC did until 2009.</summary>
    ElevenPoint,
}

/// <summary>Average precision as the PASCAL VOC challenges measure it: one IoU, a box belongs to the object that it overlaps most, a second box on it is wrong.</summary>
public static class VocMetrics
{
    private const double RecallStep = 0.1;

    /// <summary>Mean over the classes that occur; null when none does.</summary>
    /// <param name="frames">Of boxes with equal scores the earlier frame's goes first.</param>
    /// <param name="iou">Least overlap of a hit, 0 to 1.</param>
    /// <param name="method">How the area is taken.</param>
    /// <param name="pixels">VOC's own arithmetic: right and bottom edge are the last pixel inside. False takes edges as lines.</param>
    public static double? MeanAveragePrecision(IReadOnlyList<EvaluatedFrame> frames, double iou, VocMethod method, bool pixels = true) =>
        EvaluatedFrame.ByLabel(frames).Select(c => AveragePrecision(c.Value, c.Key, iou, method, pixels)).Average();

    /// <summary>One class; null when it does not occur. Parameters as in <see cref="MeanAveragePrecision"/>.</summary>
    public static double? AveragePrecision(IReadOnlyList<EvaluatedFrame> frames, string label, double iou, VocMethod method, bool pixels = true)
    {
        var objects = frames.Sum(f => f.Truth.Count(t => t.Label == label && !t.Difficult));
        if (objects == 0)
        {
            return null;
        }

        var (precision, recall) = Ranked(Verdicts(frames, label, iou, pixels), objects);
        return method == VocMethod.EveryPoint ? Area(precision, recall) : ElevenPoints(precision, recall);
    }

    private static IEnumerable<Verdict> Verdicts(IReadOnlyList<EvaluatedFrame> frames, string label, double iou, bool pixels)
    {
        var truth = frames.Select(f => f.Truth.Where(t => t.Label == label).ToArray()).ToArray();
        var taken = Array.ConvertAll(truth, t => new bool[t.Length]);
        var ranked = frames.SelectMany((frame, i) => frame.Found.Where(f => f.Label == label).Select(found => (found, i))).OrderByDescending(r => r.found.Score);
        foreach (var (found, i) in ranked)
        {
            var (best, overlap) = (-1, 0.0);
            for (var t = 0; t < truth[i].Length; t++)
            {
                var shared = pixels ? Overlap.PixelIou(truth[i][t].Box, found.Box) : Overlap.Iou(truth[i][t].Box, found.Box);
                (best, overlap) = shared > overlap ? (t, shared) : (best, overlap);
            }

            var reached = best >= 0 && overlap >= iou;
            yield return new Verdict(found.Score, reached && !taken[i][best], Ignored: reached && truth[i][best].Difficult);
            if (reached && !truth[i][best].Difficult)
            {
                taken[i][best] = true;
            }
        }
    }

    private static (List<double> Precision, List<double> Recall) Ranked(IEnumerable<Verdict> verdicts, int objects)
    {
        var (precision, recall, hits, count) = (new List<double>(), new List<double>(), 0, 0);
        foreach (var verdict in verdicts.Where(v => !v.Ignored))
        {
            hits += verdict.Hit ? 1 : 0;
            count++;
            precision.Add((double)hits / count);
            recall.Add((double)hits / objects);
        }

        for (var i = precision.Count - 2; i >= 0; i--)
        {
            precision[i] = Math.Max(precision[i], precision[i + 1]);
        }

        return (precision, recall);
    }

    private static double Area(List<double> precision, List<double> recall)
    {
        var (sum, before) = (0.0, 0.0);
        for (var i = 0; i < recall.Count; i++)
        {
            sum += (recall[i] - before) * precision[i];
            before = recall[i];
        }

        return sum;
    }

    private static double ElevenPoints(List<double> precision, List<double> recall)
    {
        var sum = 0.0;
        for (var point = 0; point <= 10; point++)
        {
            var at = recall.FindIndex(r => r >= point * RecallStep);
            sum += at < 0 ? 0 : precision[at];
        }

        return sum / 11;
    }
}
