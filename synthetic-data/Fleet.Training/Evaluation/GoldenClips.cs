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
    public static GoldenClip Make(Judge judge, IEnumerable<TruthFrame> frames, IReadOnlyList<Judge> others, int count = Frames, int longestPx = LongestPx)
    {
        var golden = new List<GoldenFrame>();
        foreach (var frame in frames)
        {
            var png = Pictures.Png(Pictures.Reduce(frame.Frame, longestPx));
            var name = $"{golden.Count:000}.png";
            var seen = Pictures.Decode(png, name);
            var expected = judge.Detect(seen, judge.Card.ScoreThreshold);
            if (golden.Count < count && others.All(o => Empty.Compare(expected, o.Detect(seen, judge.Card.ScoreThreshold), judge.Card.ScoreThreshold) is null))
            {
                golden.Add(new GoldenFrame(name, png, expected));
            }
        }

        return new GoldenClip(golden);
    }
}
