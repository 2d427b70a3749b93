namespace Fleet.Vision;

/// <summary>A picture in memory: rows from the top, pixels from the left, 8 bits a channel, BGR (3 channels) or grey (1). Made to be used again and again: <see cref="Reshape"/> keeps the memory where it can.</summary>
public sealed class Frame
{
    /// <summary>The longest side a frame may have, px.</summary>
    public const int MaxSidePx = 16384;

    /// <summary>An all-black frame.</summary>
    /// <param name="widthPx">1 to <see cref="MaxSidePx"/>.</param>
    /// <param name="heightPx">1 to <see cref="MaxSidePx"/>.</param>
    /// <param name="channels">3 (BGR) or 1 (grey).</param>
    public Frame(int widthPx, int heightPx, int channels)
    {
        Pixels = [];
        Reshape(widthPx, heightPx, channels);
    }

    /// <summary>The pixels; at least <see cref="SizeBytes"/> long, more where a larger picture was here before.</summary>
    public byte[] Pixels { get; private set; }

    /// <summary>Width, px.</summary>
    public int WidthPx { get; private set; }

    /// <summary>Height, px.</summary>
    public int HeightPx { get; private set; }

    /// <summary>3 (BGR) or 1 (grey).</summary>
    public int Channels { get; private set; }

    /// <summary>Bytes of <see cref="Pixels"/> that count.</summary>
    public int SizeBytes => WidthPx * HeightPx * Channels;

    /// <summary>The pixels that count: [height, width, channels].</summary>
    public Span<byte> Span => Pixels.AsSpan(0, SizeBytes);

    /// <summary>Number of the frame at its source, from 0.</summary>
    public long Index { get; set; }

    /// <summary>When it was captured.</summary>
    public DateTimeOffset CapturedAt { get; set; }

    /// <summary>The same moment by the clock that never jumps: see <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long CapturedTimestamp { get; set; }

    /// <summary>Gives the frame another size; what it shows afterwards is undefined.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size or channel count that is not possible.</exception>
    public void Reshape(int widthPx, int heightPx, int channels)
    {
        ThrowIfImpossible(widthPx, nameof(widthPx));
        ThrowIfImpossible(heightPx, nameof(heightPx));
        if (channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "A frame has 3 channels (BGR) or 1 (grey).");
        }

        (WidthPx, HeightPx, Channels) = (widthPx, heightPx, channels);
        if (Pixels.Length < SizeBytes)
        {
            Pixels = new byte[SizeBytes];
        }
    }

    /// <summary>Makes this frame equal to <paramref name="other"/>, pixels copied.</summary>
    public void CopyFrom(Frame other)
    {
        Reshape(other.WidthPx, other.HeightPx, other.Channels);
        other.Span.CopyTo(Span);
        (Index, CapturedAt, CapturedTimestamp) = (other.Index, other.CapturedAt, other.CapturedTimestamp);
    }

    private static void ThrowIfImpossible(int sidePx, string name)
    {
        if (sidePx is < 1 or > MaxSidePx)
        {
            throw new ArgumentOutOfRangeException(name, sidePx, $"A frame's side is 1 to {MaxSidePx} pixels long.");
        }
    }
}
