using Fleet.Contracts;
using Fleet.Training.Frames;
using Fleet.Vision;
using SkiaSharp;

namespace Fleet.Training.Evaluation;

/// <summary>Draws what was found: green where it is right, red where it is not, thin blue what should be found.</summary>
internal static class Drawing
{
    private const float RightFrom = 0.5f;

    /// <summary>Writes a PNG.</summary>
    public static void Write(string path, TruthFrame frame, IReadOnlyList<Detection> found, float threshold)
    {
        using var bitmap = Pictures.Bitmap(frame.Frame);
        using var canvas = new SKCanvas(bitmap);
        using var font = new SKFont { Size = 12 };
        foreach (var truth in frame.Truth)
        {
            Draw(canvas, truth.Box, SKColors.DodgerBlue, widthPx: 1);
        }

        foreach (var detection in found.Where(d => d.Score >= threshold))
        {
            var right = frame.Truth.Any(t => t.Label == detection.Label && Boxes.Iou(t.Box, detection.Box) >= RightFrom);
            var colour = right ? SKColors.Lime : SKColors.Red;
            Draw(canvas, detection.Box, colour, widthPx: 2);
            using var paint = new SKPaint { Color = colour };
            canvas.DrawText(detection.Score.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), detection.Box.X + 2, detection.Box.Y + 12, SKTextAlign.Left, font, paint);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        using var file = File.Create(path);
        data.SaveTo(file);
    }

    private static void Draw(SKCanvas canvas, Box box, SKColor colour, float widthPx)
    {
        using var paint = new SKPaint { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = widthPx };
        canvas.DrawRect(box.X, box.Y, box.Width, box.Height, paint);
    }
}
