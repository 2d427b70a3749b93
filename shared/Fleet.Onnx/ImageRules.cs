using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>What a file's only input takes, filled in from what is said about it.</summary>
internal sealed class ImageRules
{
    private readonly OnnxReport _report;
    private readonly HeadRequest _request;
    private readonly InputSpec? _whole;
    private readonly UltralyticsMetadata? _ultralytics;
    private readonly OnnxValue _image;

    public ImageRules(OnnxReport report, HeadRequest request, InputSpec? declared, UltralyticsMetadata? ultralytics)
    {
        (_report, _request, _whole, _ultralytics) = (report, request, request.Input ?? declared, ultralytics);
        _image = report.Inputs is [var only] ? only
            : throw HeadRules.Misfit($"The file has {report.Inputs.Count} inputs ({HeadRules.Text(report.Inputs)}); wanted is one, the image. Export the network with the image as its only input.");
    }

    /// <summary>Whether the input is a list of vectors instead of an image.</summary>
    public bool IsFlat => _image.Shape.Count == 2;

    /// <summary>Null while nobody says it.</summary>
    public int? WidthPx => _request.Options.WidthPx ?? _whole?.WidthPx ?? Side(Layout == Layouts.Nhwc ? 2 : 3) ?? _ultralytics?.WidthPx;

    /// <summary>Null while nobody says it.</summary>
    public int? HeightPx => _request.Options.HeightPx ?? _whole?.HeightPx ?? Side(Layout == Layouts.Nhwc ? 1 : 2) ?? _ultralytics?.HeightPx;

    private string Layout => _request.Options.Layout ?? _whole?.Layout
        ?? (IsFlat || _request.Head == HeadKinds.Tiles ? Layouts.Tiles
            : _image.Shape is [_, { Size: not (1 or 3) }, _, { Size: 1 or 3 }] ? Layouts.Nhwc
            : Layouts.Nchw);

    /// <summary>The whole input, checked against the file's.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.ModelHead"/>: what the file has and what was said.</exception>
    public InputSpec Spec(string head)
    {
        var spec = _request.Options.On(_whole ?? Convention(head));
        InputRules.ThrowIfBroken(spec);
        var shape = Shape(spec);
        var fits = _image.Name == spec.Name && _image.Element == spec.Element && _image.Shape.Count == shape.Length
            && _image.Shape.Zip(shape).All(d => d.First.Allows(d.Second));
        return fits ? spec : throw Mismatch(spec, shape);
    }

    private int? Side(int axis) => Layout != Layouts.Tiles && _image.Shape.Count == 4 && _image.Shape[axis].Size is > 0 and <= InputRules.MaxSidePx and var side ? (int)side : null;

    private InputSpec Convention(string head)
    {
        if (_image.Element is not (InputRules.Float32 or InputRules.Float16 or InputRules.UInt8))
        {
            throw HeadRules.Misfit($"The file's input is {_image}; wanted is an image of {InputRules.Float32}, {InputRules.Float16} or {InputRules.UInt8}. Cast it in the graph.");
        }

        var side = Layout == Layouts.Tiles ? null : HeadDefaults.SidePx(head);
        if ((WidthPx ?? side) is not { } width || (HeightPx ?? side) is not { } height || _image.Shape.Count is not (2 or 4))
        {
            throw Layout == Layouts.Tiles
                ? HeadRules.Misfit($"The file's input is {_image}: a list of tiles, so that the size of the frame they are cut from is not in the file. Say it, as in 640x480, and the side of a tile.")
                : HeadRules.Misfit($"The file's input is {_image}; wanted is an image [1,planes,height,width] of known size. Say its size, as in 640x480, or export the network with a fixed size.");
        }

        var tilePx = Layout != Layouts.Tiles ? 0 : _request.Options.TilePx ?? TilePx();
        var color = _request.Options.Color ?? (Planes(tilePx) == 1 ? "gray" : "rgb");
        var plain = new InputSpec(_image.Name, width, height, _image.Element, color, Scale: 1, [], [], Fits.Letterbox, Pad: 114, Layout, tilePx);
        return HeadDefaults.Input(head, plain, _report, _ultralytics is not null);
    }

    private long Planes(int tilePx) => Layout switch
    {
        Layouts.Nhwc => _image.Shape[3].Size ?? 3,
        Layouts.Tiles when IsFlat => tilePx > 0 && _image.Shape[1].Size == 3L * tilePx * tilePx ? 3 : 1,
        _ => _image.Shape[1].Size ?? 3,
    };

    private int TilePx()
    {
        var values = IsFlat ? _image.Shape[1].Size ?? 0 : (_image.Shape[2].Size ?? 0) * (_image.Shape[3].Size ?? 0);
        var side = (int)Math.Round(Math.Sqrt(values));
        return side > 0 && (long)side * side == values ? side
            : throw HeadRules.Misfit($"The file's input is {_image}; {values} values are no square tile. Say the side of a tile, px.");
    }

    private long[] Shape(InputSpec spec)
    {
        var planes = InputRules.PlanesOf(spec.Color);
        return spec.Layout switch
        {
            Layouts.Nhwc => [1, spec.HeightPx, spec.WidthPx, planes],
            Layouts.Tiles when IsFlat => [InputRules.TilesOf(spec), (long)planes * spec.TilePx * spec.TilePx],
            Layouts.Tiles => [InputRules.TilesOf(spec), planes, spec.TilePx, spec.TilePx],
            _ => [1, planes, spec.HeightPx, spec.WidthPx],
        };
    }

    private ProblemException Mismatch(InputSpec spec, long[] shape) =>
        HeadRules.Misfit($"The file's input is {_image}; the version's input says {spec.Name} {spec.Element}[{string.Join(',', shape)}] ({spec.Color}). {Fix(spec, shape)}");

    private string Fix(InputSpec spec, long[] shape)
    {
        var sameRank = spec.Layout == Layouts.Tiles && _image.Shape.Count == shape.Length;
        if (sameRank && _image.Shape[0].Size is { } n && n != shape[0])
        {
            return $"A frame of {spec.WidthPx}x{spec.HeightPx} has {shape[0]} tiles of {spec.TilePx}x{spec.TilePx} px, all fed in one call, and the file takes {n}: export it with a free first dimension.";
        }

        if (sameRank && IsFlat && _image.Shape[1].Size is { } values && values != shape[1])
        {
            var side = (int)Math.Round(Math.Sqrt(values));
            var likely = (long)side * side == values ? $"say tiles of {side}x{side} px and grey" : "say the side and the colour of the tiles it was trained on";
            return $"A {spec.Color} tile of {spec.TilePx}x{spec.TilePx} px has {shape[1]} values, and the file takes {values}: {likely}.";
        }

        return spec.Layout != Layouts.Tiles && IsFlat
            ? $"The file takes a list of tiles, not a picture: say the layout {Layouts.Tiles} and the side of a tile."
            : "Give both the same name, element type and size.";
    }
}
