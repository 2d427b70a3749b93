using SkiaSharp;

namespace Fleet.Twin.Painting;

/// <summary>Paints everything that is not a carton; a texture stands for about 1 to 2 metres and repeats.</summary>
internal static class SurfacePainter
{
    private const float Side = 256;

    public static void Paint(SKBitmap into, Motif motif, Draws draws)
    {
        using var canvas = new SKCanvas(into);
        using var paint = new SKPaint { IsAntialias = true };
        into.Erase(SKColors.White);
        var grain = motif switch
        {
            Motif.Concrete => Concrete(canvas, draws, paint),
            Motif.Planks => Planks(canvas, draws, paint),
            Motif.Ribs => Ribs(canvas, draws, paint),
            Motif.Hazard => Hazard(canvas, draws, paint),
            Motif.Tiles => Grid(canvas, draws, paint, draws.Whole(2, 7), offset: false),
            Motif.Bricks => Grid(canvas, draws, paint, draws.Whole(4, 9), offset: true),
            Motif.Panels => Panels(canvas, draws, paint),
            Motif.Metal => Metal(canvas, draws, paint),
            Motif.Shelves => Shelves(canvas, draws, paint),
            Motif.Cloth => Cloth(canvas, draws, paint),
            Motif.Junk => Junk(canvas, draws, paint),
            Motif.Mesh => Mesh(canvas, draws, paint),
            _ => new Grain(draws.Between(1, 5), draws.Between(0, 6), 0, Upright: false),
        };
        if (motif == Motif.Film)
        {
            Film(into, canvas, draws, paint);
            return;
        }

        grain.Rub(into, draws);
    }

    private static SKColor Brown(Draws draws) => SKColor.FromHsv(draws.Between(20, 40), draws.Between(25, 58), draws.Between(40, 85));

    private static SKColor Any(Draws draws, float saturation) => SKColor.FromHsv(draws.Between(0, 360), draws.Between(0, saturation), draws.Between(12, 95));

    private static Grain Concrete(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(SKColor.FromHsv(draws.Between(20, 220), draws.Between(0, 12), draws.Between(60, 92)));
        for (var i = draws.Whole(6, 26); i > 0; i--)
        {
            paint.Color = draws.Happens(0.6f) ? new SKColor(20, 18, 15, (byte)draws.Whole(6, 42)) : new SKColor(255, 255, 255, (byte)draws.Whole(6, 40));
            canvas.DrawOval(draws.Between(0, Side), draws.Between(0, Side), draws.LogBetween(2, 50), draws.LogBetween(2, 30), paint);
        }

        paint.Style = SKPaintStyle.Stroke;
        for (var i = draws.Whole(0, 9); i > 0; i--)
        {
            paint.Color = new SKColor(15, 15, 15, (byte)draws.Whole(20, 90));
            paint.StrokeWidth = draws.Between(0.5f, 2.5f);
            float x = draws.Between(0, Side), y = draws.Between(0, Side);
            canvas.DrawLine(x, y, x + (draws.Normal() * 80), y + (draws.Normal() * 30), paint);
        }

        paint.Style = SKPaintStyle.Fill;
        if (draws.Happens(0.4f))
        {
            paint.Color = new SKColor(10, 10, 10, 120);
            canvas.DrawRect(0, 0, Side, 2, paint);
        }

        return new Grain(draws.Between(3, 10), draws.Between(4, 12), 0, Upright: false);
    }

    private static Grain Planks(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(Brown(draws));
        var count = draws.Whole(1, 6);
        for (var i = 0; i < count; i++)
        {
            paint.Color = new SKColor(60, 38, 18, (byte)draws.Whole(0, 60));
            canvas.DrawRect(0, i * Side / count, Side, Side / count, paint);
            for (var k = 0; k < 10; k++)
            {
                paint.Color = new SKColor(65, 40, 18, (byte)draws.Whole(15, 70));
                canvas.DrawRect(0, (i + draws.Unit()) * Side / count, Side, draws.Between(0.6f, 2.5f), paint);
            }

            paint.Color = new SKColor(25, 14, 6, 190);
            canvas.DrawRect(0, i * Side / count, Side, draws.Between(1.5f, 5), paint);
            canvas.DrawCircle(draws.Between(0, Side), (i + 0.5f) * Side / count, draws.Between(2, 6), paint);
        }

        return new Grain(draws.Between(3, 10), draws.Between(3, 12), 2, Upright: false);
    }

