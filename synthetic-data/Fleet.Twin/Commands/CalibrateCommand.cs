using System.Globalization;
using System.Text;
using Fleet.Contracts;
using Fleet.Twin.Calibration;
using Fleet.Twin.Scenes;
using Fleet.Twin.Sensing;
using SkiaSharp;

namespace Fleet.Twin.Commands;

/// <summary><c>calibrate</c>: a scene like another, seen through the camera that took some photos.</summary>
internal static class CalibrateCommand
{
    private const int FramesToMeasure = 10;
    private const long MeasuringSeed = 7001;

    private static readonly (string Name, Func<Look, double> Of)[] Marks =
    [
        ("brightness", l => l.Mean), ("contrast", l => l.Contrast), ("noise", l => l.Noise), ("sharpness", l => l.Sharpness),
        ("colour", l => l.Colour), ("red over blue", l => Math.Exp(l.Cast)), ("vignette", l => l.Vignette),
    ];

    public static int Run(IReadOnlyList<string> words, TextWriter output)
    {
        var arguments = new Arguments("calibrate", words, ["--photos", "--out"], []);
        var scene = Scene.Load(arguments.Scene);
        if (scene.World == SceneWorld.NightSky)
        {
            throw new UsageException("calibrate fits scenes that are drawn through a lens; the levels of a night sky are written in its own field 'sky'.");
        }

        var photos = Photos.Read(arguments.Text("--photos"));
        var path = arguments.Text("--out");
        var fit = CameraFit.Of(scene, photos, Measure);
        try
        {
            var plate = photos.Plate is { } bgr ? WritePlate(bgr, photos, path) : null;
            WholeFile.Write(path, Encoding.UTF8.GetBytes(Text(fit, plate, photos.Looks.Count, arguments.Scene, scene)));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Problems.DeviceDiskFull, $"Writing {path} failed ({cause.Message}): make room or give another --out.", cause);
        }

        Table(output, photos.Looks, Measure(scene), Measure(fit.Apply(scene)));
        output.WriteLine(photos.Plate is null ? "No plate: the photos do not show one place from one fixed camera." : "The place itself, without what moves, is written beside the scene as its plate.");
        output.WriteLine($"{path} extends {arguments.Scene} with the camera of {photos.Looks.Count} photos.");
        return 0;
    }

    private static List<Look> Measure(Scene scene)
    {
        using var twin = new TwinRenderer(scene, MeasuringSeed);
        return [.. Enumerable.Range(0, FramesToMeasure).Select(i => Look.Of(twin.Render(i).Bgr, scene.Camera.Width, scene.Camera.Height))];
    }

    private static string WritePlate(byte[] bgr, Photos photos, string scene)
    {
        var path = Path.ChangeExtension(scene, ".plate.png");
        using var picture = Jpeg.Encode(bgr, photos.WidthPx, photos.HeightPx, SKEncodedImageFormat.Png, 100);
        WholeFile.Write(path, picture.AsSpan());
        return Path.GetFileName(path);
    }

    private static string Text(CameraFit fit, string? plate, int photos, string extends, Scene scene)
    {
        static string Span(Interval i, string format) => string.Create(CultureInfo.InvariantCulture, $"[{i.Low.ToString(format, CultureInfo.InvariantCulture)}, {i.High.ToString(format, CultureInfo.InvariantCulture)}]");
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# The camera of {photos} photos, fitted onto {scene.Name} by fleet twin calibrate. Change what you know better.");
        text.AppendLine(CultureInfo.InvariantCulture, $"extends: {(File.Exists(extends) ? Path.GetFullPath(extends) : extends)}");
        text.AppendLine("camera:");
        text.AppendLine(CultureInfo.InvariantCulture, $"  width: {fit.Width}\n  height: {fit.Height}\n  grey: {fit.Grey}");
        if (fit.Apply(scene).Camera.Intrinsics is { } measured)
        {
            // px of the smaller frame
            text.AppendLine(CultureInfo.InvariantCulture, $"  intrinsics: {{ fx: {measured.FxPx}, fy: {measured.FyPx}, cx: {measured.CxPx}, cy: {measured.CyPx} }}");
        }

        text.AppendLine("light:");
        text.AppendLine($"  exposure: {Span(fit.Exposure, "0")}\n  warmth: {Span(fit.Warmth, "0.##")}\n  dark: 0");
        text.AppendLine("sensor:");
        text.AppendLine($"  contrast: {Span(fit.Contrast, "0.##")}\n  blur: {Span(fit.Blur, "0.##")}\n  noise: {Span(fit.Noise, "0.##")}");
        text.AppendLine($"  vignette: {Span(fit.Vignette, "0.##")}\n  jpeg: {Span(fit.Jpeg, "0")}\n  gamma: [0.95, 1.05]");
        if (plate is not null)
        {
            text.AppendLine($"plate:\n  file: {plate}\n  share: 0.5");
        }

        return text.ToString();
    }

    private static void Table(TextWriter output, IReadOnlyList<Look> photos, IReadOnlyList<Look> before, IReadOnlyList<Look> after)
    {
        output.WriteLine($"{"median (10 % to 90 %)",-24}{"photos",-26}{"twin before",-26}{"twin after",-26}");
        foreach (var (name, of) in Marks)
        {
            output.WriteLine($"{name,-24}{Spread(photos, of),-26}{Spread(before, of),-26}{Spread(after, of),-26}");
        }
    }

    private static string Spread(IReadOnlyList<Look> looks, Func<Look, double> of)
    {
        var values = looks.Select(of).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{Quantiles.Of(values, 0.5):0.00} ({Quantiles.Of(values, 0.1):0.00} to {Quantiles.Of(values, 0.9):0.00})");
    }
}
