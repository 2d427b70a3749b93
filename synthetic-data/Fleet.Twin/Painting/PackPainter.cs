using Fleet.Twin.Scenes;
using Fleet.Twin.World;
using SkiaSharp;

namespace Fleet.Twin.Painting;

/// <summary>Paints the faces of a package: brand, picture, colours, small print; canvas units are shares of the face.</summary>
internal static class PackPainter
{
    /// <summary>Where caps, necks and shoulders end, as a share of the height from the top.</summary>
    public const float BottleLabelTop = 0.42f;
    public const float LidOfJar = 0.19f;

    public static void Paint(SKBitmap into, Motif motif, ulong seed)
    {
        if (motif == Motif.PriceTag)
        {
            PriceTag(into, new Chance(seed).Knob("tag"));
            return;
        }

        var style = PackageStyle.From(seed);
        var draws = new Chance(seed).Knob("face", (int)(motif == Motif.PackSide && IsRound(style.Kind) ? Motif.PackFront : motif));
        into.Erase(motif == Motif.PackTop && IsRound(style.Kind) ? style.Cap : style.Ground);
        using var canvas = new SKCanvas(into);
        canvas.Scale(into.Width, into.Height);
        switch (motif)
        {
            case Motif.PackTop when IsRound(style.Kind):
                Lid(canvas, style, draws);
                break;
            case Motif.PackTop:
                break;
            case Motif.PackSide when !IsRound(style.Kind):
                Side(canvas, style, draws);
                break;
            default:
                Front(canvas, style, draws);
                break;
        }

        new Grain(2, 3, style.Kind == PackageKind.Bag ? 4 : 0.5f, Upright: true).Rub(into, draws);
    }

    private static bool IsRound(PackageKind kind) => kind is PackageKind.Can or PackageKind.Bottle or PackageKind.Jar or PackageKind.Tub or PackageKind.Tube;

    private static void Front(SKCanvas canvas, PackageStyle style, Draws draws)
    {
        var label = SKRect.Create(0, 0, 1, 1);
        using var paint = new SKPaint { IsAntialias = true };
        switch (style.Kind)
        {
            case PackageKind.Bottle:
                Glass(canvas, style, draws, paint);
                label = SKRect.Create(0, BottleLabelTop, 1, draws.Between(0.35f, 0.5f));
                break;
            case PackageKind.Jar:
                Glass(canvas, style, draws, paint);
                paint.Color = style.Cap;
                canvas.DrawRect(SKRect.Create(0, 0, 1, LidOfJar), paint);
                label = SKRect.Create(0, 0.3f, 1, draws.Between(0.45f, 0.62f));
                break;
            case PackageKind.Can when draws.Happens(0.7f):
                paint.Color = style.Cap;
                canvas.DrawRect(SKRect.Create(0, 0, 1, 0.04f), paint);
                canvas.DrawRect(SKRect.Create(0, 0.96f, 1, 0.04f), paint);
                label = SKRect.Create(0, 0.04f, 1, 0.92f);
                break;
            case PackageKind.Tub or PackageKind.Tube:
                paint.Color = style.Cap;
                canvas.DrawRect(SKRect.Create(0, 0, 1, 0.08f), paint);
                label = SKRect.Create(0, 0.08f, 1, 0.92f);
                break;
        }

        canvas.Save();
        canvas.ClipRect(label);
        Label(canvas, style, draws, label);
        canvas.Restore();
        if (style.Kind == PackageKind.Bag)
        {
            Seams(canvas, paint);
        }
    }

