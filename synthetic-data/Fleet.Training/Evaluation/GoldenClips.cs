using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Vision;

namespace Fleet.Training.Evaluation;

/// <summary>Makes the clip that a device must reproduce before it runs a version.</summary>
internal static class GoldenClips
{
    public const int Frames = 24;

    private static readonly GoldenClip Empty = new([]);

    // small frames prove the engine as well as large ones, and every device downloads them
    private const int LongestPx = 192;

    /// <summary>Frames, reduced, with what the file itself finds in them.</summary>
    /// <param name="judge">Of the file.</param>
    /// <param name="frames">To choose from, in this order.</param>
    /// <param name="others">Other forms of the same network: the clip proves that an engine was built right, so it holds frames on which all forms agree.</param>
    /// <param name="count">Frames at most.</param>
    /// <param name="longestPx">To which they are reduced.</param>
    public static GoldenClip Make(Judge judge, IEnumerable<TruthFrame> frames, IReadOnlyList<Judge> others, int count = Frames, int longestPx = LongestPx) =>
        new(Chosen(Looked(judge, frames, longestPx, others, Empty).Where(f => f.Agree.All(a => a)), count));

    /// <summary>The same, where a form that agrees on too few frames is left out instead of the frames.</summary>
    /// <param name="judge">Of the file.</param>
    /// <param name="frames">To choose from.</param>
    /// <param name="others">Other forms, the most wanted first.</param>
    /// <param name="least">Frames on which all must agree.</param>
    /// <param name="like">How much a device's answers may differ.</param>
    /// <returns>The clip, and for each form on how many of the frames it agrees with those before it, or null where it reproduces the clip.</returns>
    public static (GoldenClip Clip, IReadOnlyList<int?> LeftOut) Choose(Judge judge, IReadOnlyList<TruthFrame> frames, IReadOnlyList<Judge> others, int least, GoldenClip like)
    {
        var looked = Looked(judge, frames, LongestPx, others, like).ToList();
        var leftOut = new int?[others.Count];
        for (var form = 0; form < others.Count; form++)
        {
            var agreed = looked.Where(f => f.Agree[form]).ToList();
            leftOut[form] = agreed.Count < least ? agreed.Count : null;
            looked = agreed.Count < least ? looked : agreed;
        }

        return (like with { Frames = Chosen(looked, Frames) }, leftOut);
    }

    /// <summary>Frames with something in them prove more: they go first.</summary>
    private static List<GoldenFrame> Chosen(IEnumerable<(byte[] Png, IReadOnlyList<Detection> Expected, bool[] Agree)> looked, int count) =>
        [.. looked.OrderBy(f => f.Expected.Count == 0).Take(count).Select((f, i) => new GoldenFrame($"{i:000}.png", f.Png, f.Expected))];

    private static IEnumerable<(byte[] Png, IReadOnlyList<Detection> Expected, bool[] Agree)> Looked(Judge judge, IEnumerable<TruthFrame> frames, int longestPx, IReadOnlyList<Judge> others, GoldenClip like)
    {
        var threshold = judge.Card.ScoreThreshold;
        foreach (var frame in frames)
        {
            var png = Pictures.Png(Pictures.Reduce(frame.Frame, longestPx));
            var seen = Pictures.Decode(png, frame.Name);
            var expected = judge.Detect(seen, threshold);
            yield return (png, expected, [.. others.Select(o => like.Compare(expected, o.Detect(seen, threshold), threshold) is null)]);
        }
    }
}
