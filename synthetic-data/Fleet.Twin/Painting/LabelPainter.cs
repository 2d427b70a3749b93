using SkiaSharp;

namespace Fleet.Twin.Painting;

/// <summary>Paper labels with text lines, barcodes and matrix codes; lengths in metres of the face.</summary>
internal static class LabelPainter
{
    public static void Paint(SKCanvas canvas, Draws draws, SKRect place)
    {
        using var paint = new SKPaint { IsAntialias = true };
        paint.Color = new SKColor(0, 0, 0, 40);
        canvas.DrawRect(SKRect.Create(place.Left + 0.002f, place.Top + 0.002f, place.Width, place.Height), paint);
        var white = draws.Between(205, 250);
        paint.Color = draws.Happens(0.9f)
            ? new SKColor((byte)white, (byte)white, (byte)(white * draws.Between(0.92f, 1f)))
            : SKColor.FromHsv(draws.Pick(0f, 25f, 55f, 120f, 210f), draws.Between(30, 90), draws.Between(70, 98));
        canvas.DrawRect(place, paint);
        canvas.Save();
        canvas.ClipRect(place);
        paint.Color = new SKColor(22, 22, 26);
        var y = place.Top + (place.Height * 0.06f);
        while (y < place.Bottom - (place.Height * 0.1f))
        {
            var height = place.Height * draws.Between(0.07f, 0.24f);
            PaintRow(canvas, draws, SKRect.Create(place.Left + (place.Width * 0.06f), y, place.Width * 0.88f, height), paint);
            y += height * 1.25f;
        }

        canvas.Restore();
    }

    private static void PaintRow(SKCanvas canvas, Draws draws, SKRect row, SKPaint paint)
    {
        switch (draws.Whole(0, 5))
        {
            case 0:
            case 1:
                Barcode(canvas, draws, SKRect.Create(row.Left + (row.Width * draws.Between(0, 0.2f)), row.Top, row.Width * draws.Between(0.5f, 0.8f), row.Height), paint);
                break;
            case 2:
                MatrixCode(canvas, draws, row.Left + (row.Width * draws.Between(0, 0.6f)), row.Top, row.Height, paint);
                break;
            case 3:
                canvas.DrawRect(SKRect.Create(row.Left, row.MidY, row.Width, row.Height * 0.08f), paint);
                break;
            default:
                StrokeFont.Draw(canvas, StrokeFont.Word(draws) + " " + StrokeFont.Word(draws), row.Location, row.Height * 0.6f, draws.Between(0.1f, 0.2f), paint.Color);
                break;
        }
    }

    private static void Barcode(SKCanvas canvas, Draws draws, SKRect area, SKPaint paint)
    {
        var module = Math.Max(area.Width / 60f, 0.0012f);
        for (var x = area.Left; x < area.Right;)
        {
            var bar = module * draws.Whole(1, 4);
            canvas.DrawRect(SKRect.Create(x, area.Top, bar, area.Height), paint);
            x += bar + (module * draws.Whole(1, 4));
        }
    }

    private static void MatrixCode(SKCanvas canvas, Draws draws, float left, float top, float side, SKPaint paint)
    {
        const int Cells = 9;
        var cell = side / Cells;
        for (var i = 0; i < Cells * Cells; i++)
        {
            var border = i % Cells == 0 || i / Cells == Cells - 1;
            if (border || draws.Happens(0.5f))
            {
                canvas.DrawRect(SKRect.Create(left + (i % Cells * cell), top + (i / Cells * cell), cell, cell), paint);
            }
        }
    }
}
