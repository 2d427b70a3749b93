namespace Fleet.Contracts;

/// <summary>What an input may say.</summary>
public static class InputRules
{
    /// <summary>32-bit floating point.</summary>
    public const string Float32 = "float32";

    /// <summary>16-bit floating point (IEEE 754 half).</summary>
    public const string Float16 = "float16";

    /// <summary>8-bit unsigned.</summary>
    public const string UInt8 = "uint8";

    /// <summary>The longest side, px.</summary>
    public const int MaxSidePx = 4096;

    /// <summary>Planes of an input of this colour: 1 for <c>gray</c>, else 3.</summary>
    public static int PlanesOf(string color) => color == "gray" ? 1 : 3;

    /// <summary>Tiles of an input whose layout is <c>tiles</c>, row by row.</summary>
    public static int TilesOf(InputSpec input) => input.WidthPx / input.TilePx * (input.HeightPx / input.TilePx);

    /// <summary>Refuses an input that cannot be made.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: says which field, what was given and what is wanted.</exception>
    public static void ThrowIfBroken(InputSpec input)
    {
        var wrong = input switch
        {
            { Element: not (Float32 or Float16 or UInt8) } => $"element '{input.Element}' is not known: wanted {Float32}, {Float16} or {UInt8}",
            { Color: not ("rgb" or "bgr" or "gray") } => $"color '{input.Color}' is not known: wanted rgb, bgr or gray",
            { Fit: not (Fits.Letterbox or Fits.LetterboxTopLeft or Fits.Stretch) } => $"fit '{input.Fit}' is not known: wanted {Fits.Letterbox}, {Fits.LetterboxTopLeft} or {Fits.Stretch}",
            { Layout: not (Layouts.Nchw or Layouts.Nhwc or Layouts.Tiles) } => $"layout '{input.Layout}' is not known: wanted {Layouts.Nchw}, {Layouts.Nhwc} or {Layouts.Tiles}",
            { WidthPx: < 1 or > MaxSidePx } or { HeightPx: < 1 or > MaxSidePx } => $"size {input.WidthPx}x{input.HeightPx} is not possible: each side is 1 to {MaxSidePx} px",
            _ => TileFault(input) ?? PlaneFault("mean", input.Mean, input.Color) ?? PlaneFault("std", input.Std, input.Color) ?? ValueFault(input),
        };
        if (wrong is not null)
        {
            throw new ProblemException(Problems.ModelHead, $"The input's {wrong}.");
        }
    }

    private static string? TileFault(InputSpec input) => input switch
    {
        { Layout: not Layouts.Tiles, TilePx: not 0 } => $"tile side of {input.TilePx} px means nothing to layout {input.Layout}: wanted is layout {Layouts.Tiles}, or no tile side",
        { Layout: Layouts.Tiles, TilePx: < 1 } => $"layout {Layouts.Tiles} wants a tile side, px",
        { Layout: Layouts.Tiles } when input.WidthPx % input.TilePx != 0 || input.HeightPx % input.TilePx != 0 =>
            $"size {input.WidthPx}x{input.HeightPx} is not a whole number of tiles of {input.TilePx}x{input.TilePx} px",
        _ => null,
    };

    private static string? PlaneFault(string field, IReadOnlyList<float> values, string color) => values.Count == 0 || values.Count == PlanesOf(color)
        ? null
        : $"{field} has {values.Count} values: wanted none, or one for each of the {PlanesOf(color)} planes of {color}";

    private static string? ValueFault(InputSpec input) => input switch
    {
        _ when !float.IsFinite(input.Scale) || !input.Mean.All(float.IsFinite) || !input.Std.All(float.IsFinite) => "scale, mean and std must be finite numbers",
        _ when input.Std.Contains(0) => "std contains 0: each plane is divided by it",
        { Element: UInt8 } when input.Scale != 1 || input.Mean.Any(m => m != 0) || input.Std.Any(s => s != 1) =>
            "scale, mean and std change nothing on uint8: leave them at 1, none and none, and let the network scale",
        _ => null,
    };
}

/// <summary>The ways a frame is fitted into an input.</summary>
public static class Fits
{
    /// <summary>Keeps proportions, centred.</summary>
    public const string Letterbox = "letterbox";

    /// <summary>Keeps proportions, padding right and below.</summary>
    public const string LetterboxTopLeft = "letterbox-topleft";

    /// <summary>Fills the input.</summary>
    public const string Stretch = "stretch";
}

/// <summary>The orders of an input tensor's axes.</summary>
public static class Layouts
{
    /// <summary>[1, planes, height, width].</summary>
    public const string Nchw = "nchw";

    /// <summary>[1, height, width, planes].</summary>
    public const string Nhwc = "nhwc";

    /// <summary>The frame cut into squares, row by row: [tiles, planes, side, side] or [tiles, planes * side * side].</summary>
    public const string Tiles = "tiles";
}

/// <summary>What turns a network's scores into 0 to 1.</summary>
public static class ScoreForms
{
    /// <summary>Nothing: they are.</summary>
    public const string Probabilities = "probabilities";

    /// <summary>Each class by itself, 1 / (1 + exp(-x)).</summary>
    public const string Sigmoid = "sigmoid";

    /// <summary>All classes of a place together, exp(x) over the sum.</summary>
    public const string Softmax = "softmax";

    /// <summary>Every name there is.</summary>
    public static IReadOnlyList<string> All { get; } = [Probabilities, Sigmoid, Softmax];
}
