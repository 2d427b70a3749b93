using Fleet.Twin.Sensing;
using SkiaSharp;

namespace Fleet.Twin.Commands;

/// <summary>Many frames on one picture with their boxes drawn.</summary>
internal sealed class ContactSheet : IDisposable
{
    private const int Columns = 6;
    private const int MostFrames = 48;
    private const int CellWidth = 300;

    private readonly SKBitmap _sheet;
    private readonly SKCanvas _canvas;
    private readonly int _cellHeight;
    private readonly int _cells;
    private readonly SKColorFilter _brighter;
    private int _next;

    /// <param name="gain">Brightens what is too dark to be looked at; 1 changes nothing.</param>
    public ContactSheet(int frames, int width, int height, float gain)
    {
        _cells = Math.Min(frames, MostFrames);
        _brighter = SKColorFilter.CreateColorMatrix([gain, 0, 0, 0, 0, 0, gain, 0, 0, 0, 0, 0, gain, 0, 0, 0, 0, 0, 1, 0]);
        _cellHeight = CellWidth * height / width;
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
        using var line = new SKPaint { Style = SKPaintStyle.Stroke, Color = SKColors.Lime, StrokeWidth = 1 };
        var scale = CellWidth / (float)frame.Width;
        foreach (var annotation in frame.Annotations)
        {
            var box = annotation.Box;
            _canvas.DrawRect(SKRect.Create(cell.Left + (box.X * scale), cell.Top + (box.Y * scale), box.Width * scale, box.Height * scale), line);
        }
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
