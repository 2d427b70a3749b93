namespace Fleet.Twin.Sensing;

/// <summary>Noise that is strongest in the dark, and the lens's loss of light in the corners.</summary>
internal static class SensorNoise
{
    private const int TableSize = 1 << 14;

    private static readonly float[] Normals = MakeNormals();

    /// <summary>A draw of the normal distribution, from the best bits of a linear congruence.</summary>
    public static float Normal(ulong random) => Normals[(int)(random >> 50)];

    public static void Add(byte[] bgr, int width, int height, SensorSetting setting)
    {
        var random = setting.NoiseKey | 1;
        float centreX = width / 2f, centreY = height / 2f;
        var corner = 1 / ((centreX * centreX) + (centreY * centreY));
        var luma = setting.Noise * 0.8f;
        var chroma = setting.Grey ? 0 : setting.Noise * 0.6f;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                random = (random * 6364136223846793005UL) + 1442695040888963407UL;
                var at = ((y * width) + x) * 3;
                float dx = x - centreX, dy = y - centreY;
                var light = 1 - (setting.Vignette * ((dx * dx) + (dy * dy)) * corner);
                var strength = 1 - (bgr[at + 1] * (0.5f / 255f));
                var all = Normals[(int)(random >> 50)] * luma;
                bgr[at] = Byte((bgr[at] * light) + (strength * (all + (chroma * Normals[(int)(random >> 36) & (TableSize - 1)]))));
                bgr[at + 1] = Byte((bgr[at + 1] * light) + (strength * all));
                bgr[at + 2] = Byte((bgr[at + 2] * light) + (strength * (all + (chroma * Normals[(int)(random >> 22) & (TableSize - 1)]))));
            }
        }
    }

    private static byte Byte(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);

    private static float[] MakeNormals()
    {
        var draws = new Chance(1).Knob("normals");
        var table = new float[TableSize];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = draws.Normal();
        }

        return table;
    }
}
