namespace Fleet.Training.Frames;

/// <summary>A box in pixels of the network's input.</summary>
/// <param name="Class">Index of its class; <see cref="Ignored"/> for a thing that is neither to be found nor to be learnt as background.</param>
internal readonly record struct TargetBox(int Class, float Left, float Top, float Right, float Bottom)
{
    public const int Ignored = -1;

    public float Width => Right - Left;

    public float Height => Bottom - Top;

    public float Area => Width * Height;
}

/// <summary>A frame as the network sees it, with what is in it.</summary>
/// <param name="Planes">Planes of bytes in the order in which the network wants its colours.</param>
/// <param name="Boxes">In input pixels.</param>
internal sealed record LabelledFrame(byte[] Planes, IReadOnlyList<TargetBox> Boxes);

/// <summary>Width and height of the network's input.</summary>
internal readonly record struct FrameSize(int Width, int Height)
{
    public int Pixels => Width * Height;
}
