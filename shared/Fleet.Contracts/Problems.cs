using System.Collections.Frozen;

namespace Fleet.Contracts;

/// <summary>The closed list of problems.</summary>
public static class Problems
{
    /// <summary>The body or a parameter cannot be read. Remedy: compare with the OpenAPI document.</summary>
    public static readonly ProblemKind RequestMalformed = new("request.malformed", 400, "The request cannot be read", Fault.Caller);

    /// <summary>A field has a value that is not allowed. Remedy: see <c>errors</c>.</summary>
    public static readonly ProblemKind RequestInvalid = new("request.invalid", 400, "A value is not allowed", Fault.Caller);

    /// <summary>The body is larger than allowed.</summary>
    public static readonly ProblemKind RequestTooLarge = new("request.too-large", 413, "The body is too large", Fault.Caller);

    /// <summary>No such address.</summary>
    public static readonly ProblemKind RouteUnknown = new("route.unknown", 404, "No such address", Fault.Caller);

    /// <summary>The method or media type does not fit the address.</summary>
    public static readonly ProblemKind RouteMethod = new("route.method", 405, "Not possible at this address", Fault.Caller);

    /// <summary>Something changed since it was read. Remedy: read again, then repeat the change.</summary>
    public static readonly ProblemKind RequestStale = new("request.stale", 412, "Someone else changed this first", Fault.Caller);

    /// <summary>Too many requests. Remedy: wait as Retry-After says.</summary>
    public static readonly ProblemKind RequestTooMany = new("request.too-many", 429, "Too many requests", Fault.Busy);

    /// <summary>An unforeseen failure; the log has all of it.</summary>
    public static readonly ProblemKind ServerUnexpected = new("server.unexpected", 500, "An unexpected failure", Fault.Server);

    /// <summary>The server cannot answer now. Remedy: wait as Retry-After says.</summary>
    public static readonly ProblemKind ServerBusy = new("server.busy", 503, "Not available now", Fault.Busy);

    /// <summary>The server's disk is full; nothing was stored.</summary>
    public static readonly ProblemKind ServerDiskFull = new("server.disk-full", 507, "No disk left", Fault.Server);

    /// <summary>No or no valid sign-in. Remedy: sign in, or send an API key.</summary>
    public static readonly ProblemKind AuthRequired = new("auth.required", 401, "Sign in first", Fault.Caller);

    /// <summary>Name and password do not match.</summary>
    public static readonly ProblemKind AuthFailed = new("auth.failed", 401, "Sign-in failed", Fault.Caller);

    /// <summary>The role does not allow this.</summary>
    public static readonly ProblemKind AuthForbidden = new("auth.forbidden", 403, "Not allowed", Fault.Caller);

    /// <summary>The one-time link was used, has expired or never existed. Remedy: ask for a new one.</summary>
    public static readonly ProblemKind AuthLinkSpent = new("auth.link-spent", 403, "The link is no longer valid", Fault.Caller);

    /// <summary>The company's sign-in vouches for someone whom no role here is meant for. Remedy: join a group that has one, then sign in again.</summary>
    public static readonly ProblemKind AuthNoRole = new("auth.no-role", 403, "No role here", Fault.Caller);

    /// <summary>An Admin shut the account out.</summary>
    public static readonly ProblemKind AuthDisabled = new("auth.disabled", 403, "The account is shut out", Fault.Caller);

    /// <summary>The name that the company's sign-in gives is another account's, or none that an account can have.</summary>
    public static readonly ProblemKind AuthName = new("auth.name", 409, "The name cannot be used here", Fault.Caller);

    /// <summary>The company's sign-in cannot be reached. Remedy: try again, or use an account with a password.</summary>
    public static readonly ProblemKind AuthProvider = new("auth.provider", 502, "The company's sign-in does not answer", Fault.Busy);

    /// <summary>Nobody has this account.</summary>
    public static readonly ProblemKind PersonUnknown = new("person.unknown", 404, "No such person", Fault.Caller);

    /// <summary>The account exists, or nobody would be left who can manage accounts. Remedy: change the other account, or make another Admin first.</summary>
    public static readonly ProblemKind PersonConflict = new("person.conflict", 409, "The account cannot be changed so", Fault.Caller);

