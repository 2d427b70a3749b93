using System.Globalization;
using System.Text;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Reports;

/// <summary>Curves and bars as SVG that follows the page's colours.</summary>
internal static class Charts
{
    private const int Width = 420;
    private const int Height = 300;
    private const int Left = 38;
    private const int Top = 12;
    private const int PlotWidth = Width - Left - 14;
    private const int PlotHeight = Height - Top - 38;

    // told apart on light and on dark ground, and by most who do not see all colours
    private static readonly string[] Colours = ["#3b82f6", "#e8820c", "#12a375", "#d6336c", "#8b5cf6", "#a3790a", "#0ea5b7", "#8a94a3"];

    /// <summary>Precision over recall, a line a class, the commonest in colour; dots where the threshold lies.</summary>
    /// <param name="curves">The commonest class first.</param>
    /// <param name="atThreshold">Where dots are drawn; empty for none.</param>
    /// <param name="areas">Average precision by class.</param>
    /// <param name="title">Above the chart.</param>
    public static string PrecisionRecall(IReadOnlyList<PrecisionRecall> curves, IReadOnlyDictionary<string, Tally> atThreshold, IReadOnlyDictionary<string, double?> areas, string title)
    {
        var (lines, legend) = (new StringBuilder(), new StringBuilder());
        foreach (var curve in curves.Skip(Colours.Length))
        {
            lines.Append(CultureInfo.InvariantCulture, $"<path class=\"other\" d=\"{Path(curve.Points)}\"/>");
        }

        foreach (var (curve, colour) in curves.Zip(Colours))
        {
            lines.Append(CultureInfo.InvariantCulture, $"<path d=\"{Path(curve.Points)}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
            if (atThreshold.GetValueOrDefault(curve.Label) is { Precision: { } precision, Recall: { } recall })
            {
                lines.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(recall):0.0}\" cy=\"{Y(precision):0.0}\" r=\"4\" fill=\"{colour}\"/>");
            }

            legend.Append(CultureInfo.InvariantCulture, $"<li><i style=\"border-color:{colour}\"></i>{Html.Text(curve.Label)} {Html.Share(areas.GetValueOrDefault(curve.Label))}</li>");
        }

        var more = curves.Count > Colours.Length ? $"<li class=\"quiet\">and {curves.Count - Colours.Length} rarer classes, in grey</li>" : "";
        return $"""
            <div class="chart"><h3>{Html.Text(title)}</h3>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Html.Text(title)}">{Frame()}{lines}</svg>
            <ul class="legend">{legend}{more}</ul></div>
            """;
    }

    /// <summary>How many frames count too few or too many, by how much.</summary>
    public static string CountDifferences(IReadOnlyList<int> differences)
    {
        const int Most = 5;
        var bars = Enumerable.Range(-Most, (2 * Most) + 1).Select(d => (d, n: differences.Count(v => Math.Clamp(v, -Most, Most) == d))).ToList();
        // room for the number above the highest bar
        var highest = Math.Max(1, bars.Max(b => b.n)) * 1.1;
        var step = PlotWidth / (double)bars.Count;
        var drawn = new StringBuilder();
        foreach (var (d, n) in bars)
        {
            var (x, h) = (Left + ((d + Most) * step), PlotHeight * (n / highest));
            var name = Math.Abs(d) == Most ? $"{(d < 0 ? "≤ −" : "≥ ")}{Most}" : d < 0 ? $"−{-d}" : $"{d}";
            drawn.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar{(d == 0 ? " zero" : "")}\" x=\"{x + 3:0.0}\" y=\"{Top + PlotHeight - h:0.0}\" width=\"{step - 6:0.0}\" height=\"{h:0.0}\"/>");
            drawn.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (step / 2):0.0}\" y=\"{Top + PlotHeight + 15}\" text-anchor=\"middle\">{name}</text>");
            drawn.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (step / 2):0.0}\" y=\"{Top + PlotHeight - h - 4:0.0}\" text-anchor=\"middle\">{(n == 0 ? "" : n)}</text>");
        }

        return $"""
            <div class="chart"><h3>Frames by found minus there</h3>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="Frames by found minus there"><path class="axis" d="M{Left} {Top + PlotHeight}H{Left + PlotWidth}"/>{drawn}
            <text x="{Left + (PlotWidth / 2)}" y="{Height - 4}" text-anchor="middle">too few ← boxes found minus objects there → too many</text></svg></div>
            """;
    }

    /// <summary>Values over steps, such as the loss of a training.</summary>
    public static string Line(IReadOnlyList<(double X, double Y)> points, string title, string below)
    {
        var (right, high) = (Math.Max(points.Max(p => p.X), 1e-9), Math.Max(points.Max(p => p.Y), 1e-9));
        var path = string.Join(' ', points.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{X(p.X / right):0.0} {Y(p.Y / high):0.0}")));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <div class="chart"><h3>{Html.Text(title)}</h3>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Html.Text(title)}"><path class="axis" d="M{Left} {Top}V{Top + PlotHeight}H{Left + PlotWidth}"/>
            <path d="{path}" fill="none" stroke="{Colours[0]}" stroke-width="2"/>
            <text x="{Left - 4}" y="{Top + 8}" text-anchor="end">{high:0.##}</text><text x="{Left - 4}" y="{Top + PlotHeight}" text-anchor="end">0</text>
            <text x="{Left + PlotWidth}" y="{Top + PlotHeight + 15}" text-anchor="end">{right:0.##}</text><text x="{Left + (PlotWidth / 2)}" y="{Height - 4}" text-anchor="middle">{Html.Text(below)}</text></svg></div>
            """);
    }

    private static string Frame()
    {
        var frame = new StringBuilder();
        for (var i = 0; i <= 4; i++)
        {
            var at = i / 4.0;
            frame.Append(CultureInfo.InvariantCulture, $"<path class=\"{(i == 0 ? "axis" : "grid")}\" d=\"M{X(0):0.0} {Y(at):0.0}H{X(1):0.0}M{X(at):0.0} {Y(0):0.0}V{Y(1):0.0}\"/>");
            frame.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(at):0.0}\" y=\"{Y(0) + 15:0.0}\" text-anchor=\"middle\">{at:0.##}</text><text x=\"{Left - 5}\" y=\"{Y(at) + 4:0.0}\" text-anchor=\"end\">{at:0.##}</text>");
        }

        return frame.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (PlotWidth / 2)}\" y=\"{Height - 4}\" text-anchor=\"middle\">recall → (up: precision)</text>").ToString();
    }

    // each point holds its precision for every recall up to its own
    private static string Path(IReadOnlyList<CurvePoint> points)
    {
        if (points.Count == 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"M{X(0):0.0} {Y(0):0.0}");
        }

        var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"M{X(0):0.0} {Y(points[0].Precision):0.0}"));
        var (x, y) = (double.NaN, double.NaN);
        foreach (var point in points)
        {
            // what falls on the same spot of the picture is drawn once
            var at = (X: Math.Round(X(point.Recall) * 2) / 2, Y: Math.Round(Y(point.Precision) * 2) / 2);
            if (at != (x, y))
            {
                path.Append(CultureInfo.InvariantCulture, $"V{at.Y:0.0}H{at.X:0.0}");
                (x, y) = at;
            }
        }

        return path.Append(CultureInfo.InvariantCulture, $"V{Y(0):0.0}").ToString();
    }

    private static double X(double share) => Left + (PlotWidth * share);

    private static double Y(double share) => Top + (PlotHeight * (1 - share));
}
