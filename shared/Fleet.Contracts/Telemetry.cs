using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Counters of a device since its agent started; they only rise, so a lost message costs nothing.</summary>
/// <param name="Device">Who speaks.</param>
/// <param name="At">When, by the device's clock.</param>
/// <param name="StartedAt">When the agent started: counters begin at 0 here.</param>
/// <param name="Cameras">One entry for each camera and version that completed frames.</param>
/// <param name="OutboxSamples">Samples waiting to be sent.</param>
/// <param name="OutboxBytes">Disk they take.</param>
/// <param name="ResidentBytes">Memory of the agent.</param>
/// <param name="Sources">What came from each camera, whatever became of it.</param>
/// <param name="Health">How the computer is; null where the agent does not say.</param>
/// <param name="Zones">Counters of zones; null where there are none.</param>
/// <param name="Lines">Counters of lines; null where there are none.</param>
/// <param name="EmptyFacings">Facings that are empty now, all cameras together.</param>
/// <param name="Gather">What gathering did; null where the agent does not say.</param>
/// <param name="Drift">How far cameras lie from their references; null where the agent does not say.</param>
/// <param name="Shadows">What versions in the shadow found against those in service; null when there are none.</param>
public sealed record Telemetry(
    DeviceId Device,
    DateTimeOffset At,
    DateTimeOffset StartedAt,
    IReadOnlyList<CameraCounters> Cameras,
    long OutboxSamples,
    long OutboxBytes,
    long ResidentBytes,
    IReadOnlyList<SourceCounters>? Sources = null,
    DeviceHealth? Health = null,
    IReadOnlyList<ZoneCounters>? Zones = null,
    IReadOnlyList<LineCounters>? Lines = null,
    int EmptyFacings = 0,
    GatherCounters? Gather = null,
    IReadOnlyList<DriftState>? Drift = null,
    IReadOnlyList<ShadowCounters>? Shadows = null);

/// <summary>What came from one camera since the agent started. At rest its frames are the sum of what the versions on it received.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Received">Frames it gave.</param>
/// <param name="Decoded">Those that were whole and could be decoded.</param>
/// <param name="Opened">How often frames began to come.</param>
/// <param name="Failures">How often it failed or could not be opened.</param>
/// <param name="Stalls">How many of those were silence.</param>
/// <param name="WidthPx">Width of the last frame; 0 before the first.</param>
/// <param name="HeightPx">Height of the last frame.</param>
/// <param name="FramesPerSecond">Its rate over the last frames, measured and not what it claims; 0 when none come.</param>
/// <param name="LastFrameAt">When the last frame came; null before the first.</param>
public sealed record SourceCounters(
    CameraId Camera,
    long Received,
    long Decoded,
    long Opened,
    long Failures,
    long Stalls,
    int WidthPx,
    int HeightPx,
    double FramesPerSecond,
    DateTimeOffset? LastFrameAt);

/// <summary>How the computer is. A value that it does not offer is null.</summary>
/// <param name="TemperatureC">Its warmest sensor.</param>
/// <param name="Throttled">Times a processor slowed itself down because of heat, since the computer started.</param>
/// <param name="MemoryFreeBytes">Memory that programs can still have.</param>
/// <param name="DiskFreeBytes">Disk where the agent keeps its data.</param>
/// <param name="ShedLevel">How many halvings of cameras' rates are in force; 0 for none.</param>
public sealed record DeviceHealth(double? TemperatureC, long? Throttled, long? MemoryFreeBytes, long DiskFreeBytes, int ShedLevel);

