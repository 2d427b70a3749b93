using System.Security.Cryptography;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Twin.Calibration;
using Fleet.Twin.Scenes;
using SkiaSharp;

namespace Fleet.Twin.Tests;

public sealed class CalibrationTests
{
    /// <summary>A camera whose marks are straight lines of its knobs, so that the right answer is known.</summary>
    private static IReadOnlyList<Look> Straight(Scene s) =>
        [new Look(100, 40 * s.Sensor.Contrast.Low, 0.3 * s.Sensor.Noise.Low, 0.8 - (0.2 * s.Sensor.Blur.Low), 30, 0.4 * s.Light.Warmth.Low, s.Sensor.Vignette.Low)];

    [Fact]
    public void A_fit_finds_the_knobs_that_make_the_marks_of_the_photos()
    {
        var looks = Enumerable.Range(0, 20).Select(i => new Look(80 + i, 48, 1.2, 0.5, 30, 0.2, 0.3)).ToList();
        var fit = CameraFit.Of(Scene.Load("warehouse"), new Photos(looks, [80, 80, 90], 800, 600, Plate: null), Straight);
        Assert.Equal((800, 600), (fit.Width, fit.Height));
        Assert.Equal(0, fit.Grey);
        Assert.InRange(fit.Noise.Low, 3.9, 4.1);
        Assert.InRange(fit.Blur.High, 1.45, 1.55);
        Assert.InRange(fit.Contrast.Low, 1.15, 1.25);
        Assert.InRange(fit.Warmth.High, 0.45, 0.55);
        Assert.InRange(fit.Vignette.Low, 0.28, 0.32);
        Assert.InRange(fit.Exposure.Low, 81, 83);
        Assert.InRange(fit.Jpeg.Low, 80, 81);
    }

    [Fact]
    public void Noise_blur_and_quality_are_read_from_the_pictures_themselves()
    {
        var scene = Scene.Load("warehouse-field") with { };
        Look Seen(float noise, float blur)
        {
            var seen = scene with { Sensor = scene.Sensor with { Noise = new Interval(noise, noise), Blur = new Interval(blur, blur), Jpeg = new Interval(100, 100) } };
            using var twin = new TwinRenderer(seen, seed: 3);
            return Look.Of(twin.Render(5).Bgr, scene.Camera.Width, scene.Camera.Height);
        }

        Assert.True(Seen(8, 0.6f).Noise > Seen(1, 0.6f).Noise + 1);
        Assert.True(Seen(0, 2.2f).Sharpness < Seen(0, 0.4f).Sharpness - 0.03);
        using var bitmap = new SKBitmap(64, 64);
        bitmap.Erase(SKColors.Gray);
        foreach (var quality in new[] { 30, 60, 92 })
        {
            using var file = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
            Assert.InRange(JpegQuality.Of(file.AsSpan())!.Value, quality - 2, quality + 2);
        }

        Assert.Null(JpegQuality.Of("no picture"u8));
    }

    [Fact]
    public void What_moves_before_a_fixed_camera_is_not_on_the_plate()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 7; i++)
        {
            using var bitmap = new SKBitmap(96, 96);
            bitmap.Erase(new SKColor(90, 120, 60));
            using var canvas = new SKCanvas(bitmap);
            using var paint = new SKPaint { Color = SKColors.Red };
            canvas.DrawRect(SKRect.Create(i * 13, 20, 12, 40), paint);
            using var file = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(folder.Path, $"{i}.png"), file.ToArray());
        }

        var photos = Photos.Read(folder.Path);
        Assert.All(photos.Plate!.Chunk(3), p => Assert.Equal([60, 120, 90], p.Select(b => (int)b)));
    }

    [Fact]
    public void A_scene_may_extend_another_and_a_plate_shows_behind_it()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "mine.yaml");
        using (var bitmap = new SKBitmap(96, 96))
        {
            bitmap.Erase(SKColors.Lime);
            using var file = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(folder.Path, "place.png"), file.ToArray());
        }

        const string Above = "extends: warehouse\nsensor:\n  noise: 0\ncamera:\n  grey: 0\n  width: 200\n  height: 160\n";
        File.WriteAllText(path, Above);
        var plain = Scene.Load(path);
        Assert.Equal(new Interval(0, 0), plain.Sensor.Noise);
        Assert.Equal(Scene.Load("warehouse").Sensor.Jpeg, plain.Sensor.Jpeg);
        Assert.NotEqual(Scene.Load("warehouse").Digest, plain.Digest);

        File.WriteAllText(path, Above + "plate:\n  file: place.png\n  share: 1\n");
        var placed = Scene.Load(path);
        Assert.NotEqual(plain.Digest, placed.Digest);
        using var before = new TwinRenderer(plain, seed: 2);
        using var after = new TwinRenderer(placed, seed: 2);
        Assert.Equal(before.Annotate(3), after.Annotate(3));
        Assert.True(Green(after.Render(3)) > Green(before.Render(3)) + 0.1, "the green plate does not show");
        Assert.NotEqual(SHA256.HashData(before.Render(3).Bgr), SHA256.HashData(after.Render(3).Bgr));
    }

    [Theory]
    [InlineData("extends: nowhere\n", "nowhere")]
    [InlineData("extends: mine.yaml\n", "extend each other")]
    [InlineData("extends: warehouse\nplate:\n  file: missing.png\n", "missing.png")]
    [InlineData("extends: warehouse\nsensor:\n  nosie: 3\n", "line 3")]
    public void A_mistake_in_an_extending_scene_is_told(string text, string told)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "mine.yaml");
        File.WriteAllText(path, text);
        Assert.Contains(told, Assert.Throws<ProblemException>(() => Scene.Load(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Share of pixels that are clearly green.</summary>
    private static double Green(TwinFrame frame) => frame.Bgr.Chunk(3).Count(p => p[1] > p[0] + 60 && p[1] > p[2] + 60) / (double)(frame.Width * frame.Height);
}
