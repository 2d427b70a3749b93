using Fleet.Console.Parts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Fleet.Console.Versions;

/// <summary>How a measure went from version to version.</summary>
public sealed class CourseLine : ComponentBase
{
    private const int Width = 240;
    private const int Height = 64;
    private const int Side = 12;
    private const int Above = 18;
    private const int Below = 16;

    /// <summary>Its name, for people.</summary>
    [Parameter, EditorRequired] public string Measure { get; set; } = "";

    /// <summary>The oldest version first, two or more.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<MeasuredVersion> Values { get; set; } = [];

    /// <summary>Its dot stands out.</summary>
    [Parameter] public Contracts.VersionId? Champion { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "figure");
        builder.AddAttribute(1, "class", "course");
        builder.OpenElement(2, "svg");
        builder.AddAttribute(3, "viewBox", $"0 0 {Width} {Height}");
        builder.AddAttribute(4, "role", "img");
        builder.AddAttribute(5, "aria-label", $"{Measure}: {string.Join(", ", Values.Select(v => $"{v.Version} {Figures.Metric(v.Value)}"))}");
        var (low, high) = (Values.Min(v => v.Value), Values.Max(v => v.Value));
        var places = Values.Select((v, at) => (v.Version, v.Value, X: Side + (at * (Width - (2.0 * Side)) / (Values.Count - 1)), Y: Above + ((Height - Above - Below) * (high - v.Value) / Math.Max(high - low, 1e-9)))).ToList();
        builder.OpenElement(6, "polyline");
        builder.AddAttribute(7, "points", string.Join(' ', places.Select(p => $"{Svg.Number(p.X)},{Svg.Number(p.Y)}")));
        builder.CloseElement();
        foreach (var (version, _, x, y) in places)
        {
            builder.OpenElement(8, "circle");
            builder.AddAttribute(9, "cx", Svg.Number(x));
            builder.AddAttribute(10, "cy", Svg.Number(y));
            builder.AddAttribute(11, "r", version == Champion ? "5" : "3");
            builder.AddAttribute(12, "class", version == Champion ? "champion" : null);
            builder.CloseElement();
        }

        builder.Write(places[0].X - 4, places[0].Y - 8, Figures.Metric(places[0].Value), "start");
        builder.Write(places[^1].X + 4, places[^1].Y - 8, Figures.Metric(places[^1].Value), "end");
        builder.CloseElement();
        builder.OpenElement(20, "figcaption");
        builder.AddContent(21, $"{Measure}, {Figures.Plural(Values.Count, "version")}");
        builder.CloseElement();
        builder.CloseElement();
    }
}
