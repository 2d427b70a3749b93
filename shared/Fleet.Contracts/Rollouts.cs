using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Starts a rollout, or asks for its preview.</summary>
/// <param name="Version">What to roll out; must be released.</param>
/// <param name="Variant">Which variant; <c>auto</c> lets each device race them and take its fastest; null is <c>auto</c> where there are several.</param>
/// <param name="Rings">In order; the first is the canary.</param>
/// <param name="Guards">What every camera of every ring has to meet; null for frames completed and committed alone.</param>
/// <param name="NeedsApproval">Nothing is told before someone else than the author agreed; a model's setting may ask for it as well.</param>
/// <param name="Windows">Devices are told only inside one of these, such as <c>Mon-Fri 22:00-05:00 Europe/Berlin</c>; null for any time. Without a zone the device's label <c>time-zone</c> counts.</param>
/// <param name="Caps">How many bytes may be sent; null for no limit.</param>
public sealed record RolloutRequest(
    VersionId Version,
    string? Variant,
    [property: Required] IReadOnlyList<RingRequest> Rings,
    IReadOnlyList<Guard>? Guards = null,
    bool NeedsApproval = false,
    IReadOnlyList<string>? Windows = null,
    ByteCaps? Caps = null);

/// <summary>How many bytes devices may be told to fetch within an hour, over all rollouts.</summary>
/// <param name="PerSiteHour">By the devices of one site; null for no limit.</param>
/// <param name="PerHour">By all devices; null for no limit.</param>
public sealed record ByteCaps([property: Range(1, long.MaxValue)] long? PerSiteHour = null, [property: Range(1, long.MaxValue)] long? PerHour = null);

/// <summary>One ring of a rollout.</summary>
/// <param name="Name">Shown in the log.</param>
/// <param name="Selector">Which devices, by label, such as <c>ring=canary,site!=lab</c>; <c>*</c> for all that no earlier ring has.</param>
/// <param name="MaxFailed">So many failed devices roll all back, exclusive; 0 means that one is too many.</param>
/// <param name="Percent">Only this share of what the selector takes, by a hash of the device's id, so that it stays the same and a device that joins later falls to it by the same chance.</param>
/// <param name="Count">Only so many of them, by the same hash.</param>
/// <param name="BakeMinutes">So long each device must have served the version before the next ring opens.</param>
/// <param name="SilentAfterMinutes">A device that has not committed so long after it was told is late; null for never.</param>
/// <param name="Silent">What becomes of the ring then.</param>
/// <param name="MaxSilentPercent">How much of the ring may be left behind.</param>
/// <param name="Cameras">Only so many cameras of each device, by a hash; its others stay as they are and are what it is compared with.</param>
/// <param name="CameraPercent">Only this share of the cameras of each device, at least one.</param>
/// <param name="Hold">With all its evidence the rollout pauses, and a person decides whether it goes on.</param>
/// <param name="Shadow">Its cameras first run the version in the shadow of their own, and are told to run it once <see cref="GuardKind.ShadowAgreement"/> holds on all of them.</param>
public sealed record RingRequest(
    [property: Required, StringLength(64, MinimumLength = 1)] string Name,
    [property: Required, StringLength(512, MinimumLength = 1)] string Selector,
    [property: Range(0, 1_000_000)] int MaxFailed = 0,
    [property: Range(0.001, 100)] double? Percent = null,
    [property: Range(1, 1_000_000)] int? Count = null,
    [property: Range(0, 43_200)] int BakeMinutes = 0,
    [property: Range(1, 43_200)] int? SilentAfterMinutes = null,
    SilentPolicy Silent = SilentPolicy.Wait,
    [property: Range(0, 100)] double MaxSilentPercent = 0,
    [property: Range(1, 256)] int? Cameras = null,
    [property: Range(1, 100)] double? CameraPercent = null,
    bool Hold = false,
    bool Shadow = false);

/// <summary>How far a rollout is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RolloutState>))]
public enum RolloutState
{
    /// <summary>Rings are being opened.</summary>
    Running,

    /// <summary>A person stopped it for now, or has to decide.</summary>
    Paused,

    /// <summary>Every ring committed.</summary>
    Finished,

    /// <summary>All devices were told to go back.</summary>
    RolledBack,

    /// <summary>A person ended it.</summary>
    Aborted,

    /// <summary>Someone else than its author has to agree before any device is told.</summary>
    AwaitingApproval,

    /// <summary>A newer rollout of the same cameras took over.</summary>
    Superseded,
}

/// <summary>A rollout as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">What is rolled out.</param>
/// <param name="Variant">Which variant.</param>
/// <param name="State">How far.</param>
/// <param name="Open">Index of the newest open ring, from 0; 0 also before the first.</param>
/// <param name="Rings">Its rings with their evidence.</param>
/// <param name="Log">What was decided and why, a sentence each, oldest first.</param>
/// <param name="CreatedAt">When it was started.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="ApprovedBy">Who agreed; null while nobody had to or has.</param>
/// <param name="Windows">When devices may be told; null for any time.</param>
/// <param name="Caps">How many bytes may be sent; null for no limit.</param>
public sealed record RolloutResponse(
    RolloutId Id,
    VersionId Version,
    string Variant,
    RolloutState State,
    int Open,
    IReadOnlyList<RingResponse> Rings,
    IReadOnlyList<LogLine> Log,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    string? ApprovedBy = null,
    IReadOnlyList<string>? Windows = null,
    ByteCaps? Caps = null);

