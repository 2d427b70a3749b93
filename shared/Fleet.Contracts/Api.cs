using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>One page of a listing.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="Next">Give it as <c>cursor</c> to go on; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>What a person or a key may do; each role may also do what the ones before may, up to Admin.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    /// <summary>See everything.</summary>
    Viewer,

    /// <summary>Label samples.</summary>
    Labeller,

    /// <summary>Enrol devices, register versions, start rollouts and training runs.</summary>
    Operator,

    /// <summary>Agree to rollouts.</summary>
    Approver,

    /// <summary>Everything, accounts included.</summary>
    Admin,

    /// <summary>A trainer: takes runs, reads blobs, registers versions. Not part of the ladder.</summary>
    Trainer,
}

/// <summary>Uses the one-time link of the first start and makes the first account, an Admin.</summary>
/// <param name="Token">From the link.</param>
/// <param name="Name">As in <see cref="InviteRequest"/>.</param>
/// <param name="Password">12 to 256 characters.</param>
public sealed record FirstOperatorRequest(
    [property: Required, StringLength(200)] string Token,
    [property: Required, StringLength(64, MinimumLength = 3), RegularExpression(PersonName.Rule)] string Name,
    [property: Required, StringLength(256, MinimumLength = 12)] string Password);

/// <summary>Signs in: with name and password, or with the token of a one-time sign-in link.</summary>
/// <param name="Name">Account.</param>
/// <param name="Password">Its password.</param>
/// <param name="Link">Token of a sign-in link, instead of both.</param>
public sealed record SignInRequest(
    [property: StringLength(64)] string? Name,
    [property: StringLength(256)] string? Password,
    [property: StringLength(200)] string? Link);

/// <summary>A signed-in session. The token goes into <c>Authorization: Bearer</c>; the same is set as the cookie <c>fleet_session</c>, which serves reading only.</summary>
/// <param name="Token">Secret.</param>
/// <param name="Name">Account.</param>
/// <param name="Role">Its role.</param>
/// <param name="ExpiresAt">Sign in again after this.</param>
public sealed record SessionResponse(string Token, string Name, Role Role, DateTimeOffset ExpiresAt);

/// <summary>Who is asking.</summary>
/// <param name="Name">Account or key.</param>
/// <param name="Role">Its role.</param>
public sealed record WhoAmI(string Name, Role Role);

/// <summary>A one-time link that signs its maker in on another browser within ten minutes.</summary>
/// <param name="Path">Path and query below the console's address.</param>
/// <param name="ExpiresAt">Dead after this.</param>
public sealed record SignInLink(string Path, DateTimeOffset ExpiresAt);

/// <summary>Asks for an API key.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do, not above the asker's own.</param>
/// <param name="Days">Valid for so long.</param>
public sealed record ApiKeyRequest([property: Required, StringLength(64, MinimumLength = 1)] string Name, Role Role, [property: Range(1, 3650)] int Days = 90);

/// <summary>An API key, shown once.</summary>
/// <param name="Id">To revoke it.</param>
/// <param name="Key">Secret; goes into <c>Authorization: Bearer</c>.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do.</param>
/// <param name="ExpiresAt">Dead after this.</param>
public sealed record ApiKeyResponse(string Id, string Key, string Name, Role Role, DateTimeOffset ExpiresAt);

/// <summary>Asks for a one-time enrolment token.</summary>
/// <param name="Device">Id the device will have.</param>
/// <param name="Labels">Its labels, <c>key=value</c>.</param>
/// <param name="Site">Where it stands.</param>
public sealed record EnrolmentTokenRequest(DeviceId Device, IReadOnlyDictionary<string, string>? Labels = null, [property: StringLength(64)] string? Site = null);

/// <summary>Everything a device needs to enrol, as one text to paste: <c>fleet agent enrol TOKEN</c>.</summary>
/// <param name="Token">Base64url of JSON with address, CA pin and secret.</param>
/// <param name="Device">Whom it is for.</param>
/// <param name="ExpiresAt">Dead after this.</param>
public sealed record EnrolmentTokenResponse(string Token, DeviceId Device, DateTimeOffset ExpiresAt);

/// <summary>What is inside an enrolment token.</summary>
/// <param name="Url">Address of the device API.</param>
/// <param name="CaPin">Hex SHA-256 of the CA's public key (SPKI).</param>
/// <param name="Secret">256 bits, hex.</param>
public sealed record EnrolmentTicket(string Url, string CaPin, string Secret);

/// <summary>A device asks for its certificate; over TLS whose chain ends in the pinned CA.</summary>
/// <param name="Secret">From the ticket.</param>
/// <param name="CertificateRequestPem">PKCS#10, P-256; its subject and extensions are ignored.</param>
/// <param name="Device">Who asks, where it was enrolled before: a token for another device is refused and stays unspent.</param>
public sealed record EnrolRequest(
    [property: Required, StringLength(200)] string Secret, [property: Required, StringLength(8192)] string CertificateRequestPem, DeviceId? Device = null);

