using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>What a guard looks at, camera by camera, in frames counted since the device was told.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GuardKind>))]
public enum GuardKind
{
    /// <summary>At least so many frames completed by the version.</summary>
    Frames,

    /// <summary>95 of 100 frames take at most so many ms from capture to detections.</summary>
    LatencyP95Ms,

    /// <summary>The same, at most so many times that of the version before on this camera.</summary>
    LatencyP95Ratio,

    /// <summary>At least this share (0 to 1) of the frames due is completed, and not lost because the version cannot keep up.</summary>
    FramesKept,

    /// <summary>At most this share (0 to 1) of inferences fails.</summary>
    ErrorRate,

    /// <summary>Objects per frame differ by at most this share from the version before on this camera: 0.3 is 30 % either way.</summary>
    DetectionBand,

    /// <summary>The computer's warmest sensor shows at most so many degrees Celsius.</summary>
    TemperatureC,

    /// <summary>In the shadow the version agrees with the one in service on at least this share (0 to 1) of objects, over as many frames compared; for rings that look in the shadow first.</summary>
    ShadowAgreement,
}

/// <summary>What the evidence says of a guard.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GuardOutcome>))]
public enum GuardOutcome
{
    /// <summary>Too little is known yet: the rollout waits.</summary>
    NoData,

    /// <summary>It holds.</summary>
    Pass,

    /// <summary>It cannot be read or has nothing to compare with: the rollout pauses, a person decides.</summary>
    Inconclusive,

    /// <summary>It does not hold: the device counts as failed.</summary>
    Fail,
}

/// <summary>What a guard that compares holds a camera against.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GuardAgainst>))]
public enum GuardAgainst
{
    /// <summary>The version before, as it did on this camera.</summary>
    Before,

    /// <summary>The same, corrected by how the other cameras of the box, which keep the version before, changed in the same time: daylight and traffic change theirs too.</summary>
    OtherCameras,
}

/// <summary>A condition that every camera of a ring has to meet before the next ring opens.</summary>
/// <param name="Kind">What it looks at.</param>
/// <param name="Limit">Its limit, in the unit of its kind.</param>
/// <param name="MinFrames">Frames completed before it says anything.</param>
/// <param name="InRow">So many messages of the device in a row (one each 10 s) must break it before it fails.</param>
/// <param name="Trial">It is measured and shown, and decides nothing.</param>
/// <param name="Against">What it compares with; <see cref="GuardAgainst.OtherCameras"/> is for rings that take some cameras of a box, and for <see cref="GuardKind.LatencyP95Ratio"/> and <see cref="GuardKind.DetectionBand"/>.</param>
public sealed record Guard(
    GuardKind Kind,
    [property: Range(0, 1e9)] double Limit,
    [property: Range(1, 1_000_000_000)] long MinFrames = 100,
    [property: Range(1, 100)] int InRow = 3,
    bool Trial = false,
    GuardAgainst Against = GuardAgainst.Before);

/// <summary>A guard with its evidence in one ring.</summary>
/// <param name="Guard">The guard.</param>
/// <param name="Outcome">The worst of its cameras.</param>
/// <param name="Cameras">Cameras told, in this ring.</param>
/// <param name="Passed">Those on which it holds.</param>
/// <param name="Evidence">A sentence about the worst camera; null while none was told.</param>
public sealed record GuardResponse(Guard Guard, GuardOutcome Outcome, int Cameras, int Passed, string? Evidence);

/// <summary>What becomes of a ring when a device has not answered in time.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SilentPolicy>))]
public enum SilentPolicy
{
    /// <summary>The ring waits for it.</summary>
    Wait,

    /// <summary>The ring goes on without it, up to a share of the ring; it keeps its order and follows when it comes back.</summary>
    LeaveBehind,

    /// <summary>It counts as failed.</summary>
    Fail,
}
