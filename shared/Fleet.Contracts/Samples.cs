using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>How far a sample is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SampleState>))]
public enum SampleState
{
    /// <summary>Waits for a person.</summary>
    Unlabelled,

    /// <summary>Has boxes, or is known to have none.</summary>
    Labelled,

    /// <summary>Not to be used.</summary>
    Discarded,
}

/// <summary>A window of the samples that were asked for, the newest first.</summary>
/// <param name="Total">How many pass the filter.</param>
/// <param name="Items">The window.</param>
public sealed record SamplesFound(int Total, IReadOnlyList<SampleResponse> Items);

/// <summary>A sample as the control plane knows it.</summary>
/// <param name="Device">Where it comes from.</param>
/// <param name="Frame">What the device said of it.</param>
/// <param name="State">How far.</param>
/// <param name="Label">Its boxes; null before it is labelled.</param>
/// <param name="LabelledBy">Who labelled it.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="ETag">To label it safely: send as If-Match.</param>
public sealed record SampleResponse(
    DeviceId Device,
    FrameMessage Frame,
    SampleState State,
    IReadOnlyList<Annotation>? Label,
    string? LabelledBy,
    DateTimeOffset ReceivedAt,
    string ETag);

/// <summary>Labels a sample.</summary>
/// <param name="State">Labelled or Discarded; Unlabelled takes a label back.</param>
/// <param name="Boxes">All its boxes; empty when it shows nothing.</param>
public sealed record LabelRequest(SampleState State, [property: Required] IReadOnlyList<Annotation> Boxes);

/// <summary>Takes a dataset snapshot of labelled samples.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Samples">Which; null for all that are labelled.</param>
/// <param name="HeldOutPercent">About so much goes into a second snapshot that is never learnt from; null takes one snapshot of all.</param>
/// <param name="BlockMinutes">Frames of one camera within it go the same way, so that near-duplicates never straddle.</param>
public sealed record SnapshotRequest(
    [property: Required, StringLength(64, MinimumLength = 1)] string Name,
    IReadOnlyList<Digest>? Samples = null,
    [property: Range(5, 50)] int? HeldOutPercent = null,
    [property: Range(0.1, 1440)] double BlockMinutes = 10);

/// <summary>An immutable dataset snapshot; its digest is that of its canonical JSON manifest.</summary>
/// <param name="Digest">Its identity; the manifest is the blob of that digest.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Frames">How many frames.</param>
/// <param name="Boxes">How many boxes.</param>
/// <param name="CreatedAt">When it was taken.</param>
/// <param name="HeldOut">The other part, in the answer to a request that asked for two.</param>
public sealed record SnapshotResponse(Digest Digest, string Name, int Frames, int Boxes, DateTimeOffset CreatedAt, SnapshotResponse? HeldOut = null);

/// <summary>The manifest of a dataset snapshot.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Frames">Ordered by digest.</param>
/// <param name="Split">How it was divided from another part; null where it was not.</param>
public sealed record SnapshotManifest(string Name, IReadOnlyList<SnapshotFrame> Frames, SnapshotSplit? Split = null);

/// <summary>A frame of a snapshot.</summary>
/// <param name="Digest">The JPEG blob.</param>
/// <param name="WidthPx">Width.</param>
/// <param name="HeightPx">Height.</param>
/// <param name="Device">Where it comes from.</param>
/// <param name="Camera">Which camera.</param>
/// <param name="Label">Its boxes.</param>
public sealed record SnapshotFrame(Digest Digest, int WidthPx, int HeightPx, DeviceId Device, CameraId Camera, IReadOnlyList<Annotation> Label);