    private static Grain Ribs(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(Any(draws, 60));
        var count = draws.Whole(4, 14);
        for (var i = 0; i < count; i++)
        {
            paint.Color = new SKColor(0, 0, 0, (byte)draws.Whole(50, 120));
            canvas.DrawRect(i * Side / count, 0, Side / count * 0.4f, Side, paint);
            paint.Color = new SKColor(255, 255, 255, 60);
            canvas.DrawRect((i + 0.55f) * Side / count, 0, Side / count * 0.2f, Side, paint);
        }

        return new Grain(3, draws.Between(2, 9), 1, Upright: true);
    }

    private static Grain Hazard(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(draws.Happens(0.65f) ? new SKColor(235, 190, 20) : SKColors.White);
        paint.Color = draws.Happens(0.6f) ? new SKColor(15, 15, 15) : new SKColor(190, 30, 30);
        paint.StrokeWidth = Side / 8;
        for (var i = -4; i < 8; i++)
        {
            canvas.DrawLine(i * Side / 4, -10, (i + 2.2f) * Side / 4, Side + 10, paint);
        }

        return new Grain(4, 10, 0, Upright: false);
    }

    private static Grain Grid(SKCanvas canvas, Draws draws, SKPaint paint, int rows, bool offset)
    {
        var brown = offset ? draws.Happens(0.5f) : draws.Happens(0.25f);
        var tile = brown ? Brown(draws) : Any(draws, 12);
        canvas.Clear(Any(draws, 10));
        float high = Side / rows, wide = offset ? high * 2 : high, gap = draws.Between(2, 7);
        for (var y = 0; y < rows; y++)
        {
            for (var x = -1; x <= Side / wide; x++)
            {
                paint.Color = tile.WithAlpha((byte)draws.Whole(205, 256));
                canvas.DrawRect((x * wide) + (offset && y % 2 == 1 ? wide / 2 : 0), y * high, wide - gap, high - gap, paint);
            }
        }

        return new Grain(draws.Between(2, 8), draws.Between(2, 8), 0, Upright: false);
    }

    private static Grain Panels(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(draws.Happens(0.35f) ? Brown(draws) : Any(draws, 25));
        var count = draws.Whole(1, 5);
        for (var i = 0; i < count; i++)
        {
            paint.Color = new SKColor(0, 0, 0, (byte)draws.Whole(60, 190));
            canvas.DrawRect(i * Side / count, 0, draws.Between(1.5f, 5), Side, paint);
            canvas.DrawRect(0, draws.Between(0, Side), Side, draws.Between(1, 3), paint);
        }

        return new Grain(2, draws.Between(2, 8), 1, Upright: true);
    }

    private static Grain Metal(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        for (var i = draws.Whole(3, 22); i > 0; i--)
        {
            paint.Color = new SKColor(40, 30, 25, (byte)draws.Whole(30, 150));
            canvas.DrawOval(draws.Between(0, Side), draws.Between(0, Side), draws.LogBetween(1, 12), draws.LogBetween(1, 6), paint);
        }

        if (draws.Happens(0.6f))
        {
            paint.Color = new SKColor(10, 10, 10, 210);
            for (var i = 0; i < 8; i++)
            {
                canvas.DrawOval(Side / 2, (i + 0.5f) * Side / 8, 18, 7, paint);
            }
        }

        return new Grain(4, 8, 2, Upright: true);
    }

    private static Grain Shelves(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(new SKColor(26, 25, 26));
        for (var row = 0; row < 4; row++)
        {
            for (var x = draws.Between(0, 10); x < Side;)
            {
                float wide = draws.Between(14, 60), high = draws.Between(15, 52);
                paint.Color = Any(draws, 60).WithAlpha((byte)draws.Whole(60, 190));
                canvas.DrawOval(x + (wide / 2), (row * 64) + 60 - (high / 2), wide / 2, high / 2, paint);
                x += wide + draws.Between(0, 26);
            }

            paint.Color = new SKColor((byte)draws.Whole(60, 230), (byte)draws.Whole(60, 120), 40);
            canvas.DrawRect(0, (row * 64) + 58, Side, 6, paint);
        }

        return new Grain(5, 8, 0, Upright: false);
    }

