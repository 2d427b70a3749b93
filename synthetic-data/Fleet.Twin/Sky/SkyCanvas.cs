namespace Fleet.Twin.Sky;

/// <summary>Light on a sensor, as levels above zero; rows from the top, (0, 0) is the middle of the first pixel.</summary>
internal readonly struct SkyCanvas(float[] levels, int width, int height)
{
    public int Width => width;

    public int Height => height;

    public Span<float> Levels => levels;

    /// <summary>Adds a stroke with a Gaussian cross-section; a point where both halves are 0.</summary>
    /// <param name="x">Middle, px.</param>
    /// <param name="y">Middle, px.</param>
    /// <param name="halfX">From the middle to the end, px.</param>
    /// <param name="halfY">From the middle to the end, px.</param>
    /// <param name="spread">Standard deviation of the cross-section, px.</param>
    /// <param name="peak">Levels in the middle of the stroke.</param>
    public void Streak(float x, float y, float halfX, float halfY, float spread, float peak)
    {
        var reach = 4 * spread;
        int left = Math.Max(0, (int)(x - MathF.Abs(halfX) - reach)), right = Math.Min(width - 1, (int)(x + MathF.Abs(halfX) + reach + 1));
        int top = Math.Max(0, (int)(y - MathF.Abs(halfY) - reach)), bottom = Math.Min(height - 1, (int)(y + MathF.Abs(halfY) + reach + 1));
        var length2 = (halfX * halfX) + (halfY * halfY);
        var narrow = -1 / (2 * spread * spread);
        for (var row = top; row <= bottom; row++)
        {
            for (var column = left; column <= right; column++)
            {
                float dx = column - x, dy = row - y;
                var along = length2 > 0 ? Math.Clamp(((dx * halfX) + (dy * halfY)) / length2, -1, 1) : 0;
                dx -= along * halfX;
                dy -= along * halfY;
                levels[(row * width) + column] += peak * MathF.Exp(((dx * dx) + (dy * dy)) * narrow);
            }
        }
    }
}
