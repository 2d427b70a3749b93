using Fleet.Twin.Scenes;
using Fleet.Twin.Sensing;

namespace Fleet.Twin.Sky;

/// <summary>What a frame shows where nothing is: glow, vignette, noise, and pixels that are always bright.</summary>
internal static class Background
{
    public static void Draw(SkyCanvas canvas, SkyKnobs sky, Pointing pointing)
    {
        var level = pointing.Chance.Knob("sky/background").Between(sky.Background);
        var vignette = pointing.Chance.Knob("sky/vignette").Between(sky.Vignette);
        var glow = pointing.Chance.Knob("sky/glow");
        var glowLevel = glow.Between(sky.Glow);
        var side = glow.Between(0, MathF.Tau);
        float centreX = canvas.Width / 2f, centreY = canvas.Height / 2f;
        var corner = 1 / ((centreX * centreX) + (centreY * centreY));
        var slope = 0.5f / MathF.Sqrt(1 / corner);
        for (var y = 0; y < canvas.Height; y++)
        {
            var row = canvas.Levels.Slice(y * canvas.Width, canvas.Width);
            for (var x = 0; x < row.Length; x++)
            {
                float dx = x - centreX, dy = y - centreY;
                var horizon = 0.5f + (((dx * MathF.Cos(side)) + (dy * MathF.Sin(side))) * slope);
                row[x] = (level * (1 - (vignette * ((dx * dx) + (dy * dy)) * corner))) + (glowLevel * horizon * horizon);
            }
        }
    }

    public static void AddHotPixels(SkyCanvas canvas, SkyKnobs sky, long seed)
    {
        // a sensor keeps its hot pixels, so they hang on the seed alone
        var sensor = Chance.Of(seed, -1);
        var count = (int)sensor.Knob("sky/hot").Between(sky.HotPixels);
        for (var i = 0; i < count; i++)
        {
            var pixel = sensor.Knob("sky/hot-pixel", i);
            var at = pixel.Whole(0, canvas.Width * canvas.Height);
            canvas.Levels[at] += pixel.LogBetween(8, 200);
        }
    }

    /// <summary>Levels with noise, as grey BGR bytes.</summary>
    public static byte[] Expose(SkyCanvas canvas, float noise, ulong key)
    {
        var levels = canvas.Levels;
        var bgr = new byte[levels.Length * 3];
        var random = key | 1;
        for (var i = 0; i < levels.Length; i++)
        {
            random = (random * 6364136223846793005UL) + 1442695040888963407UL;
            // photons arrive by chance: what is brighter is noisier
            var grain = noise * MathF.Sqrt(0.7f + (levels[i] * 0.015f));
            var value = (byte)Math.Clamp(levels[i] + (grain * SensorNoise.Normal(random)) + 0.5f, 0, 255);
            bgr[i * 3] = bgr[(i * 3) + 1] = bgr[(i * 3) + 2] = value;
        }

        return bgr;
    }
}
