using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>How a network is fed and read, where neither its file nor its head says so: the options of <c>version register</c>.</summary>
internal sealed class FeedingOptions
{
    private readonly Option<(int Width, int Height)?> _size = new("--size") { Description = "Size of the input, as in 640x480, where the file leaves it free.", CustomParser = Size };
    private readonly Option<string?> _color = new("--color") { Description = "Order of the planes: rgb, bgr or gray." };
    private readonly Option<float[]?> _scale = Numbers("--scale", "Factor on values of 0 to 255, as in 1 or 1/255.");
    private readonly Option<float[]?> _mean = Numbers("--mean", "Subtracted from each plane after the scale, as in 0.485,0.456,0.406.");
    private readonly Option<float[]?> _std = Numbers("--std", "Divides each plane after the mean.");
    private readonly Option<string?> _fit = new("--fit") { Description = $"How frames are fitted: {Fits.Letterbox}, {Fits.LetterboxTopLeft} or {Fits.Stretch}." };
    private readonly Option<byte?> _pad = new("--pad") { Description = "Grey value of the padding, 0 to 255." };
    private readonly Option<string?> _layout = new("--layout") { Description = $"Order of the axes: {Layouts.Nchw}, {Layouts.Nhwc} or {Layouts.Tiles}." };
    private readonly Option<int?> _tile = new("--tile") { Description = "Side of a tile, px." };
    private readonly Option<float?> _threshold = new("--threshold") { Description = "Scores below are dropped, 0 to 1." };
    private readonly Option<float?> _nms = new("--nms") { Description = "Of two boxes of a class that overlap more (IoU), the weaker is dropped." };
    private readonly Option<string?> _scores = new("--scores") { Description = $"What the network's scores are: {string.Join(", ", ScoreForms.All)} (of logits)." };

    public IEnumerable<Option> All => [_size, _color, _scale, _mean, _std, _fit, _pad, _layout, _tile, _threshold, _nms, _scores];

    public float? Threshold(ParseResult result) => result.GetValue(_threshold);

    public float? NmsIou(ParseResult result) => result.GetValue(_nms);

    public string? Scores(ParseResult result) => result.GetValue(_scores);

    public InputOptions Input(ParseResult result) => new()
    {
        WidthPx = result.GetValue(_size)?.Width,
        HeightPx = result.GetValue(_size)?.Height,
        Color = result.GetValue(_color),
        Scale = Given(result, _scale)?[0],
        Mean = Given(result, _mean),
        Std = Given(result, _std),
        Fit = result.GetValue(_fit),
        Pad = result.GetValue(_pad),
        Layout = result.GetValue(_layout),
        TilePx = result.GetValue(_tile),
    };

    // a list that was not given is an empty one to the parser
    private static float[]? Given(ParseResult result, Option<float[]?> option) => result.GetResult(option) is { Implicit: false } ? result.GetValue(option) : null;

    private static Option<float[]?> Numbers(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse<float[]>(result, text => [.. text.Split(',').Select(Number)]),
    };

    private static (int Width, int Height)? Size(ArgumentResult result) => Parse<(int, int)?>(result, text => text.Split('x') is [var width, var height]
        ? (int.Parse(width, NumberStyles.None, CultureInfo.InvariantCulture), int.Parse(height, NumberStyles.None, CultureInfo.InvariantCulture))
        : throw new FormatException());

    // people know 1/255, not 0.003921569
    private static float Number(string text) => text.Split('/') is [var above, var below]
        ? float.Parse(above, NumberStyles.Float, CultureInfo.InvariantCulture) / float.Parse(below, NumberStyles.Float, CultureInfo.InvariantCulture)
        : float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static T? Parse<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return read(result.Tokens[^1].Value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            result.AddError($"'{result.Tokens[^1].Value}' is not understood: wanted is what the option's help shows.");
            return default;
        }
    }
}
