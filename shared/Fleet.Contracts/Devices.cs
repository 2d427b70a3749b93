using System.ComponentModel.DataAnnotations;

namespace Fleet.Contracts;

/// <summary>A device as the control plane knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Site">Where it stands.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Presence">Whether it is connected.</param>
/// <param name="LastSeenAt">When it was heard last.</param>
/// <param name="Generation">The newest directive made for it; 0 before the first.</param>
/// <param name="Cameras">Its cameras, wanted and as they are.</param>
/// <param name="Reported">What it says; null before it first speaks.</param>
/// <param name="Revoked">It may not connect.</param>
/// <param name="Pin">Rollouts pass it by; null when they do not.</param>
public sealed record DeviceResponse(
    DeviceId Id,
    string? Site,
    IReadOnlyDictionary<string, string> Labels,
    Presence Presence,
    DateTimeOffset? LastSeenAt,
    long Generation,
    IReadOnlyList<CameraResponse> Cameras,
    Reported? Reported,
    bool Revoked,
    DevicePin? Pin = null);

/// <summary>A camera, wanted and as it is.</summary>
/// <param name="Device">Its device.</param>
/// <param name="Id">Its name there.</param>
/// <param name="Source">Where frames come from; passwords and tokens in it are shown as <c>***</c>, and stay as they are when it is set again like that.</param>
/// <param name="Fps">At most so many frames a second.</param>
/// <param name="Loop">Files begin again.</param>
/// <param name="Wanted">Version it should run.</param>
/// <param name="Running">Version that completes its frames.</param>
/// <param name="State">What it does.</param>
/// <param name="Detail">One sentence where something is wrong.</param>
/// <param name="CompletedPerSecond">Frames completed a second over the last telemetry messages.</param>
/// <param name="Completed">Frames completed by the running version since the agent started.</param>
/// <param name="PreviewAt">When the live picture was taken; null when there is none.</param>
/// <param name="Zones">Places that are watched.</param>
/// <param name="Lines">Lines whose crossings are counted.</param>
/// <param name="Motion">When still frames are not looked at; null follows the device's policy.</param>
/// <param name="ZoneCounters">What the zones counted, by the newest telemetry.</param>
/// <param name="LineCounters">What the lines counted, by the newest telemetry.</param>
/// <param name="Shadow">What is to run beside its version without acting.</param>
/// <param name="ShadowState">How far that is, as the device says.</param>
/// <param name="ShadowCounters">What it found against the champion, by the newest telemetry.</param>
/// <param name="Found">Objects that the running version found since the agent started.</param>
public sealed record CameraResponse(
    DeviceId Device,
    CameraId Id,
    string Source,
    double? Fps,
    bool Loop,
    VersionId? Wanted,
    VersionId? Running,
    CameraState? State,
    string? Detail,
    double? CompletedPerSecond,
    long Completed,
    DateTimeOffset? PreviewAt,
    IReadOnlyList<Zone>? Zones = null,
    IReadOnlyList<Line>? Lines = null,
    MotionGating? Motion = null,
    IReadOnlyList<ZoneCounters>? ZoneCounters = null,
    IReadOnlyList<LineCounters>? LineCounters = null,
    DesiredShadow? Shadow = null,
    ReportedShadow? ShadowState = null,
    ShadowCounters? ShadowCounters = null,
    long Found = 0);

/// <summary>Sets a camera.</summary>
/// <param name="Source">See <see cref="DesiredCamera"/>.</param>
/// <param name="Fps">At most so many frames a second; null for the source's own rate.</param>
/// <param name="Loop">Files and folders begin again.</param>
/// <param name="Zones">Places to watch; null leaves them as they are, an empty list removes them.</param>
/// <param name="Lines">Lines to count at; null leaves them as they are, an empty list removes them.</param>
/// <param name="Motion">When still frames are not looked at; null leaves it as it is, which is to follow the device's policy at first.</param>
public sealed record CameraRequest(
    [property: Required, StringLength(2048, MinimumLength = 1)] string Source,
    [property: Range(0.01, 1000)] double? Fps = null,
    bool Loop = true,
    IReadOnlyList<Zone>? Zones = null,
    IReadOnlyList<Line>? Lines = null,
    MotionGating? Motion = null);
