using Fleet.Contracts;
using Fleet.Vision;
using Fleet.Vision.Evaluation;

namespace Fleet.ControlPlane.Comparisons;

/// <summary>Judges what two versions found, from boxes alone.</summary>
internal static class ComparisonJudge
{
    private const double Iou = 0.5;
    private const int CurvePoints = 200;

    /// <summary>What a version found at its threshold, held against the label where there is one.</summary>
    public static ComparedLook Look(FrameToCompare frame, IReadOnlyList<Detection> found, float threshold)
    {
        var shown = found.Where(d => d.Score >= threshold).ToList();
        if (!frame.IsLabelled)
        {
            return new ComparedLook(shown, null, null, null);
        }

        var verdict = FrameVerdict.Of(EvaluatedFrame.Of("", new JudgedFrame(frame.Frame.Label, shown)), threshold);
        return new ComparedLook(shown, verdict.Hits.Count, verdict.FalseAlarms.Count + verdict.Confused.Count, verdict.Missed.Count + verdict.Confused.Count);
    }

    /// <summary>Boxes that only one of two has, or that they call differently.</summary>
    public static int Differences(IReadOnlyList<Detection> a, IReadOnlyList<Detection> b)
    {
        var verdict = FrameVerdict.Of(EvaluatedFrame.Of("", new JudgedFrame([.. a.Select(d => new Annotation(d.Label, d.Box))], b)), threshold: 0);
        return verdict.Missed.Count + verdict.FalseAlarms.Count + verdict.Confused.Count;
    }

    /// <summary>How well a version did on frames that have a label; null where none has.</summary>
    /// <param name="frames">The label of each, and all that was found, weak boxes included.</param>
    /// <param name="threshold">For precision and recall.</param>
    public static ComparedScores? Scores(IReadOnlyList<JudgedFrame> frames, float threshold)
    {
        if (frames.Count == 0)
        {
            return null;
        }

        var exact = frames.Select((f, i) => EvaluatedFrame.Of($"{i:0000}", f)).ToList();
        var judged = DetectionEvaluation.Of(exact, threshold);
        return new ComparedScores(
            judged.Coco.Ap50,
            judged.Overall.Precision,
            judged.Overall.Recall,
            [.. judged.Coco.Classes.Select(c => new ComparedClass(c.Label, c.Ap50, c.Objects))],
            [.. judged.Curves.Where(c => c.Iou == Iou).Select(c => new VersionCurve(c.Label, c.Iou, judged.Coco.Classes.FirstOrDefault(k => k.Label == c.Label)?.Ap50, Points(c.Points)))]);
    }

    private static List<CurveSpot> Points(IReadOnlyList<CurvePoint> points) =>
        [.. FrameSpread.Of(points, CurvePoints).Append(points.Count > 0 ? points[^1] : default).Where(p => points.Count > 0).Select(p => new CurveSpot(Math.Round(p.Recall, 4), Math.Round(p.Precision, 4)))];
}
