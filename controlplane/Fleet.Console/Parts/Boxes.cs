using System.Globalization;
using Fleet.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Fleet.Console.Parts;

/// <summary>Boxes over a picture, in the picture's own pixels. A component in C#, because <c>text</c> is a word of Razor's.</summary>
public sealed class Boxes : ComponentBase
{
    private const int Colours = 6;
    private const float LetterWidth = 0.56f;

    // where a name comes near the picture's edge, rather too wide than cut
    private const float WidestLetter = 0.66f;

    /// <summary>What a version found, with scores.</summary>
    [Parameter] public IReadOnlyList<Detection>? Detections { get; set; }

    /// <summary>What a person says is there; shown instead of detections.</summary>
    [Parameter] public IReadOnlyList<Annotation>? Label { get; set; }

    /// <summary>Width of the picture, px.</summary>
    [Parameter, EditorRequired] public int WidthPx { get; set; }

    /// <summary>Height of the picture, px.</summary>
    [Parameter, EditorRequired] public int HeightPx { get; set; }

    /// <summary>Width over height of the frame that the picture's middle fills; null where all of it is seen.</summary>
    [Parameter] public float? Aspect { get; set; }

    /// <summary>Whether the boxes are only proposed.</summary>
    [Parameter] public bool Proposed { get; set; }

    /// <summary>Whether class names are written at boxes wide enough for them.</summary>
    [Parameter] public bool Names { get; set; } = true;

    /// <summary>Number of the colour that a class always has.</summary>
    public static int ColourOf(string label) => (int)(label.Aggregate(17u, (hash, letter) => (hash * 31) + letter) % Colours);

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "svg");
        builder.AddAttribute(1, "class", Proposed ? "boxes proposed" : "boxes");
        builder.AddAttribute(2, "viewBox", $"0 0 {WidthPx} {HeightPx}");
        builder.AddAttribute(3, "preserveAspectRatio", "xMidYMid slice");
        builder.AddAttribute(4, "aria-hidden", "true");
        foreach (var (label, text, box) in Label?.Select(a => (a.Label, a.Label, a.Box)) ?? Detections?.Select(d => (d.Label, TextOf(d), d.Box)) ?? [])
        {
            Draw(builder, label, text, box);
        }

        builder.CloseElement();
    }

    private void Draw(RenderTreeBuilder builder, string label, string text, Box box)
    {
        builder.OpenElement(10, "g");
        builder.AddAttribute(11, "class", $"class-{ColourOf(label)}");
        builder.OpenElement(12, "rect");
        builder.AddAttribute(13, "x", Text(box.X));
        builder.AddAttribute(14, "y", Text(box.Y));
        builder.AddAttribute(15, "width", Text(box.Width));
        builder.AddAttribute(16, "height", Text(box.Height));
        builder.AddAttribute(17, "rx", Text(WidthPx / 220f));
        builder.CloseElement();
        var size = WidthPx / 36f;
        if (Names && text.Length * size * LetterWidth <= box.Width * 1.15f)
        {
            // what of the frame a card of another shape does not show, on each side
            var aspect = Aspect ?? (float)WidthPx / HeightPx;
            var hidden = Math.Max(0, WidthPx - (HeightPx * aspect)) / 2;
            var above = Math.Max(0, HeightPx - (WidthPx / aspect)) / 2;
            var left = Math.Max(box.X, hidden) + (size * 0.25f);
            var right = WidthPx - hidden - (size * 0.25f);
            var fits = left + (text.Length * size * WidestLetter) <= right;
            builder.OpenElement(20, "text");
            builder.AddAttribute(21, "x", Text(fits ? left : right));
            builder.AddAttribute(22, "text-anchor", fits ? null : "end");
            builder.AddAttribute(23, "y", Text(box.Y - above > size * 1.2f ? box.Y - (size * 0.3f) : Math.Max(box.Y, above) + size));
            builder.AddAttribute(24, "font-size", Text(size));
            builder.AddContent(25, text);
            builder.CloseElement();
        }

        builder.CloseElement();
    }

    private static string TextOf(Detection found) => found.Track is { } track
        ? string.Create(CultureInfo.InvariantCulture, $"{found.Label} #{track} {found.Score:0.00}")
        : string.Create(CultureInfo.InvariantCulture, $"{found.Label} {found.Score:0.00}");

    private static string Text(float value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
