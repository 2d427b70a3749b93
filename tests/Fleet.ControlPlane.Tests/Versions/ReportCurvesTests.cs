using System.Globalization;
using Fleet.ControlPlane.Registry;
using Fleet.Testing;

namespace Fleet.ControlPlane.Tests.Versions;

/// <summary>Curves are read out of the page that a training left.</summary>
public sealed class ReportCurvesTests
{
    [Theory]
    [InlineData("warehouse.html")]
    [InlineData("shelf.html")]
    public void The_curves_of_a_report_are_its_curves(string file)
    {
        // whatever the committed report says today: it is made anew with every better model
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reports", file));
        var curves = ReportCurves.Read(page);

        Assert.Equal([0.5, 0.75], curves.Select(c => c.Iou).Distinct());
        Assert.All(curves, c => Assert.InRange(c.Points.Count, 1, 500));
        Assert.All(curves, c => Assert.Equal(c.Points.Select(p => p.Recall).Order(), c.Points.Select(p => p.Recall)));

        // the area under what was read is the figure that the report states
        Assert.All(curves.Where(c => c.Area is not null), c => Assert.InRange(Area(c.Points), c.Area!.Value - 0.02, c.Area.Value + 0.02));
        Assert.All(curves.Where(c => c.Area is not null), c => Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"</i>{c.Label} {c.Area:0.000}</li>"), page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<div class=\"chart\"><h3>IoU 0.5</h3><script>alert(1)</script></ul></div>")]
    [InlineData("<div class=\"chart\"><h3>IoU 0.5</h3><path class=\"axis\" d=\"M9 9H9M1 1V9\"/><path d=\"M1 1V9\" fill=\"none\" stroke=\"#3b82f6\" stroke-width=\"2\"/></ul></div>")]
    public void A_page_that_is_made_otherwise_has_none(string html) => Assert.Empty(ReportCurves.Read(html));

    private static double Area(IReadOnlyList<Contracts.CurveSpot> points) =>
        points.Zip(points.Skip(1)).Sum(p => (p.Second.Recall - p.First.Recall) * (p.First.Precision + p.Second.Precision) / 2);
}
