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

    /// <summary>The oldest version first: two or more, or those that were measured beside their base.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<MeasuredVersion> Values { get; set; } = [];

    /// <summary>Its dot stands out.</summary>
    [Parameter] public Contracts.VersionId? Champion { get; set; }

    private bool IsBeside => Values[0].Base is not null;

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "figure");
        builder.AddAttribute(1, "class", "course");
        builder.OpenElement(2, "svg");
        builder.AddAttribute(3, "viewBox", $"0 0 {Width} {Height}");
        builder.AddAttribute(4, "role", "img");
        builder.AddAttribute(5, "aria-label", $"{Measure}: {string.Join(", ", Values.Select(v => v.Base is { } from ? $"{v.Version} {Figures.Metric(v.Value)} from {Figures.Metric(from)}" : $"{v.Version} {Figures.Metric(v.Value)}"))}");
        var places = Places();
        foreach (var line in IsBeside ? places.Select(p => (List<(double, double)>)[p.From, p.To]) : [places.ConvertAll(p => p.To)])
        {
            builder.OpenElement(6, "polyline");
            builder.AddAttribute(7, "points", string.Join(' ', line.Select(at => $"{Svg.Number(at.Item1)},{Svg.Number(at.Item2)}")));
            builder.CloseElement();
        }

        foreach (var (version, _, to) in places)
        {
            builder.OpenElement(8, "circle");
            builder.AddAttribute(9, "cx", Svg.Number(to.X));
            builder.AddAttribute(10, "cy", Svg.Number(to.Y));
            builder.AddAttribute(11, "r", version == Champion ? "5" : "3");
            builder.AddAttribute(12, "class", version == Champion ? "champion" : null);
            builder.CloseElement();
        }

        builder.Write(places[0].From.X - 4, places[0].From.Y - 8, Figures.Metric(Values[0].Base ?? Values[0].Value), "start");
        builder.Write(places[^1].To.X + 4, places[^1].To.Y - 8, Figures.Metric(Values[^1].Value), "end");
        builder.CloseElement();
        builder.OpenElement(20, "figcaption");
        builder.AddContent(21, $"{Measure}, {(IsBeside ? "each version from its base, on the same frames" : Figures.Plural(Values.Count, "version"))}");
        builder.CloseElement();
        builder.CloseElement();
    }

    // what a version won has a line of its own, from its base: another version was measured on other frames
    private List<Place> Places()
    {
        var (low, high) = (Values.Min(v => Math.Min(v.Value, v.Base ?? v.Value)), Values.Max(v => Math.Max(v.Value, v.Base ?? v.Value)));
        double Y(double value) => Above + ((Height - Above - Below) * (high - value) / Math.Max(high - low, 1e-9));
        var cell = (Width - (2.0 * Side)) / (IsBeside ? Values.Count : Values.Count - 1);
        return [.. Values.Index().Select(v => IsBeside
            ? new Place(v.Item.Version, (Side + ((v.Index + 0.15) * cell), Y(v.Item.Base ?? v.Item.Value)), (Side + ((v.Index + 0.85) * cell), Y(v.Item.Value)))
            : new Place(v.Item.Version, (Side + (v.Index * cell), Y(v.Item.Value)), (Side + (v.Index * cell), Y(v.Item.Value))))];
    }

    private sealed record Place(Contracts.VersionId Version, (double X, double Y) From, (double X, double Y) To);
}
