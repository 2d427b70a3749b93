using Fleet.Contracts;

namespace Fleet.Console.Samples;

/// <summary>What the editor in the browser is opened with.</summary>
internal sealed record EditorFrame(string Picture, int Width, int Height, IReadOnlyList<string> Classes, IReadOnlyList<EditorBox> Boxes);

/// <summary>A box in the editor; with a score it is only proposed.</summary>
internal sealed record EditorBox(string Label, float X, float Y, float Width, float Height, float? Score = null)
{
    public static EditorBox Of(Annotation annotation) => new(annotation.Label, annotation.Box.X, annotation.Box.Y, annotation.Box.Width, annotation.Box.Height);

    public static EditorBox Of(Detection detection) => new(detection.Label, detection.Box.X, detection.Box.Y, detection.Box.Width, detection.Box.Height, detection.Score);

    public Annotation ToAnnotation() => new(Label, new Box(X, Y, Width, Height));
}
