using Fleet.Console.Parts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Fleet.Console.Versions;

/// <summary>Draws a lineage, twice: from left to right, and from top to bottom for a narrow window.</summary>
public sealed class LineageChart : ComponentBase
{
    private const double LetterPx = 7.6;
    private const double SmallLetterPx = 6.3;
    private const double Padding = 14;

    /// <summary>What is drawn.</summary>
    [Parameter, EditorRequired] public LineageGraph Graph { get; set; } = null!;

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "figure");
        builder.AddAttribute(1, "class", "lineage");
        Draw(builder, "lineage-across", LineageLayout.Across(Graph));
        Draw(builder, "lineage-down", LineageLayout.Down(Graph));
        builder.OpenElement(2, "figcaption");
        builder.AddAttribute(3, "class", "unseen");
        builder.AddContent(4, Graph.InWords());
        builder.CloseElement();
        builder.CloseElement();
    }

    private static void Draw(RenderTreeBuilder builder, string style, LineageLayout layout)
    {
        builder.OpenElement(10, "svg");
        builder.AddAttribute(11, "class", style);
        builder.AddAttribute(12, "viewBox", $"-1 -1 {Svg.Number(layout.WidthPx + 2)} {Svg.Number(layout.HeightPx + 2)}");
        builder.AddAttribute(13, "style", $"max-width:{Svg.Number(layout.WidthPx + 2)}px");
        builder.AddAttribute(14, "role", "group");
        builder.AddAttribute(15, "aria-label", "Lineage");
        foreach (var edge in layout.Edges)
        {
            builder.OpenElement(16, "path");
            builder.AddAttribute(17, "class", edge.Edge.Judges ? "edge judges" : "edge");
            builder.AddAttribute(18, "d", edge.Path);
            builder.CloseElement();
        }

        foreach (var node in layout.Nodes)
        {
            Draw(builder, node, layout.NodeWidthPx);
        }

        builder.CloseElement();
    }

    private static void Draw(RenderTreeBuilder builder, PlacedNode placed, double widthPx)
    {
        var node = placed.Node;
        builder.OpenElement(20, "a");
        builder.AddAttribute(21, "href", node.Href);
        builder.AddAttribute(22, "class", $"node tone-{node.Tone.ToString().ToLowerInvariant()} node-{node.Kind.ToString().ToLowerInvariant()}");
        builder.AddAttribute(24, "download", node.Href.StartsWith("/api/", StringComparison.Ordinal) ? $"{node.Text}.json" : null);
        builder.OpenElement(27, "rect");
        builder.AddAttribute(28, "x", Svg.Number(placed.X));
        builder.AddAttribute(29, "y", Svg.Number(placed.Y));
        builder.AddAttribute(30, "width", Svg.Number(widthPx));
        builder.AddAttribute(31, "height", Svg.Number(LineageLayout.NodeHeightPx));
        builder.AddAttribute(32, "rx", "11");
        builder.CloseElement();
        var room = widthPx - (2 * Padding);
        Write(builder, placed.X + Padding, placed.Y + 16, "node-kind", Cut(node.KindText, room / SmallLetterPx));
        Write(builder, placed.X + Padding, placed.Y + 32, "node-text", Cut(node.Text, room / LetterPx));
        Write(builder, placed.X + Padding, placed.Y + 47, "node-detail", Cut(node.Detail ?? "", room / SmallLetterPx));
        builder.CloseElement();
    }

    private static void Write(RenderTreeBuilder builder, double x, double y, string style, string text)
    {
        builder.Write(x, y, text, style: style);

        // what is read aloud are the texts in a row
        builder.AddContent(45, " ");
    }

    /// <summary>As much as fits.</summary>
    internal static string Cut(string text, double letters) => text.Length <= letters ? text : $"{text[..Math.Max(1, (int)letters - 1)]}…";
}
