using Fleet.Contracts;

namespace Fleet.ControlPlane.Samples;

/// <summary>What a frame and its boxes must keep to, whoever sends them.</summary>
internal static class FrameRules
{
    public const int MaxBoxes = 2000;
    public const int MaxSidePx = 16384;
    private const int MaxReasons = 16;

    public static void Check(FrameMessage meta)
    {
        Require(meta.WidthPx is > 0 and <= MaxSidePx && meta.HeightPx is > 0 and <= MaxSidePx, $"A frame of {meta.WidthPx}x{meta.HeightPx} px is not taken: at most {MaxSidePx} px a side.");
        Require(meta.Source.Length <= 2048, "source is longer than 2048 characters.");
        Require(meta.Trigger.Length is > 0 and <= 32, "trigger must have 1 to 32 characters.");
        Require(meta.Score is >= 0 and <= 1, $"score is {meta.Score}; wanted 0 to 1.");
        Require(meta.InclusionProbability is >= 0 and <= 1, $"inclusionProbability is {meta.InclusionProbability}; wanted 0 to 1.");
        Require((meta.Reasons?.Count ?? 0) <= MaxReasons, $"{meta.Reasons?.Count} reasons; at most {MaxReasons} are taken.");
        foreach (var reason in meta.Reasons ?? [])
        {
            Require(reason.Trigger.Length is > 0 and <= 32 && reason.Why.Length <= 500 && reason.Strength is >= 0 and <= 1, "A reason has a trigger of 1 to 32 characters, at most 500 characters of why, and a strength from 0 to 1.");
        }

        Require(meta.Frame >= 0, $"frame is {meta.Frame}; frames count from 0.");
        Require(meta.Detections.Count <= MaxBoxes, $"{meta.Detections.Count} detections; at most {MaxBoxes} are taken.");
        foreach (var found in meta.Detections)
        {
            CheckLabel(found.Label);
            Require(found.Score is >= 0 and <= 1, $"A detection's score is {found.Score}; wanted 0 to 1.");
            Require(Finite(found.Box) && found.Box is { Width: > 0, Height: > 0 }, $"A detection has the box {Text(found.Box)}; wanted finite numbers and a size above 0.");
        }
    }

    /// <summary>A person's boxes lie inside the frame, to a hundredth of a pixel.</summary>
    public static void Check(IReadOnlyList<Annotation> boxes, int widthPx, int heightPx)
    {
        const float rounding = 0.01f;
        Require(boxes.Count <= MaxBoxes, $"{boxes.Count} boxes; at most {MaxBoxes} are taken.");
        foreach (var (label, box) in boxes)
        {
            CheckLabel(label);
            var inside = Finite(box) && box is { Width: > 0, Height: > 0, X: >= -rounding, Y: >= -rounding }
                && box.X + box.Width <= widthPx + rounding && box.Y + box.Height <= heightPx + rounding;
            Require(inside, $"The box {Text(box)} is not inside the frame of {widthPx}x{heightPx} px. Draw it inside.");
        }
    }

    private static void CheckLabel(string label) =>
        Require(label.Length is > 0 and <= 64 && label.Trim() == label && !label.Any(char.IsControl), "A label must have 1 to 64 characters, none of them a control character, no space at its ends.");

    private static bool Finite(Box box) => float.IsFinite(box.X) && float.IsFinite(box.Y) && float.IsFinite(box.Width) && float.IsFinite(box.Height);

    private static string Text(Box box) => FormattableString.Invariant($"({box.X}, {box.Y}, {box.Width}x{box.Height})");

    private static void Require(bool holds, string detail)
    {
        if (!holds)
        {
            throw new ProblemException(Problems.RequestInvalid, detail);
        }
    }
}
