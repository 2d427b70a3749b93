using Fleet.Training.Frames;
using SkiaSharp;

namespace Fleet.Training.Tests.Heads;

/// <summary>Pictures of two classes that a few steps tell apart, a folder for each.</summary>
internal static class Shades
{
    public static IReadOnlyList<LabelledPicture> Pictures(string folder, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Picture(folder, i % 2 == 0 ? "dark" : "bright", i))];

    private static LabelledPicture Picture(string folder, string label, int index)
    {
        var random = new Random(index);
        using var bitmap = new SKBitmap(40, 30);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = label == "dark" ? new SKColor(20, 30, 160) : new SKColor(240, 190, 60) };
        canvas.Clear(SKColors.Gray);
        canvas.DrawRect(random.Next(8), random.Next(8), 24, 18, paint);
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, label)).FullName, $"{index:000}.png");
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        File.WriteAllBytes(path, data.ToArray());
        return new LabelledPicture(path, [Cutting.WholeOf(40, 30, label)]);
    }
}