/// <summary>A device asks for a new certificate for a new key, over a connection with the present one.</summary>
/// <param name="CertificateRequestPem">PKCS#10, P-256; its subject and extensions are ignored. The same key again gives the same certificate.</param>
public sealed record RenewRequest([property: Required, StringLength(8192)] string CertificateRequestPem);

/// <summary>The new certificate; the one before holds until ten minutes after this is first used.</summary>
/// <param name="CertificatePem">Its certificate.</param>
public sealed record RenewResponse(string CertificatePem);

/// <summary>A device is enrolled.</summary>
/// <param name="Device">Its id.</param>
/// <param name="Tenant">The control plane it belongs to; directives of another are refused.</param>
/// <param name="CertificatePem">Its certificate.</param>
/// <param name="CaPem">The CA that signed it and the servers.</param>
/// <param name="RootMetadata">The trusted TUF root, as served.</param>
/// <param name="MqttHost">Broker.</param>
/// <param name="MqttPort">Its TLS port.</param>
public sealed record EnrolResponse(DeviceId Device, string Tenant, string CertificatePem, string CaPem, string RootMetadata, string MqttHost, int MqttPort);

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
    IReadOnlyList<LineCounters>? LineCounters = null);

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

/// <summary>Registers a version: a card without number and with blobs that were uploaded before.</summary>
public sealed record VersionRequest
{
    /// <summary>The model it is a version of; made when new.</summary>
    public required ModelName Model { get; init; }

    /// <summary>One of <see cref="HeadKinds"/>; null recognises it from the file's metadata or shapes.</summary>
    [StringLength(32)]
    public string? Head { get; init; }

    /// <summary>Class names in output order; null reads them from the file's metadata.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>What the network is fed; null takes it from the file's metadata or the head's convention.</summary>
    public InputSpec? Input { get; init; }

    /// <summary>Scores below are dropped, 0 to 1.</summary>
    [Range(0, 1)]
    public float? ScoreThreshold { get; init; }

    /// <summary>At least one uploaded ONNX file.</summary>
    [Required]
    public required IReadOnlyList<VariantUpload> Variants { get; init; }

    /// <summary>Uploaded golden clip.</summary>
    public Digest? GoldenClip { get; init; }

    /// <summary>Figures measured by the maker.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Where it comes from.</summary>
    public Lineage? Lineage { get; init; }

    /// <summary>Parts of the input; they go before <see cref="Input"/>, the file and the head's convention.</summary>
    public InputOptions? InputOptions { get; init; }

    /// <summary>Of two boxes of a class that overlap more, the weaker is dropped, 0 to 1; null takes the head's convention.</summary>
    [Range(0, 1)]
    public float? NmsIou { get; init; }

    /// <summary>One of <see cref="ScoreForms"/>; null takes what the head or the file's last operator says.</summary>
    [StringLength(32)]
    public string? Scores { get; init; }

    /// <summary>Uploaded page (one HTML file) with what was measured, for people; devices never fetch it.</summary>
    public Digest? Report { get; init; }
}

/// <summary>An uploaded variant.</summary>
/// <param name="Name"><c>fp32</c>, <c>fp32-2:4</c>, <c>int8</c> …</param>
/// <param name="Digest">The blob.</param>
public sealed record VariantUpload([property: Required, RegularExpression("^[a-z0-9][a-z0-9:-]{0,31}$")] string Name, Digest Digest);

/// <summary>How far a version is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VersionState>))]
public enum VersionState
{
    /// <summary>Registered; no publisher has signed it, no device may run it.</summary>
    Draft,

    /// <summary>Signed into the release repository.</summary>
    Released,
}

/// <summary>A version as the control plane knows it.</summary>
/// <param name="Card">Its card.</param>
/// <param name="State">Draft or released.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="Files">All its files as targets: a publisher signs exactly these.</param>
public sealed record VersionResponse(ModelCard Card, VersionState State, DateTimeOffset CreatedAt, string CreatedBy, IReadOnlyList<TargetFile> Files);

/// <summary>A dated sentence.</summary>
/// <param name="At">When.</param>
/// <param name="Text">What.</param>
public sealed record LogLine(DateTimeOffset At, string Text);

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
public sealed record SnapshotRequest([property: Required, StringLength(64, MinimumLength = 1)] string Name, IReadOnlyList<Digest>? Samples = null);

/// <summary>An immutable dataset snapshot; its digest is that of its canonical JSON manifest.</summary>
/// <param name="Digest">Its identity; the manifest is the blob of that digest.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Frames">How many frames.</param>
/// <param name="Boxes">How many boxes.</param>
/// <param name="CreatedAt">When it was taken.</param>
public sealed record SnapshotResponse(Digest Digest, string Name, int Frames, int Boxes, DateTimeOffset CreatedAt);

/// <summary>The manifest of a dataset snapshot.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Frames">Ordered by digest.</param>
public sealed record SnapshotManifest(string Name, IReadOnlyList<SnapshotFrame> Frames);

