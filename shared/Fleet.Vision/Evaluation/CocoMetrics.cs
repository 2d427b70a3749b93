namespace Fleet.Vision.Evaluation;

/// <summary>COCO's detection figures, computed step by step as its reference program does.</summary>
public static class CocoMetrics
{
    private static readonly double[] Ious = [.. Enumerable.Range(0, 10).Select(i => 0.5 + (i * ((0.95 - 0.5) / 9)))];
    private static readonly SizeRange[] Sizes = [SizeRange.All, SizeRange.Small, SizeRange.Medium, SizeRange.Large];
    private static readonly int[] Limits = [1, 10, ClassFrame.MostBoxes];

    /// <summary>The twelve numbers over <paramref name="frames"/>, in the order in which they are given: of boxes with equal scores the earlier frame's goes first.</summary>
    public static CocoScores Evaluate(IReadOnlyList<EvaluatedFrame> frames)
    {
        var classes = EvaluatedFrame.ByLabel(frames).Select(c => new ClassFigures(c.Key, ClassFrame.Of(c.Value, c.Key))).ToList();
        return new CocoScores(
            Mean(classes, c => c.Ap(SizeRange.All)),
            Mean(classes, c => c.Ap50),
            Mean(classes, c => c.Ap75),
            Mean(classes, c => c.Ap(SizeRange.Small)),
            Mean(classes, c => c.Ap(SizeRange.Medium)),
            Mean(classes, c => c.Ap(SizeRange.Large)),
            Mean(classes, c => c.Ar(SizeRange.All, 1)),
            Mean(classes, c => c.Ar(SizeRange.All, 10)),
            Mean(classes, c => c.Ar(SizeRange.All, 100)),
            Mean(classes, c => c.Ar(SizeRange.Small, 100)),
            Mean(classes, c => c.Ar(SizeRange.Medium, 100)),
            Mean(classes, c => c.Ar(SizeRange.Large, 100)),
            [.. classes.Where(c => c.Objects > 0).Select(c => c.Scores())]);
    }

    /// <summary>Average precision of one class at one IoU; null when the class does not occur.</summary>
    public static double? AveragePrecision(IReadOnlyList<EvaluatedFrame> frames, string label, double iou) =>
        Rank(frames, label, iou, SizeRange.All)?.AveragePrecision();

    /// <summary>The same of objects of a size alone: others need not be found, and finding them is not wrong; null when none is of that size.</summary>
    public static double? AveragePrecision(IReadOnlyList<EvaluatedFrame> frames, string label, double iou, SizeRange size) =>
        Rank(frames, label, iou, size)?.AveragePrecision();

    /// <summary>The precision-recall curve of one class at one IoU; empty when the class does not occur or nothing was found.</summary>
    public static IReadOnlyList<CurvePoint> Curve(IReadOnlyList<EvaluatedFrame> frames, string label, double iou) => Rank(frames, label, iou, SizeRange.All)?.Curve() ?? [];

    private static Ranking? Rank(IReadOnlyList<EvaluatedFrame> frames, string label, double iou, SizeRange size)
    {
        var parts = ClassFrame.Of(frames, label);
        var objects = parts.Sum(p => p.Objects(size));
        return objects == 0 ? null : new Ranking(parts.SelectMany(p => p.Judge(size, iou)).OrderByDescending(v => v.Score), objects);
    }

    private static double? Mean(IEnumerable<ClassFigures> classes, Func<ClassFigures, double?> of) => classes.Select(of).Average();

    /// <summary>Everything that is asked of one class.</summary>
    private sealed class ClassFigures
    {
        private readonly string _label;
        private readonly Dictionary<(string Size, int Limit), (double[] Ap, double[] Recall)?> _figures = [];

        public ClassFigures(string label, List<ClassFrame> parts)
        {
            (_label, Objects) = (label, parts.Sum(p => p.Objects(SizeRange.All)));
            // boxes keep their scores at every IoU and size, so they are sorted once; equal scores stay frame after frame
            var places = parts.SelectMany(p => Enumerable.Range(0, p.Scores.Count)).ToArray();
            var scores = parts.SelectMany(p => p.Scores).ToArray();
            var order = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ToArray();
            foreach (var size in Sizes.Where(s => parts.Any(p => p.Objects(s) > 0)))
            {
                var judged = Ious.Select(iou => parts.SelectMany(p => p.Judge(size, iou)).ToArray()).ToList();
                foreach (var limit in Limits)
                {
                    _figures[(size.Name, limit)] = Figures(judged, [.. order.Where(i => places[i] < limit)], parts.Sum(p => p.Objects(size)));
                }
            }
        }

        public int Objects { get; }

        public double? Ap50 => At(SizeRange.All, ClassFrame.MostBoxes)?.Ap[0];

        public double? Ap75 => At(SizeRange.All, ClassFrame.MostBoxes)?.Ap[5];

        public double? Ap(SizeRange size) => At(size, ClassFrame.MostBoxes)?.Ap.Average();

        public double? Ar(SizeRange size, int limit) => At(size, limit)?.Recall.Average();

        public CocoClassScores Scores() => new(
            _label, Objects, Ap(SizeRange.All), Ap50, Ap75, Ap(SizeRange.Small), Ap(SizeRange.Medium), Ap(SizeRange.Large), Ar(SizeRange.All, ClassFrame.MostBoxes));

        // null for a size of which there is no object
        private (double[] Ap, double[] Recall)? At(SizeRange size, int limit) => _figures.GetValueOrDefault((size.Name, limit));

        private static (double[] Ap, double[] Recall) Figures(List<Verdict[]> judged, int[] order, int objects)
        {
            var rankings = judged.ConvertAll(verdicts => new Ranking(order.Select(i => verdicts[i]), objects));
            return ([.. rankings.Select(r => r.AveragePrecision())], [.. rankings.Select(r => r.Recall)]);
        }
    }
}