/// <summary>A ring with its evidence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Selector">Which devices.</param>
/// <param name="Devices">How many it has.</param>
/// <param name="Committed">How many completed frames with the version and committed it.</param>
/// <param name="Failed">How many refused it, failed, rolled back or broke a guard.</param>
/// <param name="Late">How many have not committed in time.</param>
/// <param name="Guards">The guards with the evidence of this ring.</param>
/// <param name="Cameras">How many cameras it has.</param>
/// <param name="Arms">Where a ring takes only some cameras of a box: what its cameras and the others counted in the same time; null elsewhere.</param>
/// <param name="Shadow">How far the shadow is in a ring that begins with one; null elsewhere.</param>
public sealed record RingResponse(
    string Name,
    string Selector,
    int Devices,
    int Committed,
    int Failed,
    int Late = 0,
    IReadOnlyList<GuardResponse>? Guards = null,
    int Cameras = 0,
    IReadOnlyList<ArmResponse>? Arms = null,
    RingShadowResponse? Shadow = null);

/// <summary>The shadow that a ring begins with.</summary>
/// <param name="Looking">Devices that run the version in the shadow now.</param>
/// <param name="Passed">Devices whose shadow agreed and that were told to run the version.</param>
/// <param name="Refused">Devices whose shadow did not agree or did not run; their shadow has ended.</param>
/// <param name="Frames">Frames compared on all its cameras.</param>
/// <param name="LeastAgreement">Agreement on the camera where it is least, 0 to 1; null before an object was found.</param>
public sealed record RingShadowResponse(int Looking, int Passed, int Refused, long Frames, double? LeastAgreement);

/// <summary>What a version did on its cameras of a ring, counted since their devices were told.</summary>
/// <param name="Version">The version.</param>
/// <param name="Cameras">On so many cameras.</param>
/// <param name="Frames">Frames completed.</param>
/// <param name="ObjectsPerFrame">Objects found a frame; null before the first frame.</param>
/// <param name="P95Ms">95 of 100 frames took at most so long from capture to detections; null when unknown.</param>
/// <param name="ErrorRate">Share of inferences that failed, 0 to 1; null before the first.</param>
public sealed record ArmResponse(VersionId Version, int Cameras, long Frames, double? ObjectsPerFrame, double? P95Ms, double? ErrorRate);

/// <summary>What a rollout would do, from what is known now; nothing is changed.</summary>
/// <param name="Version">What would be rolled out.</param>
/// <param name="Variant">Which variant.</param>
/// <param name="BytesPerDevice">What a device fetches that has nothing of it.</param>
/// <param name="Devices">How many devices it reaches.</param>
/// <param name="Cameras">How many cameras.</param>
/// <param name="Bytes">All that is to be sent.</param>
/// <param name="Hours">Until the last device is told, with windows, caps and bake times, if everyone is there and answers at once; null where that is beyond 60 days or a device can never be told.</param>
/// <param name="NeedsApproval">Someone else has to agree first.</param>
/// <param name="Rings">Ring by ring.</param>
/// <param name="Pinned">Devices that it passes by, with the reason.</param>
/// <param name="Supersedes">Rollouts that it ends.</param>
/// <param name="Floor">What the publisher lets devices install of the model, where this version is older and every device refuses it; else null.</param>
public sealed record RolloutPreview(
    VersionId Version,
    string Variant,
    long BytesPerDevice,
    int Devices,
    int Cameras,
    long Bytes,
    double? Hours,
    bool NeedsApproval,
    IReadOnlyList<RingPreview> Rings,
    IReadOnlyList<DeviceRemark> Pinned,
    IReadOnlyList<RolloutId> Supersedes,
    string? Floor = null);

/// <summary>A ring of a preview.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Selector">Which devices.</param>
/// <param name="Devices">How many devices it has.</param>
/// <param name="Cameras">How many cameras.</param>
/// <param name="Bytes">What is to be sent to them.</param>
/// <param name="FirstAt">When the first of it is told, under the same conditions as <see cref="RolloutPreview.Hours"/>.</param>
/// <param name="LastAt">When the last of it is told.</param>
/// <param name="OfflineCount">So many are not connected now.</param>
/// <param name="Offline">The first of them.</param>
/// <param name="RefusalCount">So many would refuse it, or have never said what they are.</param>
/// <param name="Refusals">The first of them, each with why.</param>
public sealed record RingPreview(
    string Name,
    string Selector,
    int Devices,
    int Cameras,
    long Bytes,
    DateTimeOffset? FirstAt,
    DateTimeOffset? LastAt,
    int OfflineCount,
    IReadOnlyList<DeviceId> Offline,
    int RefusalCount,
    IReadOnlyList<DeviceRemark> Refusals);

/// <summary>A sentence about a device.</summary>
/// <param name="Device">Which.</param>
/// <param name="Why">The sentence.</param>
public sealed record DeviceRemark(DeviceId Device, string Why);

/// <summary>Whether rollouts of a model need approval by someone else than their author.</summary>
/// <param name="Model">The model.</param>
/// <param name="NeedsApproval">They do.</param>
public sealed record RolloutSettings(ModelName Model, bool NeedsApproval);

/// <summary>Sets whether rollouts of a model need approval.</summary>
/// <param name="NeedsApproval">They do; those that were begun before go on.</param>
public sealed record RolloutSettingsRequest(bool NeedsApproval);

/// <summary>Pins a device.</summary>
/// <param name="Version">What all its cameras are to run; null keeps what they have.</param>
/// <param name="Reason">Why, shown to whoever wonders.</param>
public sealed record PinRequest(VersionId? Version = null, [property: StringLength(200)] string? Reason = null);

/// <summary>A pin: rollouts pass the device by.</summary>
/// <param name="Version">What it is pinned to; null for what each of its cameras has.</param>
/// <param name="By">Who pinned it.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why; null when nothing was said.</param>
public sealed record DevicePin(VersionId? Version, string By, DateTimeOffset At, string? Reason);
