using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Frames with the detections a version must reproduce on them.</summary>
/// <param name="Frames">1 to <see cref="MaxFrames"/> frames.</param>
/// <param name="MinIou">An expected box counts as reproduced from this overlap on, 0 to 1.</param>
/// <param name="ScoreTolerance">Its score may differ by so much; boxes that close to the threshold may come and go.</param>
public sealed record GoldenClip(IReadOnlyList<GoldenFrame> Frames, float MinIou = 0.8f, float ScoreTolerance = 0.1f)
{
    /// <summary>More frames than this are refused.</summary>
    public const int MaxFrames = 200;

    /// <summary>A container whose content is larger than this is refused.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>Reads a container from a seekable stream.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineGolden"/>: the container cannot be read or is too large.</exception>
    public static GoldenClip Read(Stream zip) => GoldenContainer.Read(zip);

    /// <summary>Writes a container; the same clip gives the same bytes.</summary>
    /// <exception cref="ArgumentException">No frames, too many, or a name that is no plain <c>.png</c> name.</exception>
    public void Write(Stream zip) => GoldenContainer.Write(this, zip);

    /// <summary>Runs the clip and compares.</summary>
    /// <param name="decode">Turns a PNG file into a frame; this project has no native code for it.</param>
    /// <param name="detect">Runs the version on a frame at <paramref name="threshold"/>.</param>
    /// <param name="threshold">The card's threshold.</param>
    /// <returns>Null when all is reproduced; else a sentence with the first difference.</returns>
    public string? Prove(Func<byte[], Frame> decode, Func<Frame, IReadOnlyList<Detection>> detect, float threshold) => Frames
        .Select(frame => Compare(frame.Expected, detect(decode(frame.Png)), threshold) is { } difference ? $"Golden frame {frame.File}: {difference}" : null)
        .FirstOrDefault(difference => difference is not null);

    /// <summary>Compares one frame.</summary>
    /// <param name="expected">What must be found.</param>
    /// <param name="found">What was found.</param>
    /// <param name="threshold">The threshold both were found at.</param>
    /// <returns>Null when <paramref name="found"/> reproduces <paramref name="expected"/>; else a sentence.</returns>
    public string? Compare(IReadOnlyList<Detection> expected, IReadOnlyList<Detection> found, float threshold)
    {
        var left = found.ToList();
        foreach (var wanted in expected.OrderByDescending(d => d.Score))
        {
            var best = left.Where(d => d.Label == wanted.Label).MaxBy(d => Boxes.Iou(d.Box, wanted.Box));
            var iou = best is null ? 0 : Boxes.Iou(best.Box, wanted.Box);
            if (iou >= MinIou && Math.Abs(best!.Score - wanted.Score) <= ScoreTolerance)
            {
                left.Remove(best);
            }
            else if (iou >= MinIou)
            {
                return $"{Text(wanted)} was expected, but its score is {best!.Score:0.00}; it may differ by {ScoreTolerance:0.00}.";
            }
            else if (IsCertain(wanted, threshold))
            {
                return $"{Text(wanted)} was expected, but the best box of that class overlaps it by {iou:0.00}; wanted is {MinIou:0.00}.";
            }
        }

        return left.FirstOrDefault(d => IsCertain(d, threshold)) is { } extra ? $"{Text(extra)} was found, but nothing is expected there." : null;
    }

    private static string Text(Detection d) => FormattableString.Invariant(
        $"{d.Label} {d.Score:0.00} at ({d.Box.X:0}, {d.Box.Y:0}, {d.Box.Width:0}x{d.Box.Height:0})");

    private bool IsCertain(Detection d, float threshold) => d.Score >= threshold + ScoreTolerance;
}

/// <summary>One frame of a golden clip.</summary>
/// <param name="File">Name within the container, as in <c>000.png</c>.</param>
/// <param name="Png">A lossless picture.</param>
/// <param name="Expected">What must be found, in px of this frame.</param>
public sealed record GoldenFrame(string File, byte[] Png, IReadOnlyList<Detection> Expected);
