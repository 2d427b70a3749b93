using System.Globalization;
using Fleet.Console.Parts;
using Fleet.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Fleet.Console.Versions;

/// <summary>A curve of one class.</summary>
/// <param name="Name">For its legend.</param>
/// <param name="Area">Average precision; null where there is none.</param>
/// <param name="Points">By rising recall.</param>
/// <param name="Colour">Number of its colour, from 0.</param>
/// <param name="Dashed">To tell two of one colour apart.</param>
public sealed record CurveLine(string Name, double? Area, IReadOnlyList<CurveSpot> Points, int Colour, bool Dashed = false);

/// <summary>Precision over recall.</summary>
public sealed class CurveChart : ComponentBase
{
    /// <summary>Colours that can be told apart.</summary>
    public const int Colours = 6;

    private const int Side = 30;
    private const int Plot = 240;
    private const int Top = 8;

    /// <summary>Above the chart.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>What is drawn, the last on top.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<CurveLine> Lines { get; set; } = [];

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "figure");
        builder.AddAttribute(1, "class", "curves");
        builder.OpenElement(2, "figcaption");
        builder.AddContent(3, Title);
        builder.CloseElement();
        builder.OpenElement(4, "svg");
        builder.AddAttribute(5, "viewBox", $"0 0 {Side + Plot + 8} {Top + Plot + 34}");
        builder.AddAttribute(6, "role", "img");
        builder.AddAttribute(7, "aria-label", $"Precision over recall, {Title}: {string.Join(", ", Lines.Select(l => $"{l.Name} {Area(l)}"))}");
        Grid(builder);
        foreach (var line in Lines)
        {
            builder.OpenElement(20, "polyline");
            builder.AddAttribute(21, "class", $"chart-{line.Colour % Colours}{(line.Dashed ? " dashed" : "")}");
            builder.AddAttribute(22, "points", string.Join(' ', line.Points.Select(p => $"{X(p.Recall)},{Y(p.Precision)}")));
            builder.CloseElement();
        }

        builder.CloseElement();
        Legend(builder);
        builder.CloseElement();
    }

    private void Legend(RenderTreeBuilder builder)
    {
        builder.OpenElement(40, "ul");
        foreach (var line in Lines)
        {
            builder.OpenElement(41, "li");
            builder.OpenElement(42, "i");
            builder.AddAttribute(43, "class", $"chart-{line.Colour % Colours}{(line.Dashed ? " dashed" : "")}");
            builder.CloseElement();
            builder.AddContent(44, $"{line.Name} ");
            builder.OpenElement(45, "b");
            builder.AddContent(46, Area(line));
            builder.CloseElement();
            builder.CloseElement();
        }

        builder.CloseElement();
    }

    private static void Grid(RenderTreeBuilder builder)
    {
        for (var at = 0; at <= 4; at++)
        {
            var share = at / 4.0;
            builder.OpenElement(8, "path");
            builder.AddAttribute(9, "class", at == 0 ? "axis" : "grid");
            builder.AddAttribute(10, "d", $"M{X(0)} {Y(share)}H{X(1)}M{X(share)} {Y(0)}V{Y(1)}");
            builder.CloseElement();
            builder.Write(Across(share), Top + Plot + 14, share.ToString("0.##", CultureInfo.InvariantCulture), "middle");
            builder.Write(Side - 5, Down(share) + 4, share.ToString("0.##", CultureInfo.InvariantCulture), "end");
        }

        builder.Write(Across(0.5), Top + Plot + 30, "recall →, up: precision", "middle");
    }

    private static string Area(CurveLine line) => line.Area is { } area ? Figures.Metric(area) : "–";

    private static double Across(double share) => Side + (Plot * share);

    private static double Down(double share) => Top + (Plot * (1 - share));

    private static string X(double share) => Svg.Number(Across(share));

    private static string Y(double share) => Svg.Number(Down(share));
}