    private static Grain Cloth(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(Any(draws, 50));
        var dots = Any(draws, 60);
        paint.Style = SKPaintStyle.Stroke;
        for (var i = draws.Whole(0, 2) * draws.Whole(20, 90); i > 0; i--)
        {
            paint.Color = dots;
            paint.StrokeWidth = draws.Between(1, 4);
            canvas.DrawArc(SKRect.Create(draws.Between(0, Side), draws.Between(0, Side), draws.Between(8, 30), draws.Between(8, 30)), draws.Between(0, 360), 140, false, paint);
        }

        return new Grain(5, draws.Between(5, 20), draws.Between(0, 5), Upright: true);
    }

    private static Grain Junk(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(Any(draws, 40));
        for (var i = draws.Whole(10, 70); i > 0; i--)
        {
            paint.Color = Any(draws, 95).WithAlpha((byte)draws.Whole(90, 256));
            Scrap(canvas, draws, paint, new SKPoint(draws.Between(-20, Side), draws.Between(-20, Side)));
        }

        return new Grain(6, 12, 0, Upright: false);
    }

    private static void Scrap(SKCanvas canvas, Draws draws, SKPaint paint, SKPoint at)
    {
        float width = draws.LogBetween(4, 110), height = draws.LogBetween(4, 110);
        switch (draws.Whole(0, 6))
        {
            case 0:
                canvas.DrawOval(at.X, at.Y, width / 2, height / 2, paint);
                break;
            case 1:
                paint.StrokeWidth = draws.LogBetween(1, 16);
                canvas.DrawLine(at.X, at.Y, draws.Between(0, Side), draws.Between(0, Side), paint);
                break;
            case 2:
                StrokeFont.Draw(canvas, $"{draws.Whole(100, 99_999)}", at, draws.Between(6, 26), draws.Between(0.1f, 0.25f), paint.Color);
                break;
            case 3:
                canvas.Save();
                canvas.RotateDegrees(draws.Between(0, 90), at.X, at.Y);
                canvas.DrawRect(SKRect.Create(at, new SKSize(width, height * 0.3f)), paint);
                canvas.Restore();
                break;
            default:
                canvas.DrawRect(SKRect.Create(at, new SKSize(width, height)), paint);
                break;
        }
    }

    private static Grain Mesh(SKCanvas canvas, Draws draws, SKPaint paint)
    {
        canvas.Clear(new SKColor(40, 40, 42));
        paint.Color = Any(draws, 20);
        for (var i = 0; i < 12; i++)
        {
            canvas.DrawRect(i * Side / 12, 0, 5, Side, paint);
            canvas.DrawRect(0, i * Side / 12, Side, 3, paint);
        }

        return new Grain(3, 5, 0, Upright: false);
    }

    private static void Film(SKBitmap into, SKCanvas canvas, Draws draws, SKPaint paint)
    {
        into.Erase(new SKColor(255, 255, 255, (byte)draws.Whole(8, 34)));
        paint.Style = SKPaintStyle.Stroke;
        var tilt = draws.Normal() * 12;
        for (var i = draws.Whole(18, 60); i > 0; i--)
        {
            paint.Color = new SKColor(255, 255, 255, (byte)draws.Whole(12, 95));
            paint.StrokeWidth = draws.LogBetween(0.6f, 9);
            float x = draws.Between(-40, Side), y = draws.Between(0, Side);
            canvas.DrawLine(x, y, x + draws.Between(30, 200), y + tilt + (draws.Normal() * 14), paint);
        }

        for (var i = draws.Whole(2, 9); i > 0; i--)
        {
            paint.Color = new SKColor(255, 255, 255, (byte)draws.Whole(50, 170));
            paint.StrokeWidth = draws.LogBetween(0.8f, 3);
            float x = draws.Between(0, Side), y = draws.Between(0, Side);
            canvas.DrawLine(x, y, x + (draws.Normal() * 50), y + (draws.Normal() * 60), paint);
        }
    }
}
