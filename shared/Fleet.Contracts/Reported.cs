using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>What a device says it runs. Sent after every change and on every connect.</summary>
/// <param name="Device">Who speaks.</param>
/// <param name="Generation">The directive that was applied last; 0 before the first.</param>
/// <param name="SeenGeneration">The newest directive that was verified.</param>
/// <param name="At">When, by the device's clock.</param>
/// <param name="Facts">What the device is.</param>
/// <param name="Cameras">Its cameras.</param>
/// <param name="Updates">The latest update of each camera and version.</param>
/// <param name="Problems">What is wrong now; empty when nothing is.</param>
/// <param name="Engines">What runs each version; null from an agent that does not say.</param>
/// <param name="Races">How the variants of each version did on this device; null from an agent that does not say.</param>
/// <param name="Commands">How far the commands of its directive are; null when it has none.</param>
/// <param name="Shadows">How far versions in the shadow are; null when there are none.</param>
public sealed record Reported(
    DeviceId Device,
    long Generation,
    long SeenGeneration,
    DateTimeOffset At,
    DeviceFacts Facts,
    IReadOnlyList<ReportedCamera> Cameras,
    IReadOnlyList<ReportedUpdate> Updates,
    IReadOnlyList<ReportedProblem> Problems,
    IReadOnlyList<ReportedEngine>? Engines = null,
    IReadOnlyList<ReportedRace>? Races = null,
    IReadOnlyList<ReportedCommand>? Commands = null,
    IReadOnlyList<ReportedShadow>? Shadows = null);

/// <summary>What a device is.</summary>
/// <param name="AgentVersion">Version of the agent.</param>
/// <param name="Os">Operating system.</param>
/// <param name="Architecture"><c>x64</c>, <c>arm64</c>.</param>
/// <param name="Cores">Processors.</param>
/// <param name="MemoryBytes">Physical memory.</param>
/// <param name="DiskFreeBytes">Free disk where the agent keeps its data.</param>
/// <param name="Providers">Execution providers in the order they are tried, with the reason of each that is not available.</param>
public sealed record DeviceFacts(
    string AgentVersion,
    string Os,
    string Architecture,
    int Cores,
    long MemoryBytes,
    long DiskFreeBytes,
    IReadOnlyList<string> Providers);

/// <summary>A camera as it is.</summary>
/// <param name="Id">Its name on the device.</param>
/// <param name="State">What it does.</param>
/// <param name="Version">The version in service on it; null while none is.</param>
/// <param name="Digest">Digest of the ONNX file that completes its frames.</param>
/// <param name="Detail">One sentence where something is wrong; null when nothing is.</param>
public sealed record ReportedCamera(CameraId Id, CameraState State, VersionId? Version, Digest? Digest, string? Detail);

/// <summary>What a camera does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CameraState>))]
public enum CameraState
{
    /// <summary>Being opened.</summary>
    Opening,

    /// <summary>Frames come.</summary>
    Running,

    /// <summary>It failed and is tried again.</summary>
    Failed,

    /// <summary>A file or folder came to its end.</summary>
    Ended,
}

/// <summary>How far one version got on one camera.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Version">The version.</param>
/// <param name="State">The step or named end state.</param>
/// <param name="Progress">0 to 1 within the step.</param>
/// <param name="Problem">Why it ended badly; null otherwise.</param>
/// <param name="BytesFetched">Bytes received for it.</param>
/// <param name="PromoteToFirstFrameMs">From the decision to switch to the first completed frame of the version; null before.</param>
/// <param name="FramesLost">Frames that neither version completed because of the switch.</param>
/// <param name="FramesCompleted">Frames the version completed on this camera.</param>
/// <param name="Preparing">How far its engine is while <paramref name="State"/> is <see cref="UpdateState.Preparing"/>; null otherwise.</param>
/// <param name="PauseMs">From the last frame that the version before completed to the first of this one; null before, and where none served before.</param>
/// <param name="ReturnedMs">Where it was rolled back: from the verdict to the first frame that the version before completed again; null otherwise.</param>
/// <param name="BytesSaved">Bytes of its files that did not have to come, because they came packed or as a difference.</param>
public sealed record ReportedUpdate(
    CameraId Camera,
    VersionId Version,
    UpdateState State,
    double Progress,
    ReportedProblem? Problem,
    long BytesFetched,
    double? PromoteToFirstFrameMs,
    long FramesLost,
    long FramesCompleted,
    ReportedPreparing? Preparing = null,
    double? PauseMs = null,
    double? ReturnedMs = null,
    long BytesSaved = 0);