    /// <summary>What is inside shows through: a drink, a sauce, a jam.</summary>
    public static void Glass(SKCanvas canvas, PackageStyle style, Draws draws, SKPaint paint)
    {
        var content = SKColor.FromHsv(draws.Between(0, 360), draws.Between(10, 90), draws.Between(12, 85));
        canvas.Clear(content);
        paint.Color = content.WithAlpha(255);
        var fill = draws.Between(0.1f, 0.35f);
        paint.Color = new SKColor(215, 225, 225, 120);
        canvas.DrawRect(SKRect.Create(0, 0, 1, fill), paint);
        paint.Color = style.Cap;
        canvas.DrawRect(SKRect.Create(0, 0, 1, 0.09f), paint);
        paint.Color = new SKColor(255, 255, 255, 70);
        foreach (var x in new[] { 0.18f, 0.68f })
        {
            canvas.DrawRect(SKRect.Create(x, 0.1f, 0.05f, 0.85f), paint);
        }
    }

    private static void Label(SKCanvas canvas, PackageStyle style, Draws draws, SKRect area)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = style.Ground };
        canvas.DrawRect(area, paint);
        Ground(canvas, style, area, paint);
        Picture(canvas, style, draws, area);
        Brand(canvas, style, draws, area);
        if (draws.Happens(0.4f))
        {
            Badge(canvas, draws, area, paint);
        }

        var small = area.Height * 0.05f;
        StrokeFont.Draw(canvas, draws.Pick("500G", "1L", "250G", "6X", "330ML", "BIO", "NEW"), new SKPoint(area.Left + (area.Width * 0.06f), area.Bottom - (small * 1.8f)), small, 0.16f, style.Ink);
    }

    private static void Ground(SKCanvas canvas, PackageStyle style, SKRect area, SKPaint paint)
    {
        paint.Color = style.Accent;
        switch (style.Design)
        {
            case PackDesign.Halves:
                canvas.DrawRect(SKRect.Create(area.Left, area.MidY, area.Width, area.Height / 2), paint);
                break;
            case PackDesign.Diagonal:
                canvas.Save();
                canvas.RotateDegrees(-24, area.MidX, area.MidY);
                canvas.DrawRect(SKRect.Create(area.Left - area.Width, area.MidY, area.Width * 3, area.Height), paint);
                canvas.Restore();
                break;
            case PackDesign.Frame:
                paint.Style = SKPaintStyle.Stroke;
                paint.StrokeWidth = Math.Min(area.Width, area.Height) * 0.07f;
                canvas.DrawRect(SKRect.Inflate(area, -paint.StrokeWidth, -paint.StrokeWidth), paint);
                paint.Style = SKPaintStyle.Fill;
                break;
            case PackDesign.Rays:
                for (var i = 0; i < 360; i += 30)
                {
                    canvas.DrawArc(SKRect.Create(area.MidX - 1, area.MidY - 1, 2, 2), i, 15, true, paint);
                }

                break;
            case PackDesign.Stripes:
                for (var i = 0; i < 5; i++)
                {
                    canvas.DrawRect(SKRect.Create(area.Left, area.Top + (area.Height * i / 5f), area.Width, area.Height * 0.08f), paint);
                }

                break;
        }
    }

    private static void Picture(SKCanvas canvas, PackageStyle style, Draws draws, SKRect area)
    {
        using var paint = new SKPaint { IsAntialias = true };
        var middle = new SKPoint(area.MidX, area.Top + (area.Height * draws.Between(0.55f, 0.75f)));
        var food = SKColor.FromHsv(draws.Pick(10f, 25f, 40f, 55f, 95f, 120f, 350f), draws.Between(45, 95), draws.Between(45, 95));
        for (var i = draws.Whole(2, 9); i > 0; i--)
        {
            paint.Color = food.WithAlpha((byte)draws.Whole(170, 256));
            var side = Math.Min(area.Width, area.Height) * draws.Between(0.08f, 0.24f);
            canvas.DrawOval(middle.X + (draws.Normal() * area.Width * 0.14f), middle.Y + (draws.Normal() * area.Height * 0.07f), side, side * draws.Between(0.5f, 1.1f), paint);
        }

        if (draws.Happens(0.3f))
        {
            paint.Color = style.Accent;
            canvas.DrawOval(middle.X, middle.Y, area.Width * 0.3f, area.Height * 0.1f, paint);
        }
    }

    private static void Brand(SKCanvas canvas, PackageStyle style, Draws draws, SKRect area)
    {
        var word = StrokeFont.Word(draws);
        word = word[..Math.Min(word.Length, 7)];
        var height = Math.Min(area.Height * draws.Between(0.14f, 0.24f), area.Width * 0.86f / (word.Length * 0.8f));
        var width = word.Length * height * 0.8f;
        var at = new SKPoint(area.MidX - (width / 2), area.Top + (area.Height * draws.Between(0.08f, 0.28f)));
        if (draws.Happens(0.45f))
        {
            using var plate = new SKPaint { IsAntialias = true, Color = style.Accent };
            canvas.DrawRoundRect(SKRect.Create(at.X - (height * 0.3f), at.Y - (height * 0.3f), width + (height * 0.4f), height * 1.6f), height * 0.3f, height * 0.3f, plate);
        }

        StrokeFont.Draw(canvas, word, at, height, draws.Between(0.14f, 0.26f), style.Ink);
    }

    private static void Badge(SKCanvas canvas, Draws draws, SKRect area, SKPaint paint)
    {
        paint.Color = draws.Pick(new SKColor(230, 30, 30), new SKColor(250, 220, 40), new SKColor(40, 140, 60), new SKColor(245, 245, 245));
        var radius = Math.Min(area.Width, area.Height) * draws.Between(0.09f, 0.15f);
        canvas.DrawCircle(area.Left + (area.Width * draws.Pick(0.2f, 0.8f)), area.Top + (area.Height * draws.Between(0.4f, 0.85f)), radius, paint);
    }

    private static void Side(SKCanvas canvas, PackageStyle style, Draws draws)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = SKColors.White };
        Ground(canvas, style, SKRect.Create(1, 1), paint);
        if (draws.Happens(0.7f))
        {
            LabelPainter.Paint(canvas, draws, SKRect.Create(0.12f, draws.Between(0.4f, 0.55f), 0.76f, 0.38f));
        }
    }

    private static void Lid(SKCanvas canvas, PackageStyle style, Draws draws)
    {
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 0.03f, Color = new SKColor(0, 0, 0, 70) };
        canvas.DrawCircle(0.5f, 0.5f, 0.43f, paint);
        if (style.Kind == PackageKind.Can)
        {
            paint.Style = SKPaintStyle.Fill;
            paint.Color = new SKColor(90, 90, 90, 150);
            canvas.DrawOval(0.5f, 0.5f + draws.Between(-0.1f, 0.1f), 0.07f, 0.14f, paint);
        }
    }

    private static void Seams(SKCanvas canvas, SKPaint paint)
    {
        paint.Color = new SKColor(255, 255, 255, 90);
        for (var i = 0; i < 4; i++)
        {
            canvas.DrawRect(SKRect.Create(0, 0.008f + (i * 0.012f), 1, 0.005f), paint);
            canvas.DrawRect(SKRect.Create(0, 0.95f + (i * 0.012f), 1, 0.005f), paint);
        }
    }

    private static void PriceTag(SKBitmap into, Draws draws)
    {
        into.Erase(draws.Happens(0.7f) ? new SKColor(248, 246, 240) : new SKColor(250, 214, 40));
        using var canvas = new SKCanvas(into);
        canvas.Scale(into.Width, into.Height);
        StrokeFont.Draw(canvas, $"{draws.Whole(0, 10)}.{draws.Whole(0, 10)}9", new SKPoint(0.42f, 0.3f), 0.17f, 0.18f, new SKColor(20, 20, 20));
        StrokeFont.Draw(canvas, StrokeFont.Code(draws, 6), new SKPoint(0.06f, 0.1f), 0.09f, 0.14f, new SKColor(60, 60, 60));
        using var paint = new SKPaint { Color = new SKColor(20, 20, 20) };
        for (var x = 0.06f; x < 0.36f; x += 0.03f)
        {
            canvas.DrawRect(SKRect.Create(x, 0.62f, draws.Between(0.008f, 0.02f), 0.26f), paint);
        }
    }
}
