using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>Whether a file's inputs and outputs are those of a head.</summary>
internal sealed class HeadRules(OnnxReport report, string head)
{
    private readonly DeclaredHead _declared = OnnxMetadata.Get(report.Metadata);

    public HeadFit Fit(IReadOnlyList<string>? classes, InputSpec? input)
    {
        if (!HeadKinds.All.Contains(head))
        {
            throw Misfit($"The head '{head}' is not known: wanted {string.Join(" or ", HeadKinds.All)}.");
        }

        var count = head == HeadKinds.Fleet ? FleetClasses() : YoloxClasses();
        var fed = input ?? _declared.Input ?? Convention();
        CheckInput(fed);
        CheckAnchors(fed);
        var names = classes ?? _declared.Classes
            ?? throw Misfit($"The file names no classes, and none were given. Give the {(count?.ToString(Invariant) ?? "")} class names in output order.");
        CheckClasses(names, count);
        return new(head, names, fed, _declared.ScoreThreshold);
    }

    private static readonly IFormatProvider Invariant = System.Globalization.CultureInfo.InvariantCulture;

    private static ProblemException Misfit(string sentence) => new(Problems.ModelHead, sentence);

    private OnnxValue Image() => report.Inputs is [var only] ? only
        : throw Misfit($"The file has {report.Inputs.Count} inputs ({Text(report.Inputs)}); wanted is one, the image. Export the network with the image as its only input.");

    private InputSpec Convention()
    {
        var image = Image();
        var color = head == HeadKinds.Yolox ? "bgr" : image.Shape is [_, { Size: 1 }, _, _] ? "gray" : "rgb";
        return image.Shape is [_, _, { Size: { } height }, { Size: { } width }] && width <= InputRules.MaxSidePx && height <= InputRules.MaxSidePx
            ? new(image.Name, (int)width, (int)height, image.Element, color, Scale: 1, [], [], head == HeadKinds.Yolox ? Fits.LetterboxTopLeft : Fits.Letterbox, Pad: 114)
            : throw Misfit($"The file's input is {image}; wanted is an image [1,planes,height,width] of fixed size. Say its size in the version's input, or export the network with a fixed size.");
    }

    private void CheckInput(InputSpec input)
    {
        var image = Image();
        InputRules.ThrowIfBroken(input);
        var planes = InputRules.PlanesOf(input.Color);
        var fits = image.Name == input.Name && image.Element == input.Element
            && image.Shape is [var n, var c, var h, var w] && n.Allows(1) && c.Allows(planes) && h.Allows(input.HeightPx) && w.Allows(input.WidthPx);
        if (!fits)
        {
            throw Misfit($"The file's input is {image}; the version's input says {input.Name} {input.Element}[1,{planes},{input.HeightPx},{input.WidthPx}] ({input.Color}). Give both the same name, element type and size.");
        }
    }

    private int? FleetClasses()
    {
        var peaks = report.Outputs.FirstOrDefault(o => o.Name == "peaks");
        var ltrb = report.Outputs.FirstOrDefault(o => o.Name == "ltrb");
        var fits = peaks is { Element: InputRules.Float32, Shape.Count: 4 } && ltrb is { Element: InputRules.Float32, Shape.Count: 4 } && ltrb.Shape[1].Allows(4);
        return fits ? (int?)peaks!.Shape[1].Size : throw Outputs("peaks float32[N,classes,h,w] and ltrb float32[N,4,h,w]");
    }

    private int? YoloxClasses() =>
        report.Outputs is [{ Element: InputRules.Float32, Shape: [var n, _, var row] }] && n.Allows(1) && row.Size is null or > 5
            ? (int?)row.Size - 5
            : throw Outputs("one float32[1,anchors,5+classes]");

    private void CheckAnchors(InputSpec input)
    {
        var anchors = HeadKinds.YoloxAnchors(input.WidthPx, input.HeightPx);
        if (head == HeadKinds.Yolox && !report.Outputs[0].Shape[1].Allows(anchors))
        {
            throw Outputs($"{anchors} anchors for an input of {input.WidthPx}x{input.HeightPx}");
        }
    }

    private ProblemException Outputs(string wanted)
    {
        var likely = report.Outputs.Any(o => o.Name == "peaks") && head != HeadKinds.Fleet ? $"The file looks like head '{HeadKinds.Fleet}'."
            : report.Outputs is [{ Shape: [_, _, { Size: > 5 }] }] && head != HeadKinds.Yolox ? $"The file may be of head '{HeadKinds.Yolox}'."
            : report.Outputs is [{ Shape.Count: 2 }] ? "This looks like a classifier: it finds no boxes."
            : "Name the head it was trained for, or export it with these outputs.";
        return Misfit($"The file's outputs are {Text(report.Outputs)}; head '{head}' wants {wanted}. {likely}");
    }

    private static void CheckClasses(IReadOnlyList<string> names, int? count)
    {
        if (names.Count == 0 || names.Any(string.IsNullOrWhiteSpace) || names.Distinct().Count() != names.Count)
        {
            throw Misfit($"The {names.Count} class names must be given, not empty and all different.");
        }

        if (count is { } wanted && wanted != names.Count)
        {
            throw Misfit($"{names.Count} class names were given ({TensorRules.Short(string.Join(", ", names))}), but the file's output has {wanted} classes. Give one name for each, in output order.");
        }
    }

    private static string Text(IReadOnlyList<OnnxValue> values) => values.Count == 0 ? "none"
        : string.Join(", ", values.Take(6)) + (values.Count > 6 ? $" and {values.Count - 6} more" : "");
}
