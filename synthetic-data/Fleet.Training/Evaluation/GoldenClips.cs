using Fleet.Training.Frames;
using Fleet.Vision;

namespace Fleet.Training.Evaluation;

/// <summary>Makes the clip that a device must reproduce before it runs a version.</summary>
internal static class GoldenClips
{
    public const int Frames = 24;

    // small frames prove the engine as well as large ones, and every device downloads them
    private const int LongestPx = 192;

    /// <summary>Frames, reduced, with what the file itself finds in them.</summary>
    public static GoldenClip Make(Judge judge, IEnumerable<TruthFrame> frames)
    {
        var golden = new List<GoldenFrame>();
        foreach (var frame in frames.Take(Frames))
        {
            var png = Pictures.Png(Pictures.Reduce(frame.Frame, LongestPx));
            var name = $"{golden.Count:000}.png";
            golden.Add(new GoldenFrame(name, png, judge.Detect(Pictures.Decode(png, name), judge.Card.ScoreThreshold)));
        }

        return new GoldenClip(golden);
    }
}
