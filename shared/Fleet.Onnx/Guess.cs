using Fleet.Contracts;

namespace Fleet.Onnx;

/// <summary>What a network that finds no objects seems to be for.</summary>
internal sealed class Guess(OnnxReport report)
{
    /// <summary>One sentence; null where nothing is recognised.</summary>
    public string? Sentence() => report.Outputs switch
    {
        [{ Shape: [_, { Size: 1 or 3 }, { Size: { } h }, { Size: { } w }] }] when Image is { Shape: [_, _, { Size: { } ih }, { Size: { } iw }] } && h * iw == w * ih && h > ih =>
            $"This looks like super-resolution: it makes a picture {h / (double)ih:0.##} times the size of its input, and finds nothing in it.",
        [{ Shape: [_, { Size: 1 }, { Size: null }, { Size: null }] }] =>
            $"This looks like a map of the whole picture, as text detectors and segmenters make it; head '{HeadKinds.Heatmap}' makes a box of each of its regions.",
        [{ Shape: [_, { Size: 1 or 3 }, { Size: { } h }, { Size: { } w }] }] when Image is { Shape: [_, _, { Size: { } ih }, { Size: { } iw }] } && h == ih && w == iw =>
            "This looks like a network that makes a picture of a picture.",
        [{ Shape: [_, _] or [_, _, { Size: 1 }, { Size: 1 }] }] => $"This looks like a classifier: it finds no boxes. Its head is '{HeadKinds.Classes}'.",
        [{ Shape: [_, _, _], Element: "float32" } only] when only.Shape[1].Size is null && report.Inputs is [{ Shape: [_, _, _, { Size: null }] }] =>
            "This may be a text recogniser: one row of scores for each column of the picture.",
        _ => null,
    };

    private OnnxValue? Image => report.Inputs is [var only] ? only : null;
}