    /// <summary>No such device.</summary>
    public static readonly ProblemKind DeviceUnknown = new("device.unknown", 404, "No such device", Fault.Caller);

    /// <summary>The device was revoked.</summary>
    public static readonly ProblemKind DeviceRevoked = new("device.revoked", 403, "The device was revoked", Fault.Caller);

    /// <summary>The device was away for so long that its certificate expired. Remedy: make an enrolment token for it and run <c>fleet-agent enrol</c> on it again.</summary>
    public static readonly ProblemKind DeviceExpired = new("device.expired", 403, "The device's certificate has expired", Fault.Caller);

    /// <summary>The device is too hot, or short of memory or disk, and sheds load. Remedy: cool it, free what it is short of, or give it fewer cameras.</summary>
    public static readonly ProblemKind DevicePressure = new("device.pressure", 503, "The device is under pressure", Fault.Device);

    /// <summary>No such camera on that device.</summary>
    public static readonly ProblemKind CameraUnknown = new("camera.unknown", 404, "No such camera", Fault.Caller);

    /// <summary>The source of a camera is of no known kind.</summary>
    public static readonly ProblemKind CameraSource = new("camera.source", 400, "The camera source is of no known kind", Fault.Caller);

    /// <summary>A zone or line of a camera cannot be watched. Remedy: the detail names the zone and what is wanted.</summary>
    public static readonly ProblemKind CameraZone = new("camera.zone", 400, "The zone or line cannot be watched", Fault.Caller);

    /// <summary>A camera does not open or stopped giving frames; it is tried again.</summary>
    public static readonly ProblemKind CameraFailed = new("camera.failed", 502, "The camera gives no frames", Fault.Device);

    /// <summary>A camera has sent no live picture yet. Remedy: wait, or set the policy's preview interval.</summary>
    public static readonly ProblemKind CameraNoPicture = new("camera.no-picture", 404, "No picture yet", Fault.Caller);

    /// <summary>The enrolment token is unknown, expired or spent. Remedy: make a new one.</summary>
    public static readonly ProblemKind EnrolmentToken = new("enrolment.token", 403, "The enrolment token is not valid", Fault.Caller);

    /// <summary>The certificate request cannot be used.</summary>
    public static readonly ProblemKind EnrolmentRequest = new("enrolment.request", 400, "The certificate request is not valid", Fault.Caller);

    /// <summary>A blob's bytes do not have the digest they were sent under; nothing was stored.</summary>
    public static readonly ProblemKind BlobDigest = new("blob.digest", 400, "Bytes and digest do not agree", Fault.Caller);

    /// <summary>No such blob.</summary>
    public static readonly ProblemKind BlobUnknown = new("blob.unknown", 404, "No such blob", Fault.Caller);

    /// <summary>There is no parcel of the file that is smaller than it, or none for this device. Remedy: fetch the whole file.</summary>
    public static readonly ProblemKind ParcelNone = new("parcel.none", 404, "No parcel", Fault.Caller);

    /// <summary>The bytes are no parcel, or not the wanted file's. Remedy: fetch the whole file.</summary>
    public static readonly ProblemKind ParcelMalformed = new("parcel.malformed", 400, "The parcel cannot be unpacked", Fault.Caller);

    /// <summary>The file is not an ONNX model.</summary>
    public static readonly ProblemKind ModelNotOnnx = new("model.not-onnx", 400, "Not an ONNX model", Fault.Caller);

    /// <summary>The model refers to files outside itself, or carries native code.</summary>
    public static readonly ProblemKind ModelUnsafe = new("model.unsafe", 400, "The model is not self-contained", Fault.Caller);

    /// <summary>The model is larger than allowed, or claims to be.</summary>
    public static readonly ProblemKind ModelTooLarge = new("model.too-large", 400, "The model is too large", Fault.Caller);

    /// <summary>The model uses an operator that is not allowed or not known.</summary>
    public static readonly ProblemKind ModelOperator = new("model.operator", 400, "The model uses an operator that is not allowed", Fault.Caller);

    /// <summary>The model's inputs or outputs do not fit the declared head or input.</summary>
    public static readonly ProblemKind ModelHead = new("model.head", 400, "The model does not fit its head", Fault.Caller);

    /// <summary>No such version.</summary>
    public static readonly ProblemKind VersionUnknown = new("version.unknown", 404, "No such version", Fault.Caller);

