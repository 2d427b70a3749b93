using SkiaSharp;

namespace Fleet.Twin.Painting;

/// <summary>What the carton maker printed: bands, words, logos, handling symbols.</summary>
internal static class PrintPainter
{
    public static void Paint(SKCanvas canvas, CartonStyle style, SKRect area, Draws draws)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = style.Ink };
        switch (style.Print)
        {
            case Print.Band:
                var high = area.Height * draws.Between(0.1f, 0.3f);
                var top = draws.Between(0, area.Height - high);
                canvas.DrawRect(SKRect.Create(0, top, area.Width, high), paint);
                Fit(canvas, StrokeFont.Word(draws), SKRect.Create(area.Width * 0.1f, top + (high * 0.22f), area.Width * 0.8f, high * 0.56f), 0.16f, style.Board);
                break;
            case Print.Words:
                Words(canvas, draws, style, area, draws.Whole(1, 4));
                break;
            case Print.Logo:
                Logo(canvas, draws, style, area);
                break;
            case Print.Frame:
                paint.Style = SKPaintStyle.Stroke;
                paint.StrokeWidth = draws.Between(0.002f, 0.008f);
                var margin = Math.Min(area.Width, area.Height) * draws.Between(0.06f, 0.14f);
                var inside = SKRect.Inflate(area, -margin, -margin);
                canvas.DrawRoundRect(inside, margin * 0.3f, margin * 0.3f, paint);
                Words(canvas, draws, style, SKRect.Inflate(inside, -margin * 0.5f, -margin * 0.5f), 2);
                break;
            case Print.Column:
                var wide = area.Width * draws.Between(0.08f, 0.22f);
                canvas.DrawRect(SKRect.Create(draws.Happens(0.5f) ? 0 : area.Width - wide, 0, wide, area.Height), paint);
                Words(canvas, draws, style, SKRect.Inflate(area, -wide * 1.2f, -area.Height * 0.1f), 1);
                break;
            case Print.Small:
                var line = Math.Min(area.Width, area.Height) * 0.06f;
                StrokeFont.Draw(canvas, StrokeFont.Code(draws, 10), new SKPoint(area.Width * 0.06f, area.Height * draws.Between(0.06f, 0.85f)), line, 0.14f, style.Ink);
                break;
            case Print.Picture:
                Picture(canvas, draws, style, area);
                break;
        }
    }

    public static void Words(SKCanvas canvas, Draws draws, CartonStyle style, SKRect area, int lines)
    {
        for (var i = 0; i < lines; i++)
        {
            var height = area.Height / lines * draws.Between(0.25f, 0.6f);
            var top = area.Top + (area.Height * i / lines);
            var width = area.Width * draws.Between(0.4f, 0.9f);
            Fit(canvas, StrokeFont.Word(draws), SKRect.Create(area.Left + draws.Between(0, area.Width - width), top, width, height), draws.Between(0.1f, 0.24f), style.Ink);
        }
    }

    /// <summary>Up arrows, glass, umbrella, boxed symbol: the row of marks on most shipping cartons.</summary>
    public static void Symbols(SKCanvas canvas, CartonStyle style, SKRect area, Draws draws)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = style.Ink };
        var side = Math.Min(Math.Min(area.Width, area.Height) * 0.18f, draws.Between(0.03f, 0.07f));
        var top = draws.Happens(0.5f) ? area.Height * 0.06f : (area.Height * 0.94f) - side;
        var left = draws.Between(area.Width * 0.05f, area.Width * 0.4f);
        for (var i = draws.Whole(1, 5); i > 0 && left + side < area.Width; i--)
        {
            Symbol(canvas, draws.Whole(0, 4), left, top, side, paint);
            left += side * 1.4f;
        }
    }

    private static void Fit(SKCanvas canvas, string text, SKRect into, float weight, SKColor ink)
    {
        var height = Math.Min(into.Height, into.Width / (text.Length * 0.8f));
        StrokeFont.Draw(canvas, text, new SKPoint(into.Left, into.MidY - (height / 2)), height, weight, ink);
    }

    private static void Logo(SKCanvas canvas, Draws draws, CartonStyle style, SKRect area)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = style.Ink };
        var radius = Math.Min(area.Width, area.Height) * draws.Between(0.12f, 0.28f);
        var centre = new SKPoint(draws.Between(radius, area.Width - radius), draws.Between(radius, area.Height - radius));
        canvas.DrawCircle(centre, radius, paint);
        paint.Color = style.Board;
        canvas.DrawCircle(centre.X + (radius * draws.Between(-0.5f, 0.5f)), centre.Y, radius * draws.Between(0.3f, 0.75f), paint);
        Fit(canvas, StrokeFont.Word(draws), SKRect.Create(area.Width * 0.1f, area.Height * 0.72f, area.Width * 0.8f, area.Height * 0.2f), 0.18f, style.Ink);
    }

    private static void Picture(SKCanvas canvas, Draws draws, CartonStyle style, SKRect area)
    {
        using var paint = new SKPaint { IsAntialias = true };
        for (var i = draws.Whole(3, 8); i > 0; i--)
        {
            paint.Color = SKColor.FromHsv(draws.Between(0, 360), draws.Between(20, 90), draws.Between(30, 100)).WithAlpha((byte)draws.Whole(140, 256));
            float x = draws.Between(0, area.Width), y = draws.Between(0, area.Height), size = Math.Min(area.Width, area.Height) * draws.Between(0.1f, 0.4f);
            if (draws.Happens(0.5f))
            {
                canvas.DrawOval(x, y, size, size * draws.Between(0.3f, 1f), paint);
            }
            else
            {
                canvas.DrawRect(SKRect.Create(x - (size / 2), y - (size / 2), size, size * draws.Between(0.3f, 1f)), paint);
            }
        }

        Fit(canvas, StrokeFont.Word(draws), SKRect.Create(area.Width * 0.08f, area.Height * draws.Between(0.1f, 0.7f), area.Width * 0.84f, area.Height * 0.24f), 0.2f, style.Ink);
    }

    private static void Symbol(SKCanvas canvas, int kind, float x, float y, float side, SKPaint paint)
    {
        void Bar(float left, float top, float width, float height) =>
            canvas.DrawRect(SKRect.Create(x + (left * side), y + (top * side), width * side, height * side), paint);
        switch (kind)
        {
            case 0:
                foreach (var left in new[] { 0.12f, 0.58f })
                {
                    Bar(left + 0.1f, 0.3f, 0.1f, 0.6f);
                    Bar(left, 0.22f, 0.3f, 0.1f);
                    Bar(left + 0.06f, 0.12f, 0.18f, 0.1f);
                }

                Bar(0.05f, 0.93f, 0.9f, 0.07f);
                break;
            case 1:
                canvas.DrawArc(SKRect.Create(x, y, side, side), 180, 180, true, paint);
                Bar(0.46f, 0.5f, 0.08f, 0.45f);
                break;
            case 2:
                Bar(0.2f, 0, 0.6f, 0.42f);
                Bar(0.45f, 0.42f, 0.1f, 0.4f);
                Bar(0.2f, 0.85f, 0.6f, 0.1f);
                break;
            default:
                paint.Style = SKPaintStyle.Stroke;
                paint.StrokeWidth = side * 0.07f;
                canvas.DrawRect(SKRect.Create(x, y, side, side), paint);
                canvas.DrawCircle(x + (side / 2), y + (side / 2), side * 0.3f, paint);
                paint.Style = SKPaintStyle.Fill;
                break;
        }
    }
}
