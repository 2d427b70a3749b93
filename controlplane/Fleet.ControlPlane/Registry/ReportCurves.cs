using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Registry;

/// <summary>Reads the precision-recall curves out of a report. Whoever registered the report wrote it, so numbers and class names are taken from it and nothing else.</summary>
internal static partial class ReportCurves
{
    private const int MaxCurves = 40;
    private const int MaxPoints = 500;
    private const int MaxChart = 4 << 20;
    private const int MaxLabel = 64;

    // a step that is smaller cannot be seen
    private const double Seen = 0.003;
    private static readonly double[] Ious = [0.5, 0.75];

    /// <returns>The coloured curves of each chart in their order; empty where there is no chart that can be read.</returns>
    public static IReadOnlyList<VersionCurve> Read(string html) => [.. Ious.SelectMany(iou => Chart(html, iou)).Take(MaxCurves)];

    private static IEnumerable<VersionCurve> Chart(string html, double iou)
    {
        var start = html.IndexOf(string.Create(CultureInfo.InvariantCulture, $"<div class=\"chart\"><h3>IoU {iou}</h3>"), StringComparison.Ordinal);
        var end = start < 0 ? -1 : html.IndexOf("</ul></div>", start, StringComparison.Ordinal);
        if (end < 0 || end - start > MaxChart)
        {
            return [];
        }

        var chart = html[start..end];
        if (Frame().Match(chart) is not { Success: true } frame)
        {
            return [];
        }

        var plot = new Plot(Number(frame, 1), Number(frame, 2), Number(frame, 3), Number(frame, 4));
        return plot.IsEmpty ? [] : Curve().Matches(chart).Zip(Legend().Matches(chart), (path, name) => Of(path.Groups[1].Value, name, plot, iou));
    }

    private static VersionCurve Of(string path, Match name, Plot plot, double iou)
    {
        var label = WebUtility.HtmlDecode(name.Groups[1].Value);
        return new VersionCurve(
            label.Length > MaxLabel ? label[..MaxLabel] : label,
            iou,
            double.TryParse(name.Groups[2].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var area) ? Math.Clamp(area, 0, 1) : null,
            [.. Points(path, plot).Take(MaxPoints)]);
    }

    private static IEnumerable<CurveSpot> Points(string path, Plot plot)
    {
        var (x, y, last) = (0.0, 0.0, new CurveSpot(double.NaN, double.NaN));
        foreach (Match step in Step().Matches(path))
        {
            (x, y) = (step.Groups[1].Value, Number(step, 2)) switch
            {
                ("H", var at) => (at, y),
                ("V", var at) => (x, at),
                (_, var at) => (at, step.Groups[3].Success ? Number(step, 3) : y),
            };
            var spot = new CurveSpot(Round((x - plot.Left) / (plot.Right - plot.Left)), Round((plot.Bottom - y) / (plot.Bottom - plot.Top)));
            if (!(Math.Abs(spot.Recall - last.Recall) + Math.Abs(spot.Precision - last.Precision) < Seen))
            {
                yield return spot;
                last = spot;
            }
        }
    }

    private static double Round(double share) => Math.Round(Math.Clamp(share, 0, 1), 4);

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    [GeneratedRegex("""<path class="axis" d="M(\d{1,5}(?:\.\d+)?) (\d{1,5}(?:\.\d+)?)H(\d{1,5}(?:\.\d+)?)M[\d. ]+V(\d{1,5}(?:\.\d+)?)"/>""")]
    private static partial Regex Frame();

    [GeneratedRegex("""<path d="([MHV0-9. ]+)" fill="none" stroke="#[0-9a-f]{6}" stroke-width="2"/>""")]
    private static partial Regex Curve();

    [GeneratedRegex("""<li><i style="border-color:#[0-9a-f]{6}"></i>([^<]*) ([0-9.]+|–)</li>""")]
    private static partial Regex Legend();

    [GeneratedRegex("""([MHV])(\d{1,5}(?:\.\d{1,6})?)(?: (\d{1,5}(?:\.\d{1,6})?))?""")]
    private static partial Regex Step();

    /// <summary>Where the axes lie, px of the chart; y points down.</summary>
    private readonly record struct Plot(double Left, double Bottom, double Right, double Top)
    {
        public bool IsEmpty => Right <= Left || Bottom <= Top;
    }
}
