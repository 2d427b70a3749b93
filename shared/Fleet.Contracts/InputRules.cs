namespace Fleet.Contracts;

/// <summary>What an input may say.</summary>
public static class InputRules
{
    /// <summary>32-bit floating point.</summary>
    public const string Float32 = "float32";

    /// <summary>8-bit unsigned.</summary>
    public const string UInt8 = "uint8";

    /// <summary>The longest side, px.</summary>
    public const int MaxSidePx = 4096;

    /// <summary>Planes of an input of this colour: 1 for <c>gray</c>, else 3.</summary>
    public static int PlanesOf(string color) => color == "gray" ? 1 : 3;

    /// <summary>Refuses an input that cannot be made.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: says which field, what was given and what is wanted.</exception>
    public static void ThrowIfBroken(InputSpec input)
    {
        var wrong = input switch
        {
            { Element: not (Float32 or UInt8) } => $"element '{input.Element}' is not known: wanted {Float32} or {UInt8}",
            { Color: not ("rgb" or "bgr" or "gray") } => $"color '{input.Color}' is not known: wanted rgb, bgr or gray",
            { Fit: not (Fits.Letterbox or Fits.LetterboxTopLeft or Fits.Stretch) } => $"fit '{input.Fit}' is not known: wanted {Fits.Letterbox}, {Fits.LetterboxTopLeft} or {Fits.Stretch}",
            { WidthPx: < 1 or > MaxSidePx } or { HeightPx: < 1 or > MaxSidePx } => $"size {input.WidthPx}x{input.HeightPx} is not possible: each side is 1 to {MaxSidePx} px",
            _ => PlaneFault("mean", input.Mean, input.Color) ?? PlaneFault("std", input.Std, input.Color) ?? ValueFault(input),
        };
        if (wrong is not null)
        {
            throw new ProblemException(Problems.ModelHead, $"The input's {wrong}.");
        }
    }

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

/// <summary>The ways a network's outputs become boxes.</summary>
public static class HeadKinds
{
    /// <summary><c>peaks</c> f32[N,C,h,w] (sigmoid, all but local maxima zeroed) and <c>ltrb</c> f32[N,4,h,w] (distances in input px from the cell centre).</summary>
    public const string Fleet = "fleet";

    /// <summary>f32[1,anchors,5+C]: undecoded boxes on grids of stride 8, 16 and 32; objectness and classes after the sigmoid.</summary>
    public const string Yolox = "yolox";

    /// <summary>Every name there is.</summary>
    public static IReadOnlyList<string> All { get; } = [Fleet, Yolox];

    /// <summary>Strides of the grids of <see cref="Yolox"/>, px.</summary>
    public static IReadOnlyList<int> YoloxStrides { get; } = [8, 16, 32];

    /// <summary>Rows of a <see cref="Yolox"/> output for an input of this size.</summary>
    public static int YoloxAnchors(int widthPx, int heightPx) => YoloxStrides.Sum(stride => (widthPx / stride) * (heightPx / stride));
}