/// <summary>Counters of one camera under one version. received = skipped + inferred + waiting; inferred = completed + failed.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Version">The version; null while the camera runs none.</param>
/// <param name="Received">Frames the source gave.</param>
/// <param name="Skipped">Frames not inferred, by reason (<c>newer-frame</c>, <c>rate</c>, <c>no-version</c>, <c>broken</c>, <c>pressure</c>, <c>stopped</c>, <c>still</c>).</param>
/// <param name="Inferred">Frames given to the network.</param>
/// <param name="Completed">Frames whose detections were published.</param>
/// <param name="Failed">Frames whose inference failed.</param>
/// <param name="Detections">Objects found on completed frames.</param>
/// <param name="LastCompletedAt">When the last frame was completed; null before the first.</param>
/// <param name="CaptureToResultMs">From capture to detections, ms.</param>
/// <param name="InferenceMs">The network alone, ms.</param>
/// <param name="QueueMs">From capture to the moment the version took the frame, ms.</param>
public sealed record CameraCounters(
    CameraId Camera,
    VersionId? Version,
    long Received,
    IReadOnlyDictionary<string, long> Skipped,
    long Inferred,
    long Completed,
    long Failed,
    long Detections,
    DateTimeOffset? LastCompletedAt,
    Histogram CaptureToResultMs,
    Histogram InferenceMs,
    Histogram? QueueMs = null);

/// <summary>A cumulative histogram.</summary>
/// <param name="UpperBounds">Rising bounds; the last bucket beyond them is open.</param>
/// <param name="Counts">One more than bounds; not cumulative over buckets.</param>
/// <param name="Sum">Sum of all values.</param>
public sealed record Histogram(IReadOnlyList<double> UpperBounds, IReadOnlyList<long> Counts, double Sum);

/// <summary>What a camera saw: sent for a frame whose detections changed, or on which something happened at a zone or line.</summary>
/// <param name="Device">Who speaks.</param>
/// <param name="Camera">The camera.</param>
/// <param name="Version">The version that looked.</param>
/// <param name="Frame">Number of the frame at its source, from 0.</param>
/// <param name="CapturedAt">When it was captured.</param>
/// <param name="WidthPx">Width of the frame.</param>
/// <param name="HeightPx">Height of the frame.</param>
/// <param name="Detections">What was found; may be empty.</param>
/// <param name="Places">What happened at zones and lines on this frame; null where nothing did.</param>
public sealed record DetectionEvent(
    DeviceId Device,
    CameraId Camera,
    VersionId Version,
    long Frame,
    DateTimeOffset CapturedAt,
    int WidthPx,
    int HeightPx,
    IReadOnlyList<Detection> Detections,
    IReadOnlyList<PlaceEvent>? Places = null);

/// <summary>Presence of a device, its will included.</summary>
/// <param name="Presence">Online, stopped on purpose, or lost.</param>
public sealed record StatusMessage(Presence Presence);

/// <summary>Presence of a device.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Presence>))]
public enum Presence
{
    /// <summary>Never seen, or its connection was lost.</summary>
    Offline,

    /// <summary>Connected.</summary>
    Online,

    /// <summary>It said goodbye.</summary>
    Stopped,
}

/// <summary>A frame that comes home, live picture or sample: the JSON part of a multipart form whose other part, <c>frame</c>, is the JPEG.</summary>
/// <param name="Digest">SHA-256 of the JPEG; a sample's identity.</param>
/// <param name="Camera">The camera.</param>
/// <param name="Source">The camera's source when the frame was taken.</param>
/// <param name="Version">The version that looked; null when none did.</param>
/// <param name="Frame">Number of the frame at its source, from 0.</param>
/// <param name="CapturedAt">When it was captured.</param>
/// <param name="WidthPx">Width of the frame.</param>
/// <param name="HeightPx">Height of the frame.</param>
/// <param name="Detections">What the version found, also below its threshold where that is why the frame was kept.</param>
/// <param name="Trigger">Why it was kept, see <see cref="TriggerNames"/>: the strongest reason; <c>preview</c> for a live picture.</param>
/// <param name="Score">How much it is worth, 0 to 1.</param>
/// <param name="InclusionProbability">Chance that this frame was kept, 0 to 1; 1 where chance had no part.</param>
/// <param name="Reasons">All reasons; null for a live picture.</param>
/// <param name="Seed">Seed of the choice.</param>
public sealed record FrameMessage(
    Digest Digest,
    CameraId Camera,
    string Source,
    VersionId? Version,
    long Frame,
    DateTimeOffset CapturedAt,
    int WidthPx,
    int HeightPx,
    IReadOnlyList<Detection> Detections,
    string Trigger,
    double Score,
    double InclusionProbability,
    IReadOnlyList<SampleReason>? Reasons = null,
    long Seed = 0);
