using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>What the frames of a snapshot are for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SnapshotPart>))]
public enum SnapshotPart
{
    /// <summary>They are learnt from.</summary>
    Learnt,

    /// <summary>They are only measured with.</summary>
    HeldOut,
}

/// <summary>That a snapshot is one of two parts, divided by camera and time.</summary>
/// <param name="Part">Which.</param>
/// <param name="HeldOutPercent">About so much was held out.</param>
/// <param name="BlockMinutes">Frames of one camera within it went the same way.</param>
/// <param name="HeldOut">The other part; null in the part that is held out, which was made first.</param>
public sealed record SnapshotSplit(SnapshotPart Part, int HeldOutPercent, double BlockMinutes, Digest? HeldOut = null);

/// <summary>A number for each part.</summary>
/// <param name="Learnt">Of the frames that are learnt from.</param>
/// <param name="HeldOut">Of those held out.</param>
public sealed record PartCount(int Learnt, int HeldOut)
{
    /// <summary>Both together.</summary>
    [JsonIgnore]
    public int All => Learnt + HeldOut;
}

/// <summary>A class in a snapshot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Frames">Frames that show it.</param>
/// <param name="Boxes">Its boxes.</param>
public sealed record SnapshotClass(string Name, PartCount Frames, PartCount Boxes);

/// <summary>Frames of one camera in a span of time, all of one part.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Frames">How many.</param>
/// <param name="Part">Which part.</param>
public sealed record SnapshotBlock(DateTimeOffset At, int Frames, SnapshotPart Part);

/// <summary>A camera in a snapshot.</summary>
/// <param name="Device">Its device.</param>
/// <param name="Camera">Its name.</param>
/// <param name="Frames">Its frames.</param>
/// <param name="Blocks">Its frames over time, in the blocks by which they were divided; empty where there are too many to draw or the snapshot is not one of two parts.</param>
/// <param name="First">When the first was captured; null where that is not known any more.</param>
/// <param name="Last">When the last was.</param>
public sealed record SnapshotCamera(DeviceId Device, CameraId Camera, PartCount Frames, IReadOnlyList<SnapshotBlock> Blocks, DateTimeOffset? First, DateTimeOffset? Last);

/// <summary>What is in a snapshot, and in the part that was held out when it was taken.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Split">How it was divided; null where it was not.</param>
/// <param name="Frames">All frames.</param>
/// <param name="Empty">Frames without any box.</param>
/// <param name="Classes">Most boxes first.</param>
/// <param name="Cameras">Most frames first.</param>
/// <param name="Triggers">Why its frames were kept.</param>
public sealed record SnapshotDetail(
    SnapshotResponse Snapshot,
    SnapshotSplit? Split,
    PartCount Frames,
    PartCount Empty,
    IReadOnlyList<SnapshotClass> Classes,
    IReadOnlyList<SnapshotCamera> Cameras,
    IReadOnlyList<string> Triggers);

/// <summary>A frame of a snapshot, and what is known of its sample today.</summary>
/// <param name="Frame">The frame with its label as it was.</param>
/// <param name="Part">What it is for.</param>
/// <param name="CapturedAt">When it was captured; null, as with the rest, where the sample is gone.</param>
/// <param name="Trigger">Why it was kept.</param>
/// <param name="Score">What its device found it worth, 0 to 1.</param>
/// <param name="State">Its state today.</param>
/// <param name="LabelChanged">Whether the sample's label is another one today.</param>
/// <param name="Distance">How far it is from the frame that was asked for, 0 for the same to about 1; null where none was, or nobody has compared it yet.</param>
public sealed record BrowsedFrame(
    SnapshotFrame Frame, SnapshotPart Part, DateTimeOffset? CapturedAt, string? Trigger, double? Score, SampleState? State, bool LabelChanged, double? Distance);

/// <summary>A window of the frames that were asked for.</summary>
/// <param name="Total">How many pass the whole filter.</param>
/// <param name="Items">The window.</param>
/// <param name="Compared">How many of all that pass were compared with the frame that was asked for; the rest are being looked at. Null where none was.</param>
public sealed record SnapshotFrames(int Total, IReadOnlyList<BrowsedFrame> Items, int? Compared = null);

/// <summary>A sample and how much it resembles another.</summary>
/// <param name="Sample">The sample.</param>
/// <param name="Distance">0 for the same picture, about 1 for one that has nothing in common.</param>
public sealed record AlikeSample(SampleResponse Sample, double Distance);

/// <summary>Samples like one, the nearest first.</summary>
/// <param name="Items">The nearest.</param>
/// <param name="Compared">How many were compared; more are being looked at until it reaches <paramref name="Total"/>.</param>
/// <param name="Total">How many pass the filter.</param>
public sealed record AlikeSamples(IReadOnlyList<AlikeSample> Items, int Compared, int Total);
