using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Drift;

/// <summary>Distributions of what frames show and of what was found on them. A value counts for the two bins that it lies between, so that a small shift is a small change.</summary>
internal sealed record DriftFigures
{
    private const int Bins = 8;
    private const int LightStep = 4;

    public double Frames { get; set; }

    /// <summary>Objects whose scores are counted.</summary>
    public double Objects { get; set; }

    public double[] Scores { get; set; } = new double[Bins];

    public double[] Counts { get; set; } = new double[Bins];

    public double[] Brightness { get; set; } = new double[Bins];

    public double[] Sharpness { get; set; } = new double[Bins];

    /// <summary>Sum of all embeddings.</summary>
    public double[] Pictures { get; set; } = new double[FrameEmbedding.Length];

    /// <summary>Takes a frame in.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="found">What was found on it.</param>
    /// <param name="embedding">Its embedding.</param>
    public void Add(Frame frame, IReadOnlyList<Detection> found, ReadOnlySpan<sbyte> embedding)
    {
        var (light, sharp) = Look(frame);
        Frames++;
        Objects += found.Count;
        for (var i = 0; i < found.Count; i++)
        {
            Put(Scores, found[i].Score * (Bins - 1));
        }

        Put(Counts, Math.Log2(1 + found.Count));
        Put(Brightness, light / byte.MaxValue * (Bins - 1));
        Put(Sharpness, Math.Log2(1 + sharp) / 2);
        for (var i = 0; i < embedding.Length; i++)
        {
            Pictures[i] += embedding[i];
        }
    }

    /// <summary>What was seen so far counts less from now on.</summary>
    public void Fade(double factor)
    {
        (Frames, Objects) = (Frames * factor, Objects * factor);
        foreach (var figures in (double[][])[Scores, Counts, Brightness, Sharpness, Pictures])
        {
            for (var i = 0; i < figures.Length; i++)
            {
                figures[i] *= factor;
            }
        }
    }

    private static void Put(double[] bins, double at)
    {
        var within = Math.Clamp(at, 0, Bins - 1);
        var low = Math.Min((int)within, Bins - 2);
        bins[low] += 1 - (within - low);
        bins[low + 1] += within - low;
    }

    /// <summary>Mean grey, and mean squared difference of neighbouring greys: a blur leaves their sum as it is, not their squares.</summary>
    private static (double Light, double Sharp) Look(Frame frame)
    {
        var pixels = frame.Span;
        var (channels, green) = (frame.Channels, frame.Channels == 1 ? 0 : 1);
        var (light, sharp, count) = (0L, 0L, 0L);
        var stepX = LightStep * Math.Max(1, frame.WidthPx / 320);
        var stepY = LightStep * Math.Max(1, frame.HeightPx / 320);
        for (var y = 0; y < frame.HeightPx; y += stepY)
        {
            for (var x = 0; x + 1 < frame.WidthPx; x += stepX, count++)
            {
                var at = (((y * frame.WidthPx) + x) * channels) + green;
                light += pixels[at];
                var step = pixels[at] - pixels[at + channels];
                sharp += step * step;
            }
        }

        return count == 0 ? (0, 0) : (light / (double)count, sharp / (double)count);
    }
}
