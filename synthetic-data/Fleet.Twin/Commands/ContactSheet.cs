using Fleet.Twin.Scenes;
using Fleet.Twin.Sensing;
using SkiaSharp;

namespace Fleet.Twin.Commands;

/// <summary>Many frames on one picture with their boxes drawn.</summary>
internal sealed class ContactSheet : IDisposable
{
    private const int Columns = 6;
    public const int MostFrames = 48;
    private const int CellWidth = 300;

    private readonly IReadOnlyList<string> _classes;
    private readonly SKBitmap _sheet;
    private readonly SKCanvas _canvas;
    private readonly int _cellHeight;
    private readonly int _cells;
    private readonly SKColorFilter _brighter;
    private int _next;

    public ContactSheet(int frames, Scene scene)
    {
        _classes = scene.Classes;
        _cells = Math.Min(frames, MostFrames);
        // a night sky is too dark to be looked at as it is
        var gain = scene.World == SceneWorld.NightSky ? 4 : 1;
        _brighter = SKColorFilter.CreateColorMatrix([gain, 0, 0, 0, 0, 0, gain, 0, 0, 0, 0, 0, gain, 0, 0, 0, 0, 0, 1, 0]);
        _cellHeight = CellWidth * scene.Camera.Height / scene.Camera.Width;
        _sheet = new SKBitmap(CellWidth * Math.Min(_cells, Columns), _cellHeight * ((_cells + Columns - 1) / Columns), SKColorType.Bgra8888, SKAlphaType.Opaque);
        _canvas = new SKCanvas(_sheet);
    }

    public void Add(TwinFrame frame)
    {
        if (_next >= _cells)
        {
            return;
        }

        var cell = SKRect.Create(_next % Columns * CellWidth, _next / Columns * _cellHeight, CellWidth, _cellHeight);
        _next++;
        using var bitmap = Jpeg.ToBitmap(frame.Bgr, frame.Width, frame.Height);
        using var picture = SKImage.FromBitmap(bitmap);
        using var brush = new SKPaint { ColorFilter = _brighter };
        _canvas.DrawImage(picture, cell, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), brush);
        using var line = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
        var scale = CellWidth / (float)frame.Width;
        foreach (var annotation in frame.Annotations)
        {
            var box = annotation.Box;
            line.Color = ColourOf(annotation.Label);
            _canvas.DrawRect(SKRect.Create(cell.Left + (box.X * scale), cell.Top + (box.Y * scale), box.Width * scale, box.Height * scale), line);
        }
    }

    /// <summary>Green for the first class, as far from each other as hues go for the others; red for what is empty.</summary>
    private SKColor ColourOf(string label)
    {
        var index = _classes.TakeWhile(c => c != label).Count();
        return label == ShelfKnobs.EmptyFacing ? SKColors.Red : SKColor.FromHsv((120 + (index * 137.5f)) % 360, 75, 100);
    }

    public SKData Encode()
    {
        _canvas.Flush();
        return _sheet.Encode(SKEncodedImageFormat.Png, 90);
    }

    public void Dispose()
    {
        _canvas.Dispose();
        _brighter.Dispose();
        _sheet.Dispose();
    }
}
