using System.Globalization;
using System.Text;

namespace Fleet.Bench.Training;

/// <summary>AP over the number of labelled photos, with and without the twin, and how many labels the twin saves.</summary>
internal sealed class SimToRealCurve(IReadOnlyList<Arm> arms)
{
    private const int Width = 560;
    private const int Height = 340;
    private const int Left = 52;
    private const int Top = 20;
    private const int PlotWidth = Width - Left - 20;
    private const int PlotHeight = Height - Top - 48;

    /// <summary>A sentence on the labels saved: how many photos alone reach what the twin and a few do.</summary>
    public string Sentence(double boxesPerPhoto)
    {
        var real = Means("real");
        var parts = Means("twin+real").Select(t =>
        {
            var reached = Reached(real, t.Ap);
            var saved = (reached ?? real[^1].Photos) - t.Photos;
            return FormattableString.Invariant($"with the twin, {t.Photos} photos reach AP@.5 {t.Ap:0.000}, ") + (reached is null
                ? FormattableString.Invariant($"which {real[^1].Photos} photos alone do not ({real[^1].Ap:0.000}): it saves more than {saved:0} labelled photos, about {saved * boxesPerPhoto:0} boxes")
                : saved > 0 ? FormattableString.Invariant($"for which photos alone need about {reached:0}: it saves {saved:0} labelled photos, about {saved * boxesPerPhoto:0} boxes")
                : "which as many photos alone reach too: it saves none");
        });
        var text = string.Join("; ", parts);
        return char.ToUpperInvariant(text[0]) + text[1..] + ".";
    }

    /// <summary>The curve as a picture.</summary>
    public string Svg()
    {
        var (real, tuned, twin) = (Means("real"), Means("twin+real"), Means("twin"));
        var most = real.Concat(tuned).Max(p => p.Photos);
        var highest = Math.Max(0.1, Math.Ceiling(real.Concat(tuned).Concat(twin).Max(p => p.Ap) * 10) / 10);
        double X(double photos) => Left + (PlotWidth * Math.Sqrt(photos / most));
        double Y(double ap) => Top + (PlotHeight * (1 - (ap / highest)));
        var drawn = new StringBuilder();
        for (var i = 0; i <= 4; i++)
        {
            drawn.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(highest * i / 4):0.0}H{Left + PlotWidth}\" stroke=\"#8886\"/><text x=\"{Left - 6}\" y=\"{Y(highest * i / 4) + 4:0.0}\" text-anchor=\"end\">{highest * i / 4:0.00}</text>");
        }

        foreach (var photos in real.Select(p => p.Photos).Append(0))
        {
            drawn.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(photos):0.0}\" y=\"{Top + PlotHeight + 16}\" text-anchor=\"middle\">{photos}</text>");
        }

        // the twin alone needs no photo: a level to hold the others against
        drawn.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(twin[0].Ap):0.0}H{Left + PlotWidth}\" stroke=\"#8a94a3\" stroke-width=\"2\" stroke-dasharray=\"5 4\"/>");
        Line(drawn, [twin[0], .. tuned], "#3b82f6", X, Y);
        Line(drawn, real, "#e8820c", X, Y);
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="system-ui, sans-serif" font-size="11" fill="#555">
            <rect width="{Width}" height="{Height}" fill="#fff"/>{drawn}
            <text x="{Left + (PlotWidth / 2)}" y="{Height - 14}" text-anchor="middle">labelled photos (root scale)</text><text x="14" y="{Top + (PlotHeight / 2)}" transform="rotate(-90 14 {Top + (PlotHeight / 2)})" text-anchor="middle">AP at IoU 0.5, photos of other groups</text>
            <text x="{Left + 8}" y="{Top + 10}" fill="#3b82f6">twin + photos</text><text x="{Left + 100}" y="{Top + 10}" fill="#e8820c">photos alone</text><text x="{Left + 190}" y="{Top + 10}" fill="#8a94a3">twin alone</text>
            </svg>
            """;
    }

    private List<(int Photos, double Ap)> Means(string kind) =>
        [.. arms.Where(a => a.Kind == kind).GroupBy(a => a.Photos).OrderBy(g => g.Key).Select(g => (g.Key, g.Average(a => a.Figures.Ap50)))];

    /// <summary>Photos at which a curve first reaches <paramref name="ap"/>, between its points in a straight line; null where it never does.</summary>
    private static double? Reached(List<(int Photos, double Ap)> curve, double ap)
    {
        (int Photos, double Ap) before = (0, 0);
        foreach (var point in curve)
        {
            if (point.Ap >= ap)
            {
                return point.Ap == before.Ap ? point.Photos : before.Photos + ((point.Photos - before.Photos) * (ap - before.Ap) / (point.Ap - before.Ap));
            }

            before = point;
        }

        return null;
    }

    private static void Line(StringBuilder to, List<(int Photos, double Ap)> points, string colour, Func<double, double> x, Func<double, double> y)
    {
        var path = string.Join(' ', points.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{x(p.Photos):0.0} {y(p.Ap):0.0}")));
        to.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
        foreach (var (photos, ap) in points)
        {
            to.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x(photos):0.0}\" cy=\"{y(ap):0.0}\" r=\"3.5\" fill=\"{colour}\"/>");
        }
    }
}
