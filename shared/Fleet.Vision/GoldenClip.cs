using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Frames with the detections a version must reproduce on them.</summary>
/// <param name="Frames">1 to <see cref="MaxFrames"/> frames.</param>
/// <param name="MinIou">An expected box counts as reproduced from this overlap on, 0 to 1.</param>
/// <param name="ScoreTolerance">Its score may differ by so much.</param>
public sealed record GoldenClip(IReadOnlyList<GoldenFrame> Frames, float MinIou = 0.8f, float ScoreTolerance = 0.1f)
{
    /// <summary>More frames than this are refused.</summary>
    public const int MaxFrames = 200;

    /// <summary>A container larger than this, packed or unpacked, is refused.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>Reads a container.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EngineGolden"/>: the container cannot be read or is too large.</exception>
    public static GoldenClip Read(Stream zip) => throw new NotImplementedException();

    /// <summary>Writes a container; the same clip gives the same bytes.</summary>
    public void Write(Stream zip) => throw new NotImplementedException();

    /// <summary>Runs the clip and compares.</summary>
    /// <param name="decode">Turns a PNG file into a frame; this project has no native code for it.</param>
    /// <param name="detect">Runs the version on a frame at the card's own threshold.</param>
    /// <returns>Null when all is reproduced; else a sentence with the first difference.</returns>
    public string? Prove(Func<byte[], Frame> decode, Func<Frame, IReadOnlyList<Detection>> detect) => throw new NotImplementedException();

    /// <summary>Compares one frame.</summary>
    /// <returns>Null when <paramref name="found"/> reproduces <paramref name="expected"/>; else a sentence.</returns>
    public string? Compare(IReadOnlyList<Detection> expected, IReadOnlyList<Detection> found) => throw new NotImplementedException();
}

/// <summary>One frame of a golden clip.</summary>
/// <param name="File">Name within the container, as in <c>000.png</c>.</param>
/// <param name="Png">A lossless picture.</param>
/// <param name="Expected">What must be found, in px of this frame.</param>
public sealed record GoldenFrame(string File, byte[] Png, IReadOnlyList<Detection> Expected);
