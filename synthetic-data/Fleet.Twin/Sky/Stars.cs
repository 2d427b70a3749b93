using Fleet.Twin.Scenes;

namespace Fleet.Twin.Sky;

/// <summary>The stars of a pointing: many faint, few bright, all drawn into trails of one length while the sky turns.</summary>
internal static class Stars
{
    /// <summary>Numbers grow about this fast towards the faint: a magnitude fainter, 2.5 times as many.</summary>
    private const float Steepness = 1.3f;

    public static void Draw(SkyCanvas canvas, SkyKnobs sky, Pointing pointing)
    {
        var count = (int)pointing.Chance.Knob("sky/stars").Between(sky.Stars);
        // from frame to frame the field shifts against the sensor by its own trail
        float shiftX = pointing.TrailX * 2 * pointing.Turn, shiftY = pointing.TrailY * 2 * pointing.Turn;
        for (var i = 0; i < count; i++)
        {
            var star = pointing.Chance.Knob("sky/star", i);
            var x = Wrapped((star.Unit() * canvas.Width) + shiftX, canvas.Width);
            var y = Wrapped((star.Unit() * canvas.Height) + shiftY, canvas.Height);
            var peak = MathF.Min(sky.StarPeak.High, sky.StarPeak.Low * MathF.Pow(1 - star.Unit(), -1 / Steepness));
            // bright stars fill more pixels: the optics' halo comes above the noise
            var spread = pointing.Spread * (1 + (0.18f * MathF.Log2(1 + (peak / 60))));
            canvas.Streak(x, y, pointing.TrailX, pointing.TrailY, spread, peak);
        }
    }

    private static float Wrapped(float at, float length) => at - (length * MathF.Floor(at / length));
}
