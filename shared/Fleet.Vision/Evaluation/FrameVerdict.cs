namespace Fleet.Vision.Evaluation;

/// <summary>An object and the box that was found for it.</summary>
/// <param name="Truth">What is there.</param>
/// <param name="Found">What was found.</param>
/// <param name="Iou">How much they share, 0 to 1.</param>
public sealed record Pair(TruthBox Truth, FoundBox Found, double Iou);

/// <summary>One frame at a threshold, box by box.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Hits">Right class, overlap of at least 0.5.</param>
/// <param name="Confused">Right place, wrong class.</param>
/// <param name="Missed">Objects that nothing was found for.</param>
/// <param name="FalseAlarms">Boxes where nothing is.</param>
public sealed record FrameVerdict(
    EvaluatedFrame Frame,
    IReadOnlyList<Pair> Hits,
    IReadOnlyList<Pair> Confused,
    IReadOnlyList<TruthBox> Missed,
    IReadOnlyList<FoundBox> FalseAlarms)
{
    private const double LeastIou = 0.5;

    /// <summary>Boxes that count.</summary>
    public int FoundCount => Hits.Count + Confused.Count + FalseAlarms.Count;

    /// <summary>Objects that count: crowds and difficult ones do not.</summary>
    public int TruthCount => Hits.Count + Confused.Count + Missed.Count;

    /// <summary>Judges the boxes from <paramref name="threshold"/> on: first each against objects of its class, strongest first; then what is left against what is left.</summary>
    public static FrameVerdict Of(EvaluatedFrame frame, double threshold)
    {
        var open = frame.Truth.Where(t => !t.Crowd && !t.Difficult).ToList();
        var strong = frame.Found.Where(f => f.Score >= threshold).OrderByDescending(f => f.Score).ToList();
        var hits = Match(open, strong, sameClass: true);
        strong.RemoveAll(found => frame.Truth.Any(t => IsExcused(t, found)));
        var confused = Match(open, strong, sameClass: false);
        return new FrameVerdict(frame, hits, confused, open, strong);
    }

    // what lies on a crowd or on a difficult object is neither right nor wrong
    private static bool IsExcused(TruthBox truth, FoundBox found) => truth.Label == found.Label
        && ((truth.Crowd && Overlap.Within(found.Box, truth.Box) >= LeastIou) || (truth.Difficult && Overlap.Iou(found.Box, truth.Box) >= LeastIou));

    private static List<Pair> Match(List<TruthBox> open, List<FoundBox> found, bool sameClass)
    {
        var pairs = new List<Pair>();
        foreach (var box in found.ToList())
        {
            var (best, overlap) = (-1, LeastIou);
            for (var i = 0; i < open.Count; i++)
            {
                var shared = open[i].Label == box.Label == sameClass ? Overlap.Iou(open[i].Box, box.Box) : 0;
                (best, overlap) = shared >= overlap ? (i, shared) : (best, overlap);
            }

            if (best >= 0)
            {
                pairs.Add(new Pair(open[best], box, overlap));
                open.RemoveAt(best);
                found.Remove(box);
            }
        }

        return pairs;
    }
}
