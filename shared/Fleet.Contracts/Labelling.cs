using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Which waiting frame a labeller gets first. A frame for which a rule knows no figure comes last, never not at all.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelStrategy>))]
public enum LabelStrategy
{
    /// <summary>What the device found most worth labelling.</summary>
    Value,

    /// <summary>What a version was most unsure of: the detection whose score is nearest to one half decides.</summary>
    Uncertainty,

    /// <summary>An order by chance that stays the same.</summary>
    Random,

    /// <summary>The oldest.</summary>
    First,

    /// <summary>The most valuable of the camera of which the fewest frames are labelled.</summary>
    Camera,
}

/// <summary>What a person does with frames.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelWork>))]
public enum LabelWork
{
    /// <summary>Label frames that wait.</summary>
    Label,

    /// <summary>Look at labels that someone else made.</summary>
    Review,
}

/// <summary>Asks for the next frame, which is then the asker's alone until the lease ends.</summary>
/// <remarks>What has a value of its own is set, not init, as in <see cref="DevicePolicy"/>.</remarks>
public sealed record LabelNextRequest
{
    /// <summary>Which first.</summary>
    public LabelStrategy Strategy { get; set; } = LabelStrategy.Value;

    /// <summary>Label, or review what others labelled.</summary>
    public LabelWork Work { get; set; } = LabelWork.Label;

    /// <summary>Only frames of this device.</summary>
    public DeviceId? Device { get; init; }

    /// <summary>Only frames of cameras of this name.</summary>
    public CameraId? Camera { get; init; }

    /// <summary>Only frames of cameras that ran this model.</summary>
    public ModelName? Model { get; init; }
}

/// <summary>Keeps a lease alive, and what was drawn so far with it.</summary>
/// <param name="Draft">All boxes as they are now; null leaves the draft as it is.</param>
public sealed record LeaseRequest(IReadOnlyList<Annotation>? Draft = null);

/// <summary>A frame that is the asker's until the lease ends.</summary>
/// <param name="Sample">The frame with its label, if it has one.</param>
/// <param name="LeaseEndsAt">Keep it alive before this.</param>
/// <param name="Classes">Names to choose from, in the order of the version that proposed.</param>
/// <param name="ProposedBy">Version whose boxes are proposed; null where nothing is.</param>
/// <param name="Proposals">Boxes of the best version that looked at the frame.</param>
/// <param name="Draft">Boxes that were drawn but not finished; null where nobody began.</param>
/// <param name="Reviews">What reviewers said, newest first.</param>
public sealed record LabelTask(
    SampleResponse Sample,
    DateTimeOffset LeaseEndsAt,
    IReadOnlyList<string> Classes,
    VersionId? ProposedBy,
    IReadOnlyList<Detection> Proposals,
    IReadOnlyList<Annotation>? Draft,
    IReadOnlyList<LabelReview> Reviews);

/// <summary>How much is left, of what a filter passes.</summary>
/// <param name="Waiting">Frames without a label, those in work included.</param>
/// <param name="InWork">Frames that someone holds now.</param>
/// <param name="Skipped">Waiting frames that the asker skipped.</param>
/// <param name="Labelled">Frames with a label.</param>
/// <param name="ToReview">Labels that no second person has seen, the asker's own left out.</param>
/// <param name="Discarded">Frames not to be used.</param>
public sealed record LabelCounts(int Waiting, int InWork, int Skipped, int Labelled, int ToReview, int Discarded);

/// <summary>Boxes that a version finds on a sample, sent by whoever ran it.</summary>
/// <param name="Version">The version.</param>
/// <param name="Detections">What it found.</param>
public sealed record ProposalsRequest(VersionId Version, [property: Required] IReadOnlyList<Detection> Detections);

/// <summary>Has the server run a version over samples; what it finds is proposed to whoever labels them.</summary>
/// <param name="Version">The version, released or not.</param>
/// <param name="Samples">1 to <see cref="MaxSamples"/> samples.</param>
public sealed record LookRequest(VersionId Version, [property: Required] IReadOnlyList<Digest> Samples)
{
    /// <summary>More are not taken at once.</summary>
    public const int MaxSamples = 20;
}

