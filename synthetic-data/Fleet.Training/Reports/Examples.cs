using Fleet.Training.Frames;
using Fleet.Vision;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Reports;

/// <summary>What a picture in a report is an example of.</summary>
internal enum ExampleKind
{
    /// <summary>Right class, right place.</summary>
    Hit,

    /// <summary>An object that nothing was found for.</summary>
    Miss,

    /// <summary>A box where nothing is.</summary>
    FalseAlarm,

    /// <summary>Right place, wrong class.</summary>
    Confused,

    /// <summary>A whole frame with many mistakes.</summary>
    Frame,
}

/// <summary>A cut-out of a frame.</summary>
/// <param name="Jpeg">The pixels.</param>
/// <param name="View">What part of the frame it shows.</param>
/// <param name="Subject">The box that it is about; null for a whole frame.</param>
/// <param name="Verdict">The frame's boxes.</param>
/// <param name="Title">What is to be seen.</param>
/// <param name="Rank">The highest are shown.</param>
internal sealed record Example(byte[] Jpeg, ExactBox View, ExactBox? Subject, FrameVerdict Verdict, string Title, double Rank);

/// <summary>Keeps the pictures that are worth a look, while frames pass by once.</summary>
internal sealed class Examples(double threshold)
{
    private const int Each = 12;
    private const int EachFrame = 2;
    private const int WholeFrames = 6;
    private const int CutPx = 320;
    private const int FramePx = 800;

    // some of the surroundings must be seen to understand a box
    private const double Context = 2.2;
    private const double LeastViewPx = 64;
    private readonly Dictionary<ExampleKind, List<Example>> _kept = [];

    /// <summary>The examples of a kind, the most telling first.</summary>
    public IReadOnlyList<Example> Of(ExampleKind kind) => _kept.GetValueOrDefault(kind) ?? [];

    /// <summary>Looks at a frame with its boxes.</summary>
    public void See(Frame frame, EvaluatedFrame boxes)
    {
        var verdict = FrameVerdict.Of(boxes, threshold);
        foreach (var offers in Offers(verdict).GroupBy(o => o.Kind))
        {
            // no frame may fill the page
            foreach (var (kind, box, title, rank) in offers.OrderByDescending(o => o.Rank).Take(EachFrame))
            {
                Keep(kind, View(box, frame), box, frame, verdict, title, rank);
            }
        }

        var mistakes = verdict.Missed.Count + verdict.FalseAlarms.Count + verdict.Confused.Count;
        var whole = new ExactBox(0, 0, frame.WidthPx, frame.HeightPx);
        Keep(ExampleKind.Frame, whole, subject: null, frame, verdict, $"{verdict.TruthCount} there: {verdict.Hits.Count} found, {verdict.Missed.Count} missed, {verdict.FalseAlarms.Count} false", mistakes + (verdict.TruthCount * 0.001));
    }

    private static IEnumerable<(ExampleKind Kind, ExactBox Box, string Title, double Rank)> Offers(FrameVerdict verdict) =>
    [
        // hits are a sample, the same in each run; mistakes are the largest and the surest
        .. verdict.Hits.Select(h => (ExampleKind.Hit, h.Found.Box, $"{h.Found.Label} {h.Found.Score:0.00}, overlap {h.Iou:0.00}", Spread(verdict.Frame.Name, h.Found.Box))),
        .. verdict.Missed.Select(m => (ExampleKind.Miss, m.Box, $"{m.Label}, {m.Box.Width:0} x {m.Box.Height:0} px", m.Box.Area)),
        .. verdict.FalseAlarms.Select(f => (ExampleKind.FalseAlarm, f.Box, $"{f.Label} {f.Score:0.00}", f.Score)),
        .. verdict.Confused.Select(p => (ExampleKind.Confused, p.Found.Box, $"{p.Truth.Label} taken for {p.Found.Label} {p.Found.Score:0.00}", p.Found.Score)),
    ];

    private void Keep(ExampleKind kind, ExactBox view, ExactBox? subject, Frame frame, FrameVerdict verdict, string title, double rank)
    {
        var (most, side) = kind == ExampleKind.Frame ? (WholeFrames, FramePx) : (Each, CutPx);
        if (!_kept.TryGetValue(kind, out var kept))
        {
            _kept[kind] = kept = [];
        }

        if (kept.Count == most && kept[^1].Rank >= rank)
        {
            return;
        }

        var at = kept.FindIndex(e => e.Rank < rank);
        kept.Insert(at < 0 ? kept.Count : at, new Example(Pictures.Jpeg(frame, view.ToBox(), side), view, subject, verdict, title, rank));
        if (kept.Count > most)
        {
            kept.RemoveAt(most);
        }
    }

    /// <summary>A square around a box, moved so that it lies inside the frame where it can.</summary>
    private static ExactBox View(ExactBox box, Frame frame)
    {
        var side = Math.Max(Math.Max(box.Width, box.Height) * Context, LeastViewPx);
        var (width, height) = (Math.Min(side, frame.WidthPx), Math.Min(side, frame.HeightPx));
        var left = Math.Clamp(box.X + (box.Width / 2) - (width / 2), 0, frame.WidthPx - width);
        var top = Math.Clamp(box.Y + (box.Height / 2) - (height / 2), 0, frame.HeightPx - height);
        return new ExactBox(Math.Floor(left), Math.Floor(top), Math.Floor(width), Math.Floor(height));
    }

    private static double Spread(string name, ExactBox box) => Chance.From((long)(box.X * 1000) + (long)box.Y, name).NextDouble();
}
