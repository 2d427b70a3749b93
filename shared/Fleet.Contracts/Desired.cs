namespace Fleet.Contracts;

/// <summary>Everything one device should run. It travels as the payload of a signed directive; a device refuses one with a lower generation.</summary>
/// <param name="Tenant">The control plane that speaks.</param>
/// <param name="Device">Whom it is for; every other device refuses it.</param>
/// <param name="Generation">Rises with every directive; never reused.</param>
/// <param name="IssuedAt">When it was signed.</param>
/// <param name="ExpiresAt">After this it is refused; what already runs goes on.</param>
/// <param name="Nonce">32 hex digits, fresh in every directive.</param>
/// <param name="Cameras">All cameras the device should have.</param>
/// <param name="Versions">All versions those cameras name, with their files.</param>
/// <param name="Policy">How the device behaves.</param>
/// <param name="Commands">What it is to do once; null for nothing.</param>
public sealed record Desired(
    string Tenant,
    DeviceId Device,
    long Generation,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt,
    string Nonce,
    IReadOnlyList<DesiredCamera> Cameras,
    IReadOnlyList<DesiredVersion> Versions,
    DevicePolicy Policy,
    IReadOnlyList<DesiredCommand>? Commands = null);

/// <summary>A camera as it should be.</summary>
/// <param name="Id">Its name on the device.</param>
/// <param name="Source"><c>rtsp://</c>, <c>http(s)://</c>, <c>/dev/videoN</c>, a video file, a folder of images, or <c>twin:SCENE?seed=1&amp;fps=5</c>.</param>
/// <param name="Version">What it should run; null shows pictures only.</param>
/// <param name="Fps">At most so many frames a second are taken; null means the source's own rate.</param>
/// <param name="Loop">Files and folders begin again at their end.</param>
/// <param name="Zones">Places that are watched; null for none.</param>
/// <param name="Lines">Lines whose crossings are counted; null for none.</param>
/// <param name="Motion">When still frames are not looked at; null follows the policy.</param>
/// <param name="Shadow">What it runs beside that version without acting; null for nothing.</param>
public sealed record DesiredCamera(
    CameraId Id,
    string Source,
    VersionId? Version,
    double? Fps,
    bool Loop,
    IReadOnlyList<Zone>? Zones = null,
    IReadOnlyList<Line>? Lines = null,
    MotionGating? Motion = null,
    DesiredShadow? Shadow = null);

/// <summary>A version a device should have, with every file it needs.</summary>
/// <param name="Id">Which version.</param>
/// <param name="Variant">Which of its variants the cameras run; <see cref="VariantNames.Auto"/> lets the device race all whose files are named and take the fastest that reproduces the golden clip.</param>
/// <param name="Files">Targets of the release repository: the model card, the ONNX file of the variant or of all variants, the golden clip where there is one.</param>
public sealed record DesiredVersion(VersionId Id, string Variant, IReadOnlyList<TargetFile> Files);

/// <summary>One file that directive and release metadata must agree on.</summary>
/// <param name="Path">Target path, see <see cref="Targets"/>.</param>
/// <param name="Digest">SHA-256.</param>
/// <param name="SizeBytes">Length.</param>
public sealed record TargetFile(string Path, Digest Digest, long SizeBytes);

/// <summary>How a device behaves.</summary>
/// <remarks>Set, not init: generated JSON code gives an init property that a message leaves out the zero of its type, and a setting that an older control plane does not know must keep the value named here.</remarks>
public sealed record DevicePolicy
{
    /// <summary>Seconds between telemetry messages, 1 to 3600.</summary>
    public double TelemetrySeconds { get; set; } = 10;

    /// <summary>Seconds between live pictures sent to the control plane, 0 for none.</summary>
    public double PreviewSeconds { get; set; } = 2;

    /// <summary>A frame with a box whose score lies between this …</summary>
    public double UncertainLow { get; set; } = 0.15;

    /// <summary>… and this is worth labelling.</summary>
    public double UncertainHigh { get; set; } = 0.55;

    /// <summary>Share of the samples that chance alone chooses, whatever they show, 0.1 to 1: the only unbiased ones.</summary>
    public double RandomShare { get; set; } = 0.15;

    /// <summary>At most so many samples an hour, per camera.</summary>
    public int SamplesPerHour { get; set; } = 60;

    /// <summary>Which frames are kept, and how much of them.</summary>
    public GatherPolicy Gather { get; set; } = new();

    /// <summary>What must be unrecognisable on every picture that is written to disk or leaves the device, at most 64.</summary>
    public IReadOnlyList<Redaction> Redactions { get; set; } = [];

    /// <summary>Under pressure (heat, memory) the rates of these cameras are halved first; the others follow, from the last to the first.</summary>
    public IReadOnlyList<CameraId> ShedFirst { get; set; } = [];

    /// <summary>The outbox never takes more disk than this.</summary>
    public long OutboxBytes { get; set; } = 256L << 20;

    /// <summary>When frames on which nothing moves are not looked at, on cameras that say nothing of their own.</summary>
    public MotionGating Motion { get; set; } = MotionGating.Auto;

    /// <summary>So many frames a second are looked at even if nothing moves, 0.01 to 1000.</summary>
    public double StillFps { get; set; } = 2;

    /// <summary>Frames a new version must complete, without a fault, before it is committed.</summary>
    public int WatchFrames { get; set; } = 20;

    /// <summary>A new version that has not completed them by then is rolled back.</summary>
    public double WatchSeconds { get; set; } = 120;

    /// <summary>A new version may be so many times slower than the one before, measured on completed frames.</summary>
    public double WatchSlowdown { get; set; } = 3;

    /// <summary>Building, trying and racing the engines of a version may take so many seconds, 1 to 86400; the version before serves meanwhile.</summary>
    public double PrepareSeconds { get; set; } = 1800;

    /// <summary>Memory that this may use, bytes, 64 MiB to 2^44; a device never gives more than three quarters of what it has.</summary>
    public long PrepareMemoryBytes { get; set; } = 4L << 30;

    /// <summary>Engines of versions that no camera needs are removed when all together take more disk than this.</summary>
    public long EngineBytes { get; set; } = 2L << 30;

    /// <summary>Whether engines go to and come from other devices of exactly this kind. An engine is native code to a GPU: take them only where every device that offers any is trusted.</summary>
    public EngineSharing EngineSharing { get; set; }

    /// <summary>Cameras of one version share batches as long as the 95th percentile from capture to result stays below this, ms, 1 to 60000.</summary>
    public double TargetP95Ms { get; set; } = 200;
}

/// <summary>What the name of a variant says.</summary>
public static class VariantNames
{
    /// <summary>No variant's own name: the device chooses.</summary>
    public const string Auto = "auto";

    /// <summary>End of the name of a variant that is pruned to 2:4.</summary>
    public const string SparseSuffix = "-2:4";

    /// <summary>Whether every group of four weights has at most two that are not zero.</summary>
    public static bool IsSparse(string variant) => variant.EndsWith(SparseSuffix, StringComparison.Ordinal);
}

/// <summary>Paths of the files of a version in the release repository.</summary>
public static class Targets
{
    /// <summary>The model card.</summary>
    public static string Card(VersionId version) => $"models/{version.Model}/{version.Number}/card.json";

    /// <summary>The ONNX file of a variant.</summary>
    public static string Variant(VersionId version, string variant) => $"models/{version.Model}/{version.Number}/{variant.Replace(':', '-')}.onnx";

    /// <summary>The golden clip.</summary>
    public static string GoldenClip(VersionId version) => $"models/{version.Model}/{version.Number}/golden.zip";
}
