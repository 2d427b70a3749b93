using Fleet.Twin.Scenes;

namespace Fleet.Twin.Calibration;

/// <summary>The ranges that make the twin's camera look like the real one.</summary>
internal sealed record CameraFit(int Width, int Height, float Grey, Interval Exposure, Interval Warmth, Interval Contrast, Interval Blur, Interval Noise, Interval Vignette, Interval Jpeg)
{
    /// <summary>Longer sides than this cost time and teach a network of a few hundred pixels nothing.</summary>
    private const int LongestSide = 1280;

    /// <summary>What is less coloured than this is a grey camera's.</summary>
    private const double GreyBelow = 4;

    private static readonly float[] Blurs = [0.2f, 0.6f, 1, 1.6f, 2.4f];
    private static readonly float[] Noises = [0, 3, 6, 12];
    private static readonly float[] Warmths = [-0.9f, 0, 0.9f];
    private static readonly float[] Contrasts = [0.7f, 1, 1.4f];
    private static readonly float[] Vignettes = [0, 0.3f, 0.6f];

    /// <summary>Fits one effect after another: each is set to several values in the twin, its mark is measured there, and the photos' marks are looked up between them.</summary>
    /// <param name="measure">Looks of frames of a scene.</param>
    public static CameraFit Of(Scene scene, Photos photos, Func<Scene, IReadOnlyList<Look>> measure)
    {
        var shrink = Math.Min(1, LongestSide / (double)Math.Max(photos.WidthPx, photos.HeightPx));
        int width = Math.Max(64, (int)(photos.WidthPx * shrink)), height = Math.Max(64, (int)(photos.HeightPx * shrink));
        var colourful = photos.Looks.Where(l => l.Colour >= GreyBelow).ToList();
        var exposure = Span(photos.Looks, l => l.Mean, 5, 250);
        // effects that hide others are off while one is fitted
        var plain = scene with
        {
            Camera = scene.Camera.Resized(width, height) with { Grey = 0 },
            Light = scene.Light with { Exposure = exposure, Dark = 0, Warmth = new Interval(0, 0) },
            Sensor = scene.Sensor with { Noise = At(0), Motion = At(0), Sharpen = At(0), Contrast = At(1), Gamma = At(1), Vignette = At(0), Jpeg = At(95), Blur = At(0.4f) },
        };
        Interval Fit(IReadOnlyList<float> values, Func<float, Scene> with, Func<Look, double> mark, IReadOnlyList<Look> wanted, double low, double high)
        {
            var marks = values.Select(v => (Value: v, Mark: Quantiles.Of([.. measure(with(v)).Select(mark)], 0.5))).ToList();
            float Lookup(double share) => Between(marks, Quantiles.Of([.. wanted.Select(mark)], share));
            float a = Lookup(low), b = Lookup(high);
            return new Interval(Math.Min(a, b), Math.Max(a, b));
        }

        Scene Sensor(Func<SensorKnobs, SensorKnobs> change) => plain with { Sensor = change(plain.Sensor) };
        return new CameraFit(
            width, height, (float)Math.Round((photos.Looks.Count - colourful.Count) / (double)photos.Looks.Count, 2), exposure,
            colourful.Count == 0 ? scene.Light.Warmth : Fit(Warmths, w => plain with { Light = plain.Light with { Warmth = At(w) } }, l => l.Cast, colourful, 0.1, 0.9),
            Fit(Contrasts, c => Sensor(s => s with { Contrast = At(c) }), l => l.Contrast, photos.Looks, 0.25, 0.75),
            Fit(Blurs, b => Sensor(s => s with { Blur = At(b) }), l => l.Sharpness, photos.Looks, 0.15, 0.85),
            Fit(Noises, n => Sensor(s => s with { Noise = At(n) }), l => l.Noise, photos.Looks, 0.15, 0.85),
            Fit(Vignettes, v => Sensor(s => s with { Vignette = At(v) }), l => l.Vignette, photos.Looks, 0.25, 0.75),
            photos.Qualities.Count == 0 ? At(100) : new Interval((float)Quantiles.Of([.. photos.Qualities.Select(q => (double)q)], 0.1), (float)Quantiles.Of([.. photos.Qualities.Select(q => (double)q)], 0.9)));
    }

    /// <summary>The scene with these ranges in place of its own.</summary>
    public Scene Apply(Scene scene) => scene with
    {
        Camera = scene.Camera.Resized(Width, Height) with { Grey = Grey },
        Light = scene.Light with { Exposure = Exposure, Warmth = Warmth, Dark = 0 },
        Sensor = scene.Sensor with { Contrast = Contrast, Blur = Blur, Noise = Noise, Vignette = Vignette, Jpeg = Jpeg, Gamma = new Interval(0.95f, 1.05f) },
    };

    private static Interval At(float value) => new(value, value);

    private static Interval Span(IReadOnlyList<Look> looks, Func<Look, double> mark, float least, float most) => new(
        (float)Math.Clamp(Quantiles.Of([.. looks.Select(mark)], 0.1), least, most),
        (float)Math.Clamp(Quantiles.Of([.. looks.Select(mark)], 0.9), least, most));

    /// <summary>The value whose mark is wanted, along straight lines between the measured ones; the ends beyond them.</summary>
    internal static float Between(IReadOnlyList<(float Value, double Mark)> marks, double wanted)
    {
        var sorted = marks.OrderBy(m => m.Mark).ToList();
        for (var i = 1; i < sorted.Count; i++)
        {
            if (wanted < sorted[i].Mark)
            {
                var share = Math.Clamp((wanted - sorted[i - 1].Mark) / Math.Max(1e-9, sorted[i].Mark - sorted[i - 1].Mark), 0, 1);
                return (float)(sorted[i - 1].Value + ((sorted[i].Value - sorted[i - 1].Value) * share));
            }
        }

        return sorted[^1].Value;
    }
}
