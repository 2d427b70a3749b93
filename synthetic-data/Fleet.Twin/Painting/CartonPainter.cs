using SkiaSharp;

namespace Fleet.Twin.Painting;

/// <summary>Paints the faces of a carton; canvas units are metres, so print keeps its proportions.</summary>
internal static class CartonPainter
{
    public static void Paint(SKBitmap into, CartonStyle style, Motif face)
    {
        var (width, height) = face switch
        {
            Motif.CartonSide => (style.Size.Z, style.Size.Y),
            Motif.CartonTop => (style.Size.X, style.Size.Z),
            _ => (style.Size.X, style.Size.Y),
        };
        // front and its variant share the print and differ in what a packer adds by hand
        var print = new Chance(style.Seed).Knob("print", face == Motif.CartonFrontToo ? (int)Motif.CartonFront : (int)face);
        var hand = new Chance(style.Seed).Knob("hand", (int)face);
        into.Erase(style.Board);
        using var canvas = new SKCanvas(into);
        canvas.Scale(into.Width / width, into.Height / height);
        var area = SKRect.Create(width, height);
        if (face == Motif.CartonTop)
        {
            PaintTop(canvas, style, area, hand);
        }
        else
        {
            PaintUpright(canvas, style, area, face, print, hand);
        }

        style.Grain.Rub(into, hand);
    }

    private static void PaintTop(SKCanvas canvas, CartonStyle style, SKRect area, Draws hand)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = new SKColor(35, 22, 12, (byte)hand.Whole(90, 200)) };
        canvas.DrawRect(SKRect.Create(0, area.MidY - 0.002f, area.Width, 0.004f), paint);
        if (style.Tape is Tape.Seam or Tape.Ends)
        {
            paint.Color = style.TapeColour;
            canvas.DrawRect(SKRect.Create(0, area.MidY - (style.TapeWidth / 2), area.Width, style.TapeWidth), paint);
        }

        if (style.Labelled && hand.Happens(0.25f))
        {
            PaintLabel(canvas, hand, area);
        }

        if (style.Print != Print.None && hand.Happens(0.3f))
        {
            PrintPainter.Words(canvas, hand, style, area, 1);
        }
    }

    private static void PaintUpright(SKCanvas canvas, CartonStyle style, SKRect area, Motif face, Draws print, Draws hand)
    {
        PrintPainter.Paint(canvas, style, area, print);
        if (style.Symbols)
        {
            PrintPainter.Symbols(canvas, style, area, print);
        }

        if (style.HandHole)
        {
            using var hole = new SKPaint { IsAntialias = true, Color = new SKColor(18, 13, 8, 240) };
            var wide = Math.Min(0.1f, area.Width * 0.3f);
            canvas.DrawRoundRect(SKRect.Create(area.MidX - (wide / 2), area.Height * 0.22f, wide, wide * 0.35f), wide * 0.17f, wide * 0.17f, hole);
        }

        PaintTape(canvas, style, area, face, hand);
        if (style.Labelled && (face != Motif.CartonSide || hand.Happens(0.3f)))
        {
            PaintLabel(canvas, hand, area);
            if (hand.Happens(0.15f))
            {
                PaintLabel(canvas, hand, area);
            }
        }

        PaintWear(canvas, area, hand);
    }

    private static void PaintTape(SKCanvas canvas, CartonStyle style, SKRect area, Motif face, Draws hand)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = style.TapeColour };
        var drop = hand.Between(0.04f, 0.09f);
        switch (style.Tape)
        {
            case Tape.Seam when face == Motif.CartonSide:
                var width = Math.Min(style.TapeWidth, area.Width);
                canvas.DrawRect(SKRect.Create(area.MidX - (width / 2), 0, width, drop), paint);
                canvas.DrawRect(SKRect.Create(area.MidX - (width / 2), area.Height - drop, width, drop), paint);
                break;
            case Tape.Ends:
                canvas.DrawRect(SKRect.Create(0, 0, area.Width, drop * 0.6f), paint);
                canvas.DrawRect(SKRect.Create(0, area.Height - (drop * 0.6f), area.Width, drop * 0.6f), paint);
                break;
            case Tape.Band:
                canvas.DrawRect(SKRect.Create(area.MidX - (style.TapeWidth / 2), 0, style.TapeWidth, area.Height), paint);
                break;
        }
    }

    private static void PaintLabel(SKCanvas canvas, Draws hand, SKRect area)
    {
        var width = Math.Min(area.Width * 0.6f, hand.LogBetween(0.06f, 0.26f));
        var height = Math.Min(area.Height * 0.6f, width * hand.Between(0.5f, 1.5f));
        var left = hand.Between(area.Width * 0.04f, (area.Width * 0.96f) - width);
        var top = hand.Between(area.Height * 0.05f, (area.Height * 0.95f) - height);
        canvas.Save();
        canvas.RotateDegrees(hand.Normal() * 1.8f, left, top);
        LabelPainter.Paint(canvas, hand, SKRect.Create(left, top, width, height));
        canvas.Restore();
    }

    private static void PaintWear(SKCanvas canvas, SKRect area, Draws hand)
    {
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke };
        for (var i = hand.Whole(0, 7); i > 0; i--)
        {
            paint.Color = hand.Happens(0.5f) ? new SKColor(255, 245, 225, (byte)hand.Whole(10, 60)) : new SKColor(40, 25, 10, (byte)hand.Whole(10, 70));
            paint.StrokeWidth = hand.LogBetween(0.001f, 0.008f);
            float x = hand.Between(0, area.Width), y = hand.Between(0, area.Height);
            canvas.DrawLine(x, y, x + (hand.Normal() * 0.06f), y + (hand.Normal() * 0.06f), paint);
        }
    }
}