    /// <summary>The version is not released, so no device may run it. Remedy: have a publisher sign it.</summary>
    public static readonly ProblemKind VersionNotReleased = new("version.not-released", 409, "The version is not released", Fault.Caller);

    /// <summary>Release metadata is not signed by enough keys, is old, or does not fit its predecessor.</summary>
    public static readonly ProblemKind ReleaseUntrusted = new("release.untrusted", 400, "The release metadata is not trusted", Fault.Caller);

    /// <summary>No such rollout.</summary>
    public static readonly ProblemKind RolloutUnknown = new("rollout.unknown", 404, "No such rollout", Fault.Caller);

    /// <summary>No rollout template has this name.</summary>
    public static readonly ProblemKind RolloutTemplateUnknown = new("rollout.template-unknown", 404, "No such rollout template", Fault.Caller);

    /// <summary>The rollout is over, or another one holds the same devices.</summary>
    public static readonly ProblemKind RolloutConflict = new("rollout.conflict", 409, "The rollout cannot do that now", Fault.Caller);

    /// <summary>A rollout's author cannot agree to it, nor can a key. Remedy: another person with the role Approver approves it.</summary>
    public static readonly ProblemKind RolloutOwnApproval = new("rollout.own-approval", 403, "Someone else has to agree", Fault.Caller);

    /// <summary>A maintenance window cannot be read. Remedy: days, times and zone, such as <c>Mon-Fri 22:00-05:00 Europe/Berlin</c>.</summary>
    public static readonly ProblemKind RolloutWindow = new("rollout.window", 400, "The maintenance window cannot be read", Fault.Caller);

    /// <summary>A label selector cannot be read.</summary>
    public static readonly ProblemKind SelectorInvalid = new("selector.invalid", 400, "The label selector cannot be read", Fault.Caller);

    /// <summary>No such sample.</summary>
    public static readonly ProblemKind SampleUnknown = new("sample.unknown", 404, "No such sample", Fault.Caller);

    /// <summary>The picture is not a JPEG of the size it says.</summary>
    public static readonly ProblemKind SamplePicture = new("sample.picture", 400, "The picture cannot be used", Fault.Caller);

    /// <summary>There is no such upload of this device, or it has expired. Remedy: create it anew.</summary>
    public static readonly ProblemKind UploadUnknown = new("upload.unknown", 404, "No such upload", Fault.Caller);

    /// <summary>The bytes do not go on where the upload ends. Remedy: ask for its offset with HEAD and go on from there.</summary>
    public static readonly ProblemKind UploadOffset = new("upload.offset", 409, "The upload is at another offset", Fault.Caller);

    /// <summary>The bytes have another checksum than they came with; none were taken. Remedy: send them again.</summary>
    public static readonly ProblemKind UploadChecksum = new("upload.checksum", 460, "Bytes and checksum do not agree", Fault.Busy);

    /// <summary>Another request writes to the upload now.</summary>
    public static readonly ProblemKind UploadLocked = new("upload.locked", 423, "The upload is being written to", Fault.Busy);

    /// <summary>The request speaks another version of the tus protocol than 1.0.0.</summary>
    public static readonly ProblemKind UploadVersion = new("upload.version", 412, "Another version of the upload protocol", Fault.Caller);

    /// <summary>The bytes of an upload came under another media type than application/offset+octet-stream.</summary>
    public static readonly ProblemKind UploadMedia = new("upload.media", 415, "No bytes of an upload", Fault.Caller);

    /// <summary>Someone else works on this sample. Remedy: take the next one, or wait until the lease ends.</summary>
    public static readonly ProblemKind LabellingLeased = new("labelling.leased", 409, "Someone else works on this", Fault.Caller);

    /// <summary>A label is reviewed by a second person, and only where there is one.</summary>
    public static readonly ProblemKind LabellingReview = new("labelling.review", 409, "This cannot be reviewed", Fault.Caller);

    /// <summary>No such dataset snapshot.</summary>
    public static readonly ProblemKind SnapshotUnknown = new("snapshot.unknown", 404, "No such dataset snapshot", Fault.Caller);

    /// <summary>A snapshot of nothing was asked for. Remedy: label samples first.</summary>
    public static readonly ProblemKind SnapshotEmpty = new("snapshot.empty", 409, "There is nothing to take a snapshot of", Fault.Caller);