/// <summary>What a version found.</summary>
/// <param name="Samples">Samples that it looked at.</param>
/// <param name="Boxes">Boxes that are proposed now, at the version's own threshold.</param>
public sealed record LookResponse(int Samples, int Boxes);

/// <summary>The label of the frame that the same camera sent before.</summary>
/// <param name="Digest">That frame.</param>
/// <param name="Boxes">Its boxes.</param>
public sealed record EarlierLabel(Digest Digest, IReadOnlyList<Annotation> Boxes);

/// <summary>What a second person says of a label.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReviewVerdict>))]
public enum ReviewVerdict
{
    /// <summary>It is right.</summary>
    Accepted,

    /// <summary>It was wrong; the reviewer's boxes are the label now.</summary>
    Corrected,

    /// <summary>It waits for a label again; its boxes are kept as a draft.</summary>
    Returned,
}

/// <summary>Reviews a label that someone else made.</summary>
/// <param name="Verdict">Which way.</param>
/// <param name="Boxes">All boxes, where corrected; else null.</param>
/// <param name="Note">What to look at, for whoever made it.</param>
public sealed record ReviewRequest(ReviewVerdict Verdict, IReadOnlyList<Annotation>? Boxes = null, [property: StringLength(500)] string? Note = null);

/// <summary>A review that was made.</summary>
/// <param name="By">Reviewer.</param>
/// <param name="At">When.</param>
/// <param name="Verdict">What was said.</param>
/// <param name="Note">What to look at.</param>
/// <param name="LabelledBy">Who had made the label.</param>
/// <param name="Before">The label as it was.</param>
/// <param name="Agreement">How far both agree; null where the reviewer drew nothing.</param>
public sealed record LabelReview(
    string By, DateTimeOffset At, ReviewVerdict Verdict, string? Note, string LabelledBy, IReadOnlyList<Annotation> Before, BoxAgreement? Agreement);

/// <summary>How far two people agree on boxes. Boxes are paired one to one, the largest overlap first, from an intersection over union of one half on.</summary>
/// <param name="Same">Pairs of one class.</param>
/// <param name="OtherClass">Pairs that are called differently.</param>
/// <param name="OnlyBefore">Boxes that only the labeller had.</param>
/// <param name="OnlyAfter">Boxes that only the reviewer had.</param>
/// <param name="IouSum">Sum of the overlaps of all pairs.</param>
public sealed record BoxAgreement(int Same, int OtherClass, int OnlyBefore, int OnlyAfter, double IouSum)
{
    /// <summary>Share of boxes on which both agree, 0 to 1 (2·same over all boxes of both); 1 where neither has any.</summary>
    public double Share => Same + OtherClass + OnlyBefore + OnlyAfter == 0 ? 1 : 2.0 * Same / ((2 * (Same + OtherClass)) + OnlyBefore + OnlyAfter);

    /// <summary>Mean overlap of pairs, 0 to 1; null without any.</summary>
    public double? MeanIou => Same + OtherClass == 0 ? null : IouSum / (Same + OtherClass);
}

/// <summary>Agreement over a set of labels.</summary>
/// <param name="Of">Whose labels; <c>*</c> for all.</param>
/// <param name="Reviewed">Frames that a second person looked at.</param>
/// <param name="Accepted">Frames that were left as they were.</param>
/// <param name="Returned">Frames that went back.</param>
/// <param name="Boxes">Boxes of both people, added up.</param>
public sealed record LabelAgreement(string Of, int Reviewed, int Accepted, int Returned, BoxAgreement Boxes);

/// <summary>How labels are written for other programs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelFileFormat>))]
public enum LabelFileFormat
{
    /// <summary>One JSON file for all.</summary>
    Coco,

    /// <summary>A text file a picture, boxes as shares of it.</summary>
    Yolo,

    /// <summary>An XML file a picture.</summary>
    Voc,
}

/// <summary>What came of an import.</summary>
/// <param name="Labelled">Samples that have a label from it.</param>
/// <param name="Boxes">Their boxes.</param>
/// <param name="Added">Pictures that became samples.</param>
/// <param name="Findings">How many things could not be taken.</param>
/// <param name="Texts">The first of them, in sentences.</param>
public sealed record LabelImport(int Labelled, int Boxes, int Added, int Findings, IReadOnlyList<string> Texts);
