using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Has two versions look at the same frames. The same request is the same comparison.</summary>
/// <param name="A">One version.</param>
/// <param name="B">The other.</param>
/// <param name="Snapshot">Whose frames; null takes those held out by the training of <paramref name="B"/>, else of <paramref name="A"/>, else the newest labelled ones, else the newest.</param>
/// <param name="Frames">How many at most, 1 to 60, spread over all there are.</param>
public sealed record ComparisonRequest(VersionId A, VersionId B, Digest? Snapshot = null, [property: Range(1, 60)] int Frames = 24);

/// <summary>How far a comparison is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComparisonState>))]
public enum ComparisonState
{
    /// <summary>Others are before it.</summary>
    Waiting,

    /// <summary>The versions look at frames.</summary>
    Running,

    /// <summary>Both looked at all frames.</summary>
    Done,

    /// <summary>A version could not be run.</summary>
    Failed,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,
}

/// <summary>A comparison as it stands. It is kept for an hour after it was last asked for; what versions found is kept longer.</summary>
/// <param name="Id">Its id, which the request gives.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="State">How far.</param>
/// <param name="Done">Looks that were taken: one for each version and frame.</param>
/// <param name="Total">Looks there are to take.</param>
/// <param name="Source">What the frames are, a few words.</param>
/// <param name="A">What is measured on <paramref name="A"/>.</param>
/// <param name="B">What is measured on <paramref name="B"/>.</param>
/// <param name="Frames">Frame by frame; those on which the versions differ most come first once it is done.</param>
/// <param name="Detail">Why it failed; null otherwise.</param>
public sealed record ComparisonResponse(
    string Id,
    ComparisonRequest Request,
    ComparisonState State,
    int Done,
    int Total,
    string Source,
    ComparedVersion A,
    ComparedVersion B,
    IReadOnlyList<ComparedFrame> Frames,
    string? Detail = null);

/// <summary>A version in a comparison.</summary>
/// <param name="Version">Which.</param>
/// <param name="Variant">The variant that looked.</param>
/// <param name="Scores">How well it did on the frames that have a label; null before the end, and where none has.</param>
public sealed record ComparedVersion(VersionId Version, string Variant, ComparedScores? Scores = null);

/// <summary>How well a version did on the labelled frames of a comparison; shares are 0 to 1.</summary>
/// <param name="Ap50">Mean average precision over classes at IoU 0.5.</param>
/// <param name="Precision">At the version's own threshold; null where it found nothing.</param>
/// <param name="Recall">The same; null where there was nothing to find.</param>
/// <param name="Classes">Class by class.</param>
/// <param name="Curves">Precision over recall at IoU 0.5.</param>
public sealed record ComparedScores(double? Ap50, double? Precision, double? Recall, IReadOnlyList<ComparedClass> Classes, IReadOnlyList<VersionCurve> Curves);

/// <summary>One class.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Ap50">Average precision at IoU 0.5; null where it does not occur.</param>
/// <param name="Objects">Objects of the class on the labelled frames.</param>
public sealed record ComparedClass(string Label, double? Ap50, int Objects);

/// <summary>A frame of a comparison.</summary>
/// <param name="Digest">Its picture, a sample.</param>
/// <param name="Device">Where it comes from.</param>
/// <param name="Camera">Which camera.</param>
/// <param name="WidthPx">Width.</param>
/// <param name="HeightPx">Height.</param>
/// <param name="Truth">Its label; null where nobody labelled it.</param>
/// <param name="A">What the one version found; null before it looked.</param>
/// <param name="B">What the other found; null before it looked.</param>
/// <param name="Differences">Boxes that only one of them found or that they call differently; 0 before both looked.</param>
public sealed record ComparedFrame(
    Digest Digest,
    DeviceId Device,
    CameraId Camera,
    int WidthPx,
    int HeightPx,
    IReadOnlyList<Annotation>? Truth,
    ComparedLook? A,
    ComparedLook? B,
    int Differences);

/// <summary>What a version found on a frame, at its own threshold.</summary>
/// <param name="Found">The boxes.</param>
/// <param name="Right">Boxes of the right class on an object; null without a label.</param>
/// <param name="Wrong">Boxes on nothing or of another class; null without a label.</param>
/// <param name="Missed">Objects that it did not find; null without a label.</param>
public sealed record ComparedLook(IReadOnlyList<Detection> Found, int? Right, int? Wrong, int? Missed);
