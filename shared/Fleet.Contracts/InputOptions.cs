namespace Fleet.Contracts;

/// <summary>What is said about a network's input beside its file; null leaves it to the file, then to the head's convention.</summary>
public sealed record InputOptions
{
    /// <summary>Width, px; needed where the file leaves it free.</summary>
    public int? WidthPx { get; init; }

    /// <summary>Height, px; needed where the file leaves it free.</summary>
    public int? HeightPx { get; init; }

    /// <summary><c>rgb</c>, <c>bgr</c> or <c>gray</c>.</summary>
    public string? Color { get; init; }

    /// <summary>Factor on values of 0 to 255.</summary>
    public float? Scale { get; init; }

    /// <summary>Subtracted from each plane after the scale.</summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>Divides each plane after the mean.</summary>
    public IReadOnlyList<float>? Std { get; init; }

    /// <summary>One of <see cref="Fits"/>.</summary>
    public string? Fit { get; init; }

    /// <summary>Grey value of the padding.</summary>
    public byte? Pad { get; init; }

    /// <summary>One of <see cref="Layouts"/>.</summary>
    public string? Layout { get; init; }

    /// <summary>Side of a tile, px.</summary>
    public int? TilePx { get; init; }

    /// <summary>Puts what is said here into <paramref name="input"/>. Whoever says one of scale, mean and std means all three: the others go back to 1, none and none.</summary>
    public InputSpec On(InputSpec input)
    {
        var range = Scale is not null || Mean is not null || Std is not null;
        return input with
        {
            WidthPx = WidthPx ?? input.WidthPx,
            HeightPx = HeightPx ?? input.HeightPx,
            Color = Color ?? input.Color,
            Scale = range ? Scale ?? 1 : input.Scale,
            Mean = range ? Mean ?? [] : input.Mean,
            Std = range ? Std ?? [] : input.Std,
            Fit = Fit ?? input.Fit,
            Pad = Pad ?? input.Pad,
            Layout = Layout ?? input.Layout,
            TilePx = TilePx ?? input.TilePx,
        };
    }
}
