using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>Where a frame lies in a network's input: model px = frame px * scale + offset.</summary>
/// <param name="ScaleX">Model px per frame px.</param>
/// <param name="ScaleY">Model px per frame px.</param>
/// <param name="OffsetX">Left edge of the frame in the input, model px.</param>
/// <param name="OffsetY">Top edge of the frame in the input, model px.</param>
/// <param name="WidthPx">Width of the frame.</param>
/// <param name="HeightPx">Height of the frame.</param>
public readonly record struct Placement(float ScaleX, float ScaleY, float OffsetX, float OffsetY, int WidthPx, int HeightPx)
{
    /// <summary>Where a frame of this size goes in <paramref name="input"/>.</summary>
    /// <exception cref="ArgumentException">The input's fit is of no known kind.</exception>
    public static Placement Of(InputSpec input, int widthPx, int heightPx)
    {
        var (x, y) = ((float)input.WidthPx / widthPx, (float)input.HeightPx / heightPx);
        if (input.Fit == Fits.Stretch)
        {
            return new(x, y, 0, 0, widthPx, heightPx);
        }

        var scale = Math.Min(x, y);
        var (width, height) = (Side(widthPx, scale, input.WidthPx), Side(heightPx, scale, input.HeightPx));
        return input.Fit switch
        {
            Fits.Letterbox => new(scale, scale, (input.WidthPx - width) / 2, (input.HeightPx - height) / 2, widthPx, heightPx),
            Fits.LetterboxTopLeft => new(scale, scale, 0, 0, widthPx, heightPx),
            _ => throw new ArgumentException($"The fit '{input.Fit}' is not known: wanted {Fits.Letterbox}, {Fits.LetterboxTopLeft} or {Fits.Stretch}.", nameof(input)),
        };
    }

    /// <summary>A box in frame px as a box in model px.</summary>
    public Box ToModel(Box box) => new(
        (box.X * ScaleX) + OffsetX, (box.Y * ScaleY) + OffsetY, box.Width * ScaleX, box.Height * ScaleY);

    /// <summary>A box in model px as a box in frame px, cut at the frame's edges; a box outside has no area.</summary>
    public Box ToFrame(Box box)
    {
        var left = Math.Clamp((box.X - OffsetX) / ScaleX, 0, WidthPx);
        var top = Math.Clamp((box.Y - OffsetY) / ScaleY, 0, HeightPx);
        var right = Math.Clamp((box.X + box.Width - OffsetX) / ScaleX, 0, WidthPx);
        var bottom = Math.Clamp((box.Y + box.Height - OffsetY) / ScaleY, 0, HeightPx);
        return new(left, top, right - left, bottom - top);
    }

    internal static int Side(int framePx, float scale, int limitPx) => Math.Clamp((int)MathF.Round(framePx * scale), 1, limitPx);
}
