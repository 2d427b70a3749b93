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
public sealed record Reported(
    DeviceId Device,
    long Generation,
    long SeenGeneration,
    DateTimeOffset At,
    DeviceFacts Facts,
    IReadOnlyList<ReportedCamera> Cameras,
    IReadOnlyList<ReportedUpdate> Updates,
    IReadOnlyList<ReportedProblem> Problems);

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
public sealed record ReportedUpdate(
    CameraId Camera,
    VersionId Version,
    UpdateState State,
    double Progress,
    ReportedProblem? Problem,
    long BytesFetched,
    double? PromoteToFirstFrameMs,
    long FramesLost,
    long FramesCompleted);

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