/// <summary>How far an engine is.</summary>
/// <param name="Stage">What is being done, such as <c>building fp32 on TensorRT</c> or <c>racing 3 variants</c>.</param>
/// <param name="ElapsedSeconds">Since the preparation began, whole seconds.</param>
/// <param name="Share">0 to 1 of its stages are done.</param>
public sealed record ReportedPreparing(string Stage, long ElapsedSeconds, double Share);

/// <summary>What runs a version on a device.</summary>
/// <param name="Version">The version.</param>
/// <param name="Variant">The variant that runs.</param>
/// <param name="Precision"><c>fp32</c>, <c>fp16</c> or <c>int8</c>: what the engine calculates in.</param>
/// <param name="Provider">The execution provider.</param>
/// <param name="Ladder">Every provider that was tried before, with its reason, as in <c>CUDA: it is not part of this build …</c>; the last one runs.</param>
/// <param name="FromCache">The engine lay ready.</param>
/// <param name="Batching">What is known of batches across cameras, one sentence; null when nothing is.</param>
/// <param name="BuiltBy">The device that built the engine; null where this one did.</param>
public sealed record ReportedEngine(
    VersionId Version,
    string Variant,
    string Precision,
    string Provider,
    IReadOnlyList<string> Ladder,
    bool FromCache,
    string? Batching = null,
    DeviceId? BuiltBy = null);

/// <summary>How the variants of a version did against each other on a device.</summary>
/// <param name="Version">The version.</param>
/// <param name="Rows">Every variant that was entered.</param>
/// <param name="Remark">What is worth knowing, such as that 2:4 does not pay here; null when nothing is.</param>
/// <param name="At">When, by the device's clock.</param>
/// <param name="Frames">What they were timed on: how many frames, and whether they came from the device's cameras.</param>
public sealed record ReportedRace(VersionId Version, IReadOnlyList<ReportedRaceRow> Rows, string? Remark, DateTimeOffset At, string Frames);

/// <summary>One variant in a race.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Precision"><c>fp32</c>, <c>fp16</c> or <c>int8</c>: what its engine calculates in.</param>
/// <param name="Provider">The execution provider that ran it; null when none did.</param>
/// <param name="P50Ms">Half of its frames took no longer, frame to detections, ms; null when it was not timed.</param>
/// <param name="P95Ms">19 of 20 took no longer, ms.</param>
/// <param name="Golden"><c>reproduced</c>, <c>none</c> without a clip, or the first difference.</param>
/// <param name="Chosen">It won.</param>
/// <param name="WhyNot">One sentence; null for the winner.</param>
public sealed record ReportedRaceRow(
    string Variant,
    string Precision,
    string? Provider,
    double? P50Ms,
    double? P95Ms,
    string Golden,
    bool Chosen,
    string? WhyNot);

/// <summary>The steps of an update and its end states.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UpdateState>))]
public enum UpdateState
{
    /// <summary>Disk is being reserved.</summary>
    Reserving,

    /// <summary>Files are being fetched.</summary>
    Fetching,

    /// <summary>Size, digest, signatures and target are being checked.</summary>
    Verifying,

    /// <summary>The engine is being built.</summary>
    Preparing,

    /// <summary>The golden clip is being run.</summary>
    Proving,

    /// <summary>The camera is being switched between two frames.</summary>
    Activating,

    /// <summary>The version serves and is being watched.</summary>
    Watching,

    /// <summary>It serves: the good end.</summary>
    Committed,

    /// <summary>A signature, digest, expiry or target did not hold; nothing changed.</summary>
    RejectedUntrusted,

    /// <summary>This device cannot run it; nothing changed.</summary>
    RejectedIncompatible,

    /// <summary>It failed before it served; nothing changed.</summary>
    FailedNoChange,

    /// <summary>It did worse and the version before serves again.</summary>
    RolledBack,

    /// <summary>It failed and there is none to go back to.</summary>
    FailedUnableToRollBack,
}

/// <summary>A problem a device reports, with a code of the closed list in <see cref="Problems"/>.</summary>
/// <param name="Code"><c>slice.reason</c>.</param>
/// <param name="Detail">What was given, what is wanted, what to do; no secret.</param>
public sealed record ReportedProblem(string Code, string Detail);
