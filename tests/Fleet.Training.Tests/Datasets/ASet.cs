using Fleet.Testing;
using Fleet.Training.Datasets;
using SkiaSharp;

namespace Fleet.Training.Tests.Datasets;

/// <summary>A folder to be filled with pictures and labels.</summary>
internal sealed class ASet : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>A picture with a look of its own for each <paramref name="seed"/>.</summary>
    public string Picture(string name, int seed = 0, SKEncodedImageFormat format = SKEncodedImageFormat.Png, int width = 64, int height = 48)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.DimGray);
        for (var i = 0; i < 30; i++)
        {
            using var paint = new SKPaint { Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)) };
            canvas.DrawRect(random.Next(width), random.Next(height), 4 + random.Next(16), 4 + random.Next(16), paint);
        }

        using var data = bitmap.Encode(format, quality: 90);
        return File(name, data.ToArray());
    }

    public string File(string name, string text) => File(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string File(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    public CheckedDataset Check(ReadOptions? options = null) => DataCheck.Check(Path, options ?? new ReadOptions());

    /// <summary>Code and file of each finding.</summary>
    public IEnumerable<string> Findings(ReadOptions? options = null) => Check(options).Findings.Select(f => $"{f.Code} {f.File}{(f.Line is { } line ? $":{line}" : "")}");

    public void Dispose() => _folder.Dispose();
}
