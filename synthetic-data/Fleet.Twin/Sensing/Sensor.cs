using Fleet.Twin.Gl;
using Fleet.Twin.Scenes;
using SkiaSharp;

namespace Fleet.Twin.Sensing;

/// <summary>Turns rendered light into what a camera would have sent: exposure, curve, blur, noise, JPEG.</summary>
internal static class Sensor
{
    /// <param name="bgra">Rows from the bottom, sqrt-encoded light.</param>
    /// <returns>BGR, rows from the top.</returns>
    public static byte[] Expose(byte[] bgra, int width, int height, SensorSetting setting)
    {
        var bgr = new byte[width * height * 3];
        Develop(bgra, bgr, width, height, setting);
        var scratch = new byte[bgr.Length];
        if (setting.Motion > 1)
        {
            Smoothing.Smear(bgr, scratch, width, height, setting.Motion, setting.MotionAngle);
        }

        if (setting.Blur > 0.15f)
        {
            Smoothing.Blur(bgr, scratch, width, height, setting.Blur);
        }

        if (setting.Sharpen > 0.05f)
        {
            Smoothing.Sharpen(bgr, scratch, width, height, setting.Sharpen);
        }

        SensorNoise.Add(bgr, width, height, setting);
        return setting.Jpeg < 100 ? Jpeg.RoundTrip(bgr, width, height, setting.Jpeg) : bgr;
    }

    private static void Develop(byte[] bgra, byte[] bgr, int width, int height, SensorSetting setting)
    {
        var gain = Gain(bgra, setting.Exposure);
        var curves = Array.ConvertAll([setting.BlueGain, 1f, setting.RedGain], balance => Curve(gain * balance, setting));
        for (var y = 0; y < height; y++)
        {
            var from = (height - 1 - y) * width * 4;
            var to = y * width * 3;
            for (var x = 0; x < width; x++, from += 4, to += 3)
            {
                byte b = curves[0][bgra[from]], g = curves[1][bgra[from + 1]], r = curves[2][bgra[from + 2]];
                if (setting.Grey)
                {
                    b = g = r = (byte)(((b * 29) + (g * 150) + (r * 77)) >> 8);
                }

                (bgr[to], bgr[to + 1], bgr[to + 2]) = (b, g, r);
            }
        }
    }

    /// <summary>Gain that brings the mean near the aim; bright lamps count little, as in a camera that meters sensibly.</summary>
    private static float Gain(byte[] bgra, float aim)
    {
        double sum = 0;
        var count = 0;
        for (var i = 0; i + 2 < bgra.Length; i += 4 * 7)
        {
            var brightness = ((bgra[i] * 0.11f) + (bgra[i + 1] * 0.59f) + (bgra[i + 2] * 0.3f)) / 255f;
            sum += Math.Min(brightness, 0.75f);
            count++;
        }

        var mean = Math.Max(0.02, sum / count);
        var wanted = aim / 255f / MathF.Sqrt(Shaders.Ceiling);
        var ratio = (float)(wanted / mean);
        return Math.Clamp(ratio * ratio, 0.2f, 14f);
    }

    private static byte[] Curve(float gain, SensorSetting setting)
    {
        var curve = new byte[256];
        for (var i = 0; i < 256; i++)
        {
            var light = i / 255f * (i / 255f) * Shaders.Ceiling * gain;
            // a soft shoulder, as cameras have: highlights fade instead of tearing off
            var film = light / MathF.Pow(1 + MathF.Pow(light * 0.9f, 4), 0.25f);
            var value = MathF.Pow(film, setting.Gamma / 2f);
            value = ((value - 0.5f) * setting.Contrast) + 0.5f + setting.Lift;
            curve[i] = (byte)Math.Clamp(value * 255f, 0, 255);
        }

        return curve;
    }
}

/// <summary>The sensor of one frame.</summary>
internal sealed record SensorSetting(
    float Exposure, float Gamma, float Contrast, float Lift, float RedGain, float BlueGain, bool Grey)
{
    public float Blur { get; init; }

    public float Motion { get; init; }

    public float MotionAngle { get; init; }

    public float Sharpen { get; init; }

    public float Noise { get; init; }

    public float Vignette { get; init; }

    public int Jpeg { get; init; }

    public ulong NoiseKey { get; init; }

    /// <param name="chance">What stays with the camera.</param>
    /// <param name="frame">What differs from frame to frame.</param>
    public static SensorSetting Draw(Chance chance, Chance frame, Scene scene, bool backdrop)
    {
        var knobs = scene.Sensor;
        float Of(string knob, Interval range) => chance.Knob("sensor/" + knob).Between(range);
        var exposure = chance.Knob("sensor/exposure");
        var aim = exposure.Between(scene.Light.Exposure);
        var balance = chance.Knob("sensor/balance");
        return new SensorSetting(
            exposure.Happens(scene.Light.Dark) ? aim * exposure.Between(0.3f, 0.6f) : backdrop ? aim * 0.85f : aim,
            Of("gamma", knobs.Gamma),
            Of("contrast", knobs.Contrast),
            chance.Knob("sensor/lift").Normal() * 0.015f,
            1 + (balance.Normal() * 0.05f),
            1 + (balance.Normal() * 0.06f),
            chance.Knob("sensor/grey").Happens(backdrop ? Math.Min(1, scene.Camera.Grey * 2) : scene.Camera.Grey * 0.8f))
        {
            Blur = Of("blur", knobs.Blur) * scene.Camera.Width / 480f,
            Motion = frame.Knob("sensor/motion").Between(knobs.Motion),
            MotionAngle = frame.Knob("sensor/motion-angle").Between(0, MathF.PI),
            Sharpen = Of("sharpen", knobs.Sharpen),
            Noise = Of("noise", knobs.Noise),
            Vignette = Of("vignette", knobs.Vignette),
            Jpeg = (int)Of("jpeg", knobs.Jpeg),
            NoiseKey = frame.Knob("sensor/noise-key").Bits(),
        };
    }
}
