using MudBlazor;

namespace Fleet.Console.Layout;

/// <summary>What the component library is told; colours are in <c>tokens.css</c>, where both themes can change without the server.</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Fonts = ["-apple-system", "Segoe UI", "Roboto", "Inter", "Noto Sans", "Liberation Sans", "system-ui", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight { Primary = "#0f766e", Error = "#c2382f", Success = "#22804a", Warning = "#9a6700", Info = "#1f6fb5" },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts, LetterSpacing = "0" }, Button = new ButtonTypography { TextTransform = "none", FontFamily = Fonts, FontWeight = "600", LetterSpacing = "0" } },
    };
}