    /// <summary>A labelled set cannot be used; the detail lists what is wrong, file by file. Remedy: <c>fleet data check</c>.</summary>
    public static readonly ProblemKind DatasetInvalid = new("dataset.invalid", 400, "The dataset cannot be used", Fault.Caller);

    /// <summary>No such training run.</summary>
    public static readonly ProblemKind RunUnknown = new("training.unknown", 404, "No such training run", Fault.Caller);

    /// <summary>The run belongs to another trainer now, or is over.</summary>
    public static readonly ProblemKind RunLease = new("training.lease", 409, "The run is no longer yours", Fault.Caller);

    /// <summary>The audit log is not what was written. Remedy: compare with a backup, find out who could write to the database.</summary>
    public static readonly ProblemKind AuditBroken = new("audit.broken", 409, "The audit log was changed", Fault.Server);

    /// <summary>No message came on the MQTT topic since the control plane was started.</summary>
    public static readonly ProblemKind TopicUnknown = new("topic.unknown", 404, "No message came on this topic", Fault.Caller);

    /// <summary>The model has no training rule.</summary>
    public static readonly ProblemKind TrainingRuleUnknown = new("training.rule-unknown", 404, "No such training rule", Fault.Caller);

    /// <summary>The recipe cannot be read or asks for something impossible.</summary>
    public static readonly ProblemKind RecipeInvalid = new("training.recipe", 400, "The recipe cannot be used", Fault.Caller);

    /// <summary>The scene file cannot be read; the detail names line and field.</summary>
    public static readonly ProblemKind SceneInvalid = new("scene.invalid", 400, "The scene cannot be used", Fault.Caller);

    /// <summary>No such scene on the server. Remedy: <c>fleet twin push</c>.</summary>
    public static readonly ProblemKind SceneUnknown = new("scene.unknown", 404, "No such scene", Fault.Caller);

    /// <summary>The twin finds no OpenGL to draw with; the detail names the packages to install.</summary>
    public static readonly ProblemKind TwinUnavailable = new("twin.unavailable", 503, "The twin cannot draw here", Fault.Device);

    /// <summary>A directive or release metadata is not signed by a key this device trusts.</summary>
    public static readonly ProblemKind TrustSignature = new("trust.signature", 400, "The signature is not trusted", Fault.Device);

    /// <summary>A directive or release metadata has expired.</summary>
    public static readonly ProblemKind TrustExpired = new("trust.expired", 400, "The document has expired", Fault.Device);

    /// <summary>A directive or release metadata is older than one already seen.</summary>
    public static readonly ProblemKind TrustRollback = new("trust.rollback", 409, "An older document was refused", Fault.Device);

    /// <summary>A directive is for another device or tenant.</summary>
    public static readonly ProblemKind TrustAddressee = new("trust.addressee", 400, "The document is for someone else", Fault.Device);

    /// <summary>Directive, release metadata and bytes do not agree on length or digest.</summary>
    public static readonly ProblemKind TrustMismatch = new("trust.mismatch", 400, "Documents and bytes do not agree", Fault.Device);

    /// <summary>A document cannot be read.</summary>
    public static readonly ProblemKind TrustMalformed = new("trust.malformed", 400, "The document cannot be read", Fault.Device);

    /// <summary>The device's disk has no room; nothing was changed.</summary>
    public static readonly ProblemKind DeviceDiskFull = new("device.disk-full", 507, "The device has no disk left", Fault.Device);

    /// <summary>The engine could not be built or loaded.</summary>
    public static readonly ProblemKind EngineFailed = new("engine.failed", 500, "The engine could not be built", Fault.Device);

    /// <summary>The engine does not reproduce the golden clip.</summary>
    public static readonly ProblemKind EngineGolden = new("engine.golden", 500, "The golden clip is not reproduced", Fault.Device);

    /// <summary>Building or trying the engine took more time or memory than the policy gives it. Remedy: a smaller model, or a policy with larger prepareSeconds or prepareMemoryBytes.</summary>
    public static readonly ProblemKind EngineBudget = new("engine.budget", 507, "The engine needs more than it may have", Fault.Device);

    /// <summary>The new version did worse while it was watched.</summary>
    public static readonly ProblemKind EngineWorse = new("engine.worse", 500, "The version did worse than the one before", Fault.Device);

