namespace Fleet.Vision.Evaluation;

/// <summary>Right and wrong at a threshold, with what precision and recall make of it.</summary>
/// <param name="Name">Of the class or size.</param>
/// <param name="Objects">Objects there are.</param>
/// <param name="Hits">Of them found.</param>
/// <param name="FalseAlarms">Boxes that are on nothing, or on something of another class.</param>
public sealed record Tally(string Name, int Objects, int Hits, int FalseAlarms)
{
    /// <summary>Share of the boxes that are right; null where there are none.</summary>
    public double? Precision => Hits + FalseAlarms == 0 ? null : (double)Hits / (Hits + FalseAlarms);

    /// <summary>Share of the objects that were found; null where there are none.</summary>
    public double? Recall => Objects == 0 ? null : (double)Hits / Objects;
}

/// <summary>How far the number of boxes is from the number of objects.</summary>
/// <param name="MeanAbsolute">Mean of |found - there| a frame.</param>
/// <param name="Bias">Mean of found - there: above 0 counts too many.</param>
/// <param name="ExactShare">Share of the frames with the right number, 0 to 1.</param>
/// <param name="Classes">Mean of |found - there| a frame, class by class.</param>
public sealed record CountErrors(double MeanAbsolute, double Bias, double ExactShare, IReadOnlyDictionary<string, double> Classes);

/// <summary>What became of the objects of each class.</summary>
/// <param name="Labels">Rows and columns, in this order; one row and column more stands for nothing.</param>
/// <param name="Counts">[truth][found]: the last row are false alarms, the last column are misses.</param>
public sealed record Confusion(IReadOnlyList<string> Labels, IReadOnlyList<IReadOnlyList<int>> Counts);

/// <summary>A curve with what it is of.</summary>
/// <param name="Label">Class.</param>
/// <param name="Iou">Least overlap of a hit.</param>
/// <param name="Points">By rising recall.</param>
public sealed record PrecisionRecall(string Label, double Iou, IReadOnlyList<CurvePoint> Points);

/// <summary>Everything that is to be said about a version on a set of frames.</summary>
/// <param name="Threshold">Boxes below it do not count, except in <paramref name="Coco"/> and <paramref name="Curves"/>.</param>
/// <param name="Frames">Frames judged.</param>
/// <param name="Coco">The twelve numbers.</param>
/// <param name="Overall">All classes together.</param>
/// <param name="Classes">Class by class, also classes that were only found.</param>
/// <param name="Sizes">Small, medium and large.</param>
/// <param name="Counts">How well it counts.</param>
/// <param name="Confusion">What was taken for what.</param>
/// <param name="Curves">At IoU 0.5 and 0.75.</param>
/// <param name="Verdicts">Frame by frame.</param>
public sealed record DetectionEvaluation(
    double Threshold,
    int Frames,
    CocoScores Coco,
    Tally Overall,
    IReadOnlyList<Tally> Classes,
    IReadOnlyList<Tally> Sizes,
    CountErrors Counts,
    Confusion Confusion,
    IReadOnlyList<PrecisionRecall> Curves,
    IReadOnlyList<FrameVerdict> Verdicts)
{
    private static readonly double[] CurveIous = [0.5, 0.75];

    /// <summary>Judges all <paramref name="frames"/>.</summary>
    public static DetectionEvaluation Of(IReadOnlyList<EvaluatedFrame> frames, double threshold)
    {
        var verdicts = frames.Select(f => FrameVerdict.Of(f, threshold)).ToList();
        var labels = frames.SelectMany(f => f.Truth.Select(t => t.Label).Concat(f.Found.Where(d => d.Score >= threshold).Select(d => d.Label)))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        var (coco, byLabel) = (CocoMetrics.Evaluate(frames), EvaluatedFrame.ByLabel(frames));
        return new DetectionEvaluation(
            threshold,
            frames.Count,
            coco,
            Count("all", verdicts, _ => true, _ => true),
            [.. labels.Select(label => Count(label, verdicts, t => t.Label == label, f => f.Label == label))],
            [.. new[] { SizeRange.Small, SizeRange.Medium, SizeRange.Large }.Select(size => Count(size.Name, verdicts, t => size.Has(t.Area ?? t.Box.Area), f => size.Has(f.Box.Area)))],
            Errors(verdicts, labels),
            Confuse(verdicts, labels),
            [.. coco.Classes.SelectMany(c => CurveIous.Select(iou => new PrecisionRecall(c.Label, iou, CocoMetrics.Curve(byLabel[c.Label], c.Label, iou))))],
            verdicts);
    }

    private static Tally Count(string name, List<FrameVerdict> verdicts, Func<TruthBox, bool> there, Func<FoundBox, bool> found)
    {
        var hits = verdicts.Sum(v => v.Hits.Count(p => there(p.Truth)));
        var missed = verdicts.Sum(v => v.Missed.Count(there) + v.Confused.Count(p => there(p.Truth)));
        var alarms = verdicts.Sum(v => v.FalseAlarms.Count(found) + v.Confused.Count(p => found(p.Found)));
        return new Tally(name, hits + missed, hits, alarms);
    }

    private static CountErrors Errors(List<FrameVerdict> verdicts, List<string> labels)
    {
        if (verdicts.Count == 0)
        {
            return new CountErrors(0, 0, 1, new Dictionary<string, double>());
        }

        var differences = verdicts.ConvertAll(v => v.FoundCount - v.TruthCount);
        return new CountErrors(
            differences.Average(Math.Abs),
            differences.Average(),
            differences.Average(d => d == 0 ? 1.0 : 0),
            labels.ToDictionary(label => label, label => verdicts.Average(v => Math.Abs(Difference(v, label)))));
    }

    private static double Difference(FrameVerdict v, string label) =>
        v.FalseAlarms.Count(f => f.Label == label) + v.Confused.Count(p => p.Found.Label == label)
        - v.Missed.Count(t => t.Label == label) - v.Confused.Count(p => p.Truth.Label == label);

    private static Confusion Confuse(List<FrameVerdict> verdicts, List<string> labels)
    {
        var (at, counts) = (labels.Select((label, i) => (label, i)).ToDictionary(l => l.label, l => l.i), new int[labels.Count + 1][]);
        for (var row = 0; row <= labels.Count; row++)
        {
            counts[row] = new int[labels.Count + 1];
        }

        foreach (var verdict in verdicts)
        {
            foreach (var pair in verdict.Hits.Concat(verdict.Confused))
            {
                counts[at[pair.Truth.Label]][at[pair.Found.Label]]++;
            }

            foreach (var missed in verdict.Missed)
            {
                counts[at[missed.Label]][labels.Count]++;
            }

            foreach (var alarm in verdict.FalseAlarms)
            {
                counts[labels.Count][at[alarm.Label]]++;
            }
        }

        return new Confusion(labels, counts);
    }
}
