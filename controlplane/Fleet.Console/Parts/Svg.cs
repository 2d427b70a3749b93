using System.Globalization;
using Microsoft.AspNetCore.Components.Rendering;

namespace Fleet.Console.Parts;

/// <summary>What drawings written in C# share: <c>text</c> is a word of Razor's, so a drawing with letters in it cannot be a Razor file.</summary>
internal static class Svg
{
    /// <summary>A length, as an attribute wants it.</summary>
    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Writes into the drawing.</summary>
    /// <param name="builder">Of the component.</param>
    /// <param name="x">Where the text begins, or what it is anchored to.</param>
    /// <param name="y">Of the line that the letters stand on.</param>
    /// <param name="text">The words.</param>
    /// <param name="anchor">start, middle or end; null leaves it to the style sheet.</param>
    /// <param name="style">Class; null for none.</param>
    public static void Write(this RenderTreeBuilder builder, double x, double y, string text, string? anchor = null, string? style = null)
    {
        builder.OpenElement(60, "text");
        builder.AddAttribute(61, "x", Number(x));
        builder.AddAttribute(62, "y", Number(y));
        builder.AddAttribute(63, "text-anchor", anchor);
        builder.AddAttribute(64, "class", style);
        builder.AddContent(65, text);
        builder.CloseElement();
    }
}
