using Fleet.Vision.Evaluation;

namespace Fleet.Vision;

/// <summary>How well a version detects, in a few figures: COCO's average precision, and precision, recall and count at a threshold.</summary>
public static class DetectionMetrics
{
    /// <summary>Judges all <paramref name="frames"/>; <paramref name="threshold"/> is for precision, recall and counts.</summary>
    public static DetectionScores Judge(IReadOnlyList<JudgedFrame> frames, float threshold)
    {
        var exact = Exact(frames);
        var verdicts = exact.ConvertAll(f => FrameVerdict.Of(f, threshold));
        var coco = CocoMetrics.Evaluate(exact);
        var (hits, found, objects) = (verdicts.Sum(v => v.Hits.Count), verdicts.Sum(v => v.FoundCount), verdicts.Sum(v => v.TruthCount));
        return new(
            coco.Ap50 ?? 0,
            coco.Ap75 ?? 0,
            coco.Ap ?? 0,
            Precision: found == 0 ? 1 : (double)hits / found,
            Recall: objects == 0 ? 1 : (double)hits / objects,
            CountError: verdicts.Count == 0 ? 0 : verdicts.Average(v => Math.Abs(v.FoundCount - v.TruthCount)),
            frames.Count,
            objects,
            [.. coco.Classes.Select(c => new ClassScores(c.Label, c.Ap50 ?? 0, c.Ap75 ?? 0, c.Ap ?? 0, c.Objects))]);
    }

    /// <summary>Average precision of one class at one IoU; null when the class does not occur.</summary>
    public static double? AveragePrecision(IReadOnlyList<JudgedFrame> frames, string label, double iou) =>
        CocoMetrics.AveragePrecision(Exact(frames), label, iou);

    private static List<EvaluatedFrame> Exact(IReadOnlyList<JudgedFrame> frames) => [.. frames.Select((f, i) => EvaluatedFrame.Of($"{i:0000}", f))];
}
