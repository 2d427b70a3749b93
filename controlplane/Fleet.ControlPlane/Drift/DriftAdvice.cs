using Fleet.Contracts;

namespace Fleet.ControlPlane.Drift;

/// <summary>What to do about a camera's drift. From its state alone.</summary>
internal static class DriftAdvice
{
    /// <summary>A gap below this is what cameras differ by anyway.</summary>
    private const double Small = 0.2;

    /// <summary>Fewer frames than this say nothing.</summary>
    private const int FewFrames = 50;

    public static string Of(DriftState state) => state switch
    {
        { Frames: < FewFrames } => $"Wait: {state.ReferenceFrames} frames of its reference and {state.Frames} newest ones are too few to say anything.",
        { Gap: < Small } => "Nothing to do: it shows what its reference shows.",
        { IsPicture: true, Reference: DriftReference.GoldenClip } => $"Re-render this scene: {Picture(state)} the twin's, so the version sees what it never learned from. Set the scene's camera and light to this one, and sample it meanwhile.",
        { IsPicture: true } => $"Look at this camera: {Picture(state)} its first frames. Is it dirty, moved or out of focus? If not, sample it.",
        { Reference: DriftReference.GoldenClip } => $"Sample this camera: its pictures resemble the twin's, but {Found(state)}. Label what it sends, then train again.",
        _ => $"Sample this camera: its pictures are as before, but {Found(state)}. Label what it sends to learn whether the world or the version is at fault.",
    };

    private static string Picture(DriftState state) => (state.Brightness, state.Sharpness, state.Picture) switch
    {
        var (light, sharp, look) when light >= sharp && light >= look => "its pictures are not as bright or dark as",
        var (_, sharp, look) when sharp >= look => "its pictures are not as sharp or soft as",
        _ => "its pictures look otherwise than",
    };

    private static string Found(DriftState state) => state.Scores >= state.Counts ? "the version is otherwise sure of what it finds" : "it finds another number of objects";
}