/// <summary>A frame of a snapshot.</summary>
/// <param name="Digest">The JPEG blob.</param>
/// <param name="WidthPx">Width.</param>
/// <param name="HeightPx">Height.</param>
/// <param name="Device">Where it comes from.</param>
/// <param name="Camera">Which camera.</param>
/// <param name="Label">Its boxes.</param>
public sealed record SnapshotFrame(Digest Digest, int WidthPx, int HeightPx, DeviceId Device, CameraId Camera, IReadOnlyList<Annotation> Label);

/// <summary>Starts a training run.</summary>
/// <param name="Model">Model the result is a version of.</param>
/// <param name="Recipe">The recipe's YAML text.</param>
/// <param name="Base">Version to fine-tune; null trains from nothing.</param>
/// <param name="Snapshot">Real frames to mix in; null uses synthetic frames alone.</param>
/// <param name="Seed">Same seed, same result.</param>
/// <param name="HeldOut">Snapshot of real frames that are never learnt from: base and result are measured on them, see <see cref="HeldOutMetrics"/>; null measures on none.</param>
public sealed record TrainingRunRequest(
    ModelName Model,
    [property: Required, StringLength(65536, MinimumLength = 1)] string Recipe,
    VersionId? Base = null,
    Digest? Snapshot = null,
    long Seed = 1,
    Digest? HeldOut = null);

/// <summary>How far a training run is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingState>))]
public enum TrainingState
{
    /// <summary>Waits for a trainer.</summary>
    Queued,

    /// <summary>A trainer holds its lease.</summary>
    Running,

    /// <summary>It made a version.</summary>
    Succeeded,

    /// <summary>It failed for a reason that trying again would not mend.</summary>
    Failed,
}

/// <summary>A training run as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="State">How far.</param>
/// <param name="Progress">What the trainer said last; null before it starts.</param>
/// <param name="Trainer">Who holds or held it.</param>
/// <param name="Attempt">How often it was started.</param>
/// <param name="Version">What it made; null before.</param>
/// <param name="Detail">Why it failed; null otherwise.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record TrainingRunResponse(
    TrainingRunId Id,
    TrainingRunRequest Request,
    TrainingState State,
    TrainingProgress? Progress,
    string? Trainer,
    int Attempt,
    VersionId? Version,
    string? Detail,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt);

/// <summary>What a trainer is doing.</summary>
/// <param name="Stage"><c>render</c>, <c>train</c>, <c>prune</c>, <c>fine-tune</c>, <c>export</c>, <c>evaluate</c>.</param>
/// <param name="Step">Of the stage.</param>
/// <param name="Steps">Of the stage.</param>
/// <param name="Loss">Last loss; null where there is none.</param>
/// <param name="EtaSeconds">To the end of the run, estimated; null when unknown.</param>
public sealed record TrainingProgress(string Stage, int Step, int Steps, double? Loss, double? EtaSeconds);

/// <summary>A trainer asks for work.</summary>
/// <param name="Trainer">Its name.</param>
public sealed record TrainerRequest([property: Required, StringLength(64, MinimumLength = 1)] string Trainer);

/// <summary>A run with its lease: valid for a minute from each progress message.</summary>
/// <param name="Run">The run.</param>
/// <param name="Lease">Secret; goes into progress, completion and failure.</param>
public sealed record TrainingLease(TrainingRunResponse Run, string Lease);

/// <summary>Progress of a run; keeps its lease alive.</summary>
/// <param name="Lease">From <see cref="TrainingLease"/>.</param>
/// <param name="Progress">What the trainer is doing.</param>
public sealed record ProgressRequest([property: Required, StringLength(64)] string Lease, TrainingProgress Progress);

/// <summary>A run ended.</summary>
/// <param name="Lease">From <see cref="TrainingLease"/>.</param>
/// <param name="Version">The version it registered; null when it failed.</param>
/// <param name="Detail">Why it failed; null otherwise.</param>
public sealed record EndRunRequest([property: Required, StringLength(64)] string Lease, VersionId? Version, [property: StringLength(4096)] string? Detail);

/// <summary>Something changed: read the named thing again. Sent as server-sent events on <c>/api/v1/changes</c>.</summary>
/// <param name="Kind"><c>device</c>, <c>camera</c>, <c>version</c>, <c>rollout</c>, <c>sample</c>, <c>training</c>.</param>
/// <param name="Id">Which.</param>
public sealed record ChangeMessage(string Kind, string Id);

/// <summary>The answer of <c>/health</c>.</summary>
/// <param name="Status"><c>ok</c>, or a word that says what is broken.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Loops">Its background work; for signed-in callers only.</param>
public sealed record HealthResponse(string Status, string Version, IReadOnlyList<LoopHealth>? Loops = null);

/// <summary>Background work that repeats.</summary>
/// <param name="Name">Which.</param>
/// <param name="LastRunAt">When it ran last; null before the first time.</param>
/// <param name="LastTookMs">How long that took, ms.</param>
/// <param name="LastError">What failed then; null when nothing did.</param>
/// <param name="Runs">How often it ran since the start.</param>
/// <param name="Failures">How often something failed.</param>
public sealed record LoopHealth(string Name, DateTimeOffset? LastRunAt, double LastTookMs, string? LastError, long Runs, long Failures);