    /// <summary>No comparison has this id, or nobody asked for it for an hour. Remedy: ask for it again.</summary>
    public static readonly ProblemKind ComparisonUnknown = new("comparison.unknown", 404, "No such comparison", Fault.Caller);

    /// <summary>There is no frame that two versions could look at. Remedy: label samples, or name a snapshot with frames.</summary>
    public static readonly ProblemKind ComparisonEmpty = new("comparison.empty", 409, "No frame to compare on", Fault.Caller);

    /// <summary>No command has this id on this device. Remedy: list the device's commands; only its newest 50 are kept.</summary>
    public static readonly ProblemKind CommandUnknown = new("command.unknown", 404, "No such command", Fault.Caller);

    /// <summary>The command has ended, or too many wait on the device. Remedy: wait until some have ended, and give it again.</summary>
    public static readonly ProblemKind CommandConflict = new("command.conflict", 409, "The command cannot be taken now", Fault.Caller);

    /// <summary>The device got the command too late, or did not finish it in time. Remedy: see whether the device is online, and give it again.</summary>
    public static readonly ProblemKind CommandExpired = new("command.expired", 408, "The command's time is over", Fault.Device);

    /// <summary>The device keeps no more frames: a byte budget is used up. Remedy: wait for the next hour, or raise the policy's budget.</summary>
    public static readonly ProblemKind CommandBudget = new("command.budget", 507, "The device's budget is used up", Fault.Device);

    /// <summary>No engine of that kind is shared with this device. Remedy: build it.</summary>
    public static readonly ProblemKind EngineNone = new("engine.none", 404, "No such engine is shared", Fault.Caller);

    /// <summary>The engine's seal is not of the device that it names, or not of these bytes; nothing was taken.</summary>
    public static readonly ProblemKind EngineSeal = new("engine.seal", 422, "The engine's seal does not hold", Fault.Caller);

    private static readonly FrozenDictionary<string, ProblemKind> ByCode = All().ToFrozenDictionary(p => p.Code);

    /// <summary>Every kind there is.</summary>
    public static IReadOnlyList<ProblemKind> All() =>
    [
        RequestMalformed, RequestInvalid, RequestTooLarge, RouteUnknown, RouteMethod, RequestStale, RequestTooMany,
        ServerUnexpected, ServerBusy, ServerDiskFull, AuthRequired, AuthFailed, AuthForbidden, AuthLinkSpent, AuthNoRole, AuthDisabled, AuthName, AuthProvider, PersonUnknown, PersonConflict, DeviceUnknown, DeviceRevoked, DeviceExpired, DevicePressure, CameraUnknown, CameraSource, CameraZone,
        CameraFailed, CameraNoPicture, EnrolmentToken, EnrolmentRequest, BlobDigest, BlobUnknown, ParcelNone, ParcelMalformed, ModelNotOnnx, ModelUnsafe, ModelTooLarge, ModelOperator, ModelHead, VersionUnknown, VersionNotReleased,
        ReleaseUntrusted, RolloutUnknown, RolloutTemplateUnknown, RolloutConflict, RolloutOwnApproval, RolloutWindow, SelectorInvalid, SampleUnknown, SamplePicture, LabellingLeased, LabellingReview, UploadUnknown, UploadOffset, UploadChecksum, UploadLocked,
        UploadVersion, UploadMedia, SnapshotUnknown, SnapshotEmpty, DatasetInvalid, RunUnknown, RunLease, TrainingRuleUnknown, AuditBroken, RecipeInvalid, SceneInvalid, SceneUnknown, TwinUnavailable, TrustSignature, TrustExpired, TrustRollback,
        TrustAddressee, TrustMismatch, TrustMalformed, ComparisonUnknown, ComparisonEmpty, CommandUnknown, CommandConflict, CommandExpired, CommandBudget, DeviceDiskFull, EngineFailed, EngineGolden, EngineBudget, EngineWorse, EngineNone, EngineSeal, TopicUnknown,
    ];

    /// <summary>The kind with <paramref name="code"/>, or <see cref="ServerUnexpected"/> for a code of a newer server.</summary>
    public static ProblemKind Find(string code) => ByCode.GetValueOrDefault(code, ServerUnexpected);
}
