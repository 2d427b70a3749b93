using System.Globalization;
using System.Text;

namespace Fleet.Bench.Labels;

/// <summary>The curves as an SVG, with their spread.</summary>
internal static class LabelsPicture
{
    private const int Width = 600;
    private const int Height = 360;
    private const int Left = 66;
    private const int Top = 34;
    private const int PlotWidth = Width - Left - 20;
    private const int PlotHeight = Height - Top - 52;
    private const int Lines = 4;

    private static readonly Dictionary<string, (string Colour, string Name)> Drawn = new()
    {
        ["triggers"] = ("#2563eb", "our triggers"),
        ["random"] = ("#e8820c", "random"),
        ["uncertain"] = ("#7c3aed", "uncertainty only"),
    };

    public static string Svg(LabelsCurves curves, int boxesPerRound, string of)
    {
        var arms = Drawn.Keys.Select(a => (Arm: a, Points: curves.Mean(a))).ToList();
        var all = arms.SelectMany(a => a.Points).ToList();
        var most = all.Max(p => p.Boxes);
        var (low, high) = (Math.Floor(all.Min(p => p.Ap - p.Spread) * 20) / 20, Math.Ceiling(all.Max(p => p.Ap + p.Spread) * 20) / 20);
        double X(double boxes) => Left + (PlotWidth * boxes / most);
        double Y(double ap) => Top + (PlotHeight * (1 - ((ap - low) / (high - low))));
        var drawn = new StringBuilder();
        for (var i = 0; i <= Lines; i++)
        {
            var ap = low + ((high - low) * i / Lines);
            drawn.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(ap):0.0}H{Left + PlotWidth}\" stroke=\"#8884\"/><text x=\"{Left - 8}\" y=\"{Y(ap) + 4:0.0}\" text-anchor=\"end\">{ap:0.000}</text>");
        }

        foreach (var boxes in Enumerable.Range(0, curves.Rounds + 1).Select(r => r * boxesPerRound))
        {
            drawn.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(boxes):0.0}\" y=\"{Top + PlotHeight + 18}\" text-anchor=\"middle\">{boxes}</text>");
        }

        foreach (var ((arm, points), i) in arms.Select((a, i) => (a, i)))
        {
            Draw(drawn, points, Drawn[arm].Colour, X, Y);
            drawn.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Left + 8 + (i * 130)}\" cy=\"{Top - 16}\" r=\"4\" fill=\"{Drawn[arm].Colour}\"/><text x=\"{Left + 18 + (i * 130)}\" y=\"{Top - 12}\">{Drawn[arm].Name}</text>");
        }

        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="system-ui, sans-serif" font-size="11" fill="#444">
            <rect width="{Width}" height="{Height}" fill="#fff"/>{drawn}
            <text x="{Left + (PlotWidth / 2)}" y="{Height - 12}" text-anchor="middle">boxes labelled ({of}; mean and standard deviation over {curves.Seeds.Count} {(curves.Seeds.Count == 1 ? "seed" : "seeds")})</text>
            <text x="14" y="{Top + (PlotHeight / 2)}" transform="rotate(-90 14 {Top + (PlotHeight / 2)})" text-anchor="middle">AP at IoU 0.5, held-out frames</text>
            </svg>
            """;
    }

    private static void Draw(StringBuilder to, IReadOnlyList<CurvePoint> points, string colour, Func<double, double> x, Func<double, double> y)
    {
        string Path(IEnumerable<(double X, double Y)> line) => string.Join(' ', line.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{x(p.X):0.0} {y(p.Y):0.0}")));
        var above = points.Select(p => (p.Boxes, p.Ap + p.Spread));
        var below = points.Reverse().Select(p => (p.Boxes, p.Ap - p.Spread));
        to.Append(CultureInfo.InvariantCulture, $"<path d=\"{Path(above.Concat(below))}Z\" fill=\"{colour}\" fill-opacity=\"0.12\"/>");
        to.Append(CultureInfo.InvariantCulture, $"<path d=\"{Path(points.Select(p => (p.Boxes, p.Ap)))}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
        foreach (var point in points)
        {
            to.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x(point.Boxes):0.0}\" cy=\"{y(point.Ap):0.0}\" r=\"3\" fill=\"{colour}\"/>");
        }
    }
}
