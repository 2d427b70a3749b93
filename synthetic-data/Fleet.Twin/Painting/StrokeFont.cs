using SkiaSharp;

namespace Fleet.Twin.Painting;

/// <summary>Capital letters and digits as strokes on a grid of 4 x 6: print without needing a font on the machine.</summary>
internal static class StrokeFont
{
    private const float GridWidth = 4f;
    private const float GridHeight = 6f;

    private static readonly Dictionary<char, string> Strokes = new()
    {
        ['A'] = "06 20 46|14 34", ['B'] = "06 00 30 41 42 33 03|33 44 45 36 06", ['C'] = "41 30 10 01 05 16 36 45",
        ['D'] = "00 06 26 44 42 20 00", ['E'] = "40 00 06 46|03 33", ['F'] = "40 00 06|03 33",
        ['G'] = "41 30 10 01 05 16 36 45 43 23", ['H'] = "00 06|40 46|03 43", ['I'] = "20 26", ['J'] = "40 45 36 16 05",
        ['K'] = "00 06|40 03 46", ['L'] = "00 06 46", ['M'] = "06 00 23 40 46", ['N'] = "06 00 46 40",
        ['O'] = "10 30 41 45 36 16 05 01 10", ['P'] = "06 00 30 41 42 33 03", ['Q'] = "10 30 41 45 36 16 05 01 10|24 46",
        ['R'] = "06 00 30 41 42 33 03|23 46", ['S'] = "41 30 10 01 02 13 33 44 45 36 16 05", ['T'] = "00 40|20 26",
        ['U'] = "00 05 16 36 45 40", ['V'] = "00 26 40", ['W'] = "00 16 23 36 40", ['X'] = "00 46|40 06",
        ['Y'] = "00 23 40|23 26", ['Z'] = "00 40 06 46", ['0'] = "10 30 41 45 36 16 05 01 10", ['1'] = "02 20 26",
        ['2'] = "01 10 30 41 42 06 46", ['3'] = "00 40 23 44 45 36 16 05", ['4'] = "36 30 04 44",
        ['5'] = "40 00 02 32 43 45 36 06", ['6'] = "40 20 02 05 16 36 45 43 03", ['7'] = "00 40 16",
        ['8'] = "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33", ['9'] = "06 26 44 41 30 10 01 03 43",
        ['-'] = "13 33", ['.'] = "25 26", ['/'] = "06 40",
    };

    /// <summary>Draws <paramref name="text"/> in a box of the given height; returns its width.</summary>
    public static float Draw(SKCanvas canvas, string text, SKPoint at, float height, float weight, SKColor ink)
    {
        using var paint = new SKPaint
        {
            Color = ink,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = height * weight,
            StrokeCap = SKStrokeCap.Square,
            StrokeJoin = SKStrokeJoin.Miter,
        };
        var step = height * 0.8f;
        for (var i = 0; i < text.Length; i++)
        {
            DrawLetter(canvas, text[i], at.X + (i * step), at.Y, height, paint);
        }

        return text.Length * step;
    }

    /// <summary>A word as products and shippers have them: brand-like syllables or a code.</summary>
    public static string Word(Draws draws)
    {
        if (draws.Happens(0.4f))
        {
            return Code(draws, draws.Whole(4, 9));
        }

        var word = "";
        for (var i = draws.Whole(1, 4); i >= 0; i--)
        {
            word += "BCDFGHKLMNPRSTVZ"[draws.Whole(0, 16)].ToString() + "AEIOU"[draws.Whole(0, 5)];
        }

        return draws.Happens(0.5f) ? word + "NRSXL"[draws.Whole(0, 5)] : word;
    }

    public static string Code(Draws draws, int length) =>
        string.Create(length, draws, (letters, d) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = i > 1 && d.Happens(0.1f) ? '-' : "0123456789ABCDEFGHKLMNPRSTUVXZ"[d.Whole(0, d.Happens(0.7f) ? 10 : 30)];
            }
        });

    private static void DrawLetter(SKCanvas canvas, char letter, float x, float y, float height, SKPaint paint)
    {
        if (!Strokes.TryGetValue(letter, out var strokes))
        {
            return;
        }

        foreach (var stroke in strokes.Split('|'))
        {
            var points = Array.ConvertAll(
                stroke.Split(' '),
                p => new SKPoint(x + ((p[0] - '0') / GridWidth * height * 0.6f), y + ((p[1] - '0') / GridHeight * height)));
            canvas.DrawPoints(SKPointMode.Polygon, points, paint);
        }
    }
}
