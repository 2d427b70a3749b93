using Fleet.Contracts;

namespace Fleet.Console.Parts;

/// <summary>One wording for every state, used by all pages.</summary>
internal static class Words
{
    public static Word Of(DeviceResponse device) => device switch
    {
        { Revoked: true } => new("Revoked", Tone.Idle, "It may not connect any more."),
        { Presence: Presence.Online, Reported.Problems.Count: > 0 } => new("Has a problem", Tone.Warn, device.Reported!.Problems[0].Detail),
        { Presence: Presence.Online } => new("Online", Tone.Good),
        { Presence: Presence.Stopped } => new("Stopped", Tone.Idle, "Its agent was stopped on purpose."),
        { LastSeenAt: null } => new("Never seen", Tone.Warn, "Run the enrolment command on it."),
        _ => new("Offline", Tone.Bad, "Its connection was lost."),
    };

    public static Word Of(DeviceCondition condition) => condition switch
    {
        DeviceCondition.Offline => new("Offline", Tone.Bad),
        DeviceCondition.Trouble => new("In trouble", Tone.Warn),
        DeviceCondition.NeverSeen => new("Never seen", Tone.Warn),
        DeviceCondition.Stopped => new("Stopped", Tone.Idle),
        DeviceCondition.Online => new("Online", Tone.Good),
        _ => new("Shut out", Tone.Idle),
    };

    public static Word Of(DeviceResponse device, CameraResponse camera) => (device, camera) switch
    {
        ({ Revoked: true } or { Presence: not Presence.Online }, _) => Of(device),
        (_, { State: CameraState.Failed }) => new("No frames", Tone.Bad, camera.Detail ?? "The camera does not open; it is tried again."),
        (_, { State: CameraState.Opening }) => new("Opening", Tone.Busy, camera.Detail),
        (_, { State: CameraState.Ended }) => new("Ended", Tone.Idle, camera.Detail ?? "The file or folder came to its end."),
        (_, { State: null }) => new("Not reported yet", Tone.Warn, "The device has not said anything about this camera."),
        (_, { Wanted: null, Running: null }) => new("Pictures only", Tone.Idle, "No version is rolled out to it."),
        var (_, c) when c.Wanted is not null && c.Wanted != c.Running => new("Updating", Tone.Busy, c.Detail),
        (_, { CompletedPerSecond: null or 0 }) => new("No completed frames", Tone.Warn, camera.Detail ?? "Frames come, but none was completed of late."),
        (_, { Detail: { Length: > 0 } detail }) => new("Running", Tone.Warn, detail),
        _ => new("Running", Tone.Good),
    };

    public static Word Of(DriftResponse drift) => drift switch
    {
        { State.AlarmSince: not null } => new("Drifted", Tone.Bad, "Its gap rose above the policy's alarm."),
        { State.Frames: 0 } => new("Learning", Tone.Busy, "Its reference is not whole yet."),
        { Gap: >= 0.2 } => new("Differs", Tone.Warn, "Not enough for an alarm."),
        _ => new("As expected", Tone.Good),
    };

    public static Word Of(RolloutState state) => state switch
    {
        RolloutState.Running => new("Rolling out", Tone.Busy),
        RolloutState.Paused => new("Paused", Tone.Warn),
        RolloutState.Finished => new("Finished", Tone.Good),
        RolloutState.RolledBack => new("Rolled back", Tone.Bad),
        RolloutState.AwaitingApproval => new("Waits for approval", Tone.Warn, "Someone else than its author has to agree."),
        RolloutState.Superseded => new("Superseded", Tone.Idle, "A newer rollout of the same cameras took over."),
        _ => new("Aborted", Tone.Idle),
    };

    public static Word Of(GuardResponse guard) => guard.Outcome switch
    {
        _ when guard.Guard.Trial => new($"Trial: {guard.Outcome}", Tone.Idle, "It only measures."),
        GuardOutcome.Pass => new("Holds", Tone.Good),
        GuardOutcome.Fail => new("Broken", Tone.Bad),
        GuardOutcome.Inconclusive => new("Unclear", Tone.Warn, "A person decides: resume accepts it."),
        _ => new("No data yet", Tone.Busy, "The rollout waits."),
    };

    public static string Name(Guard guard) => guard.Kind switch
    {
        GuardKind.Frames => "Frames",
        GuardKind.LatencyP95Ms => "Latency",
        GuardKind.LatencyP95Ratio => "Latency against the version before",
        GuardKind.FramesKept => "Frames kept",
        GuardKind.ErrorRate => "Error rate",
        GuardKind.DetectionBand => "Detections against the version before",
        GuardKind.ShadowAgreement => "Agreement in the shadow",
        _ => "Temperature",
    };

    public static Word Of(VersionState state) => state switch
    {
        VersionState.Released => new("Released", Tone.Good, "Signed by a publisher: it can be rolled out."),
        _ => new("Draft", Tone.Warn, "No publisher has signed it yet, so no device may run it."),
    };

    public static Word Of(Versions.VersionStanding standing) => standing switch
    {
        Versions.VersionStanding.Champion => new("Champion", Tone.Good, "Most cameras of this model should run it."),
        Versions.VersionStanding.RollingOut => new("Rolling out", Tone.Busy, "A rollout brings it to devices."),
        Versions.VersionStanding.InService => new("In service", Tone.Good, "Some cameras should run it."),
        Versions.VersionStanding.Candidate => new("Candidate", Tone.Busy, "Newer than the champion, on no camera yet."),
        _ => new("Earlier", Tone.Idle, "On no camera."),
    };

    public static Word Of(SampleState state) => state switch
    {
        SampleState.Labelled => new("Labelled", Tone.Good),
        SampleState.Discarded => new("Discarded", Tone.Idle),
        _ => new("To label", Tone.Busy),
    };

    public static Word Of(TrainingState state) => state switch
    {
        TrainingState.Queued => new("Waits for a trainer", Tone.Warn),
        TrainingState.Running => new("Training", Tone.Busy),
        TrainingState.Succeeded => new("Succeeded", Tone.Good),
        _ => new("Failed", Tone.Bad),
    };

    public static Word Of(TrainingRuleResponse rule) => rule switch
    {
        { State: TrainingRuleState.Training } => new("Training", Tone.Busy),
        { State: TrainingRuleState.AwaitingRelease } => new("Waits for a signature", Tone.Warn),
        { State: TrainingRuleState.RollingOut } => new("Rolling out", Tone.Busy),
        { Rule.Enabled: false } => new("Off", Tone.Idle),
        _ => new("Waits for labels", Tone.Good),
    };

    public static Word Of(PersonResponse person) => person switch
    {
        { Disabled: true } => new("Shut out", Tone.Idle),
        { Invited: true } => new("Invited", Tone.Warn, "No password chosen yet."),
        _ => new("May sign in", Tone.Good),
    };

    public static Word OfAnswer(int status) => status < 400 ? new("Done", Tone.Good) : new($"Refused ({status})", Tone.Warn);

    public static Word Of(UpdateState state) => state switch
    {
        UpdateState.Reserving => new("Reserving disk", Tone.Busy),
        UpdateState.Fetching => new("Fetching", Tone.Busy),
        UpdateState.Verifying => new("Verifying", Tone.Busy),
        UpdateState.Preparing => new("Preparing engine", Tone.Busy),
        UpdateState.Proving => new("Proving", Tone.Busy),
        UpdateState.Activating => new("Activating", Tone.Busy),
        UpdateState.Watching => new("Watched", Tone.Busy),
        UpdateState.Committed => new("Committed", Tone.Good),
        UpdateState.RejectedUntrusted => new("Rejected: untrusted", Tone.Bad),
        UpdateState.RejectedIncompatible => new("Rejected: incompatible", Tone.Bad),
        UpdateState.FailedNoChange => new("Failed, nothing changed", Tone.Bad),
        UpdateState.RolledBack => new("Rolled back", Tone.Bad),
        _ => new("Failed, no way back", Tone.Bad),
    };

    /// <summary>A measured figure's name, for people.</summary>
    public static string OfMetric(string name) => name switch
    {
        "map50" => "mAP@.5",
        "map75" => "mAP@.75",
        "map" or "map50_95" => "mAP@.5:.95",
        "ap50" => "AP@.5",
        "frames_synthetic" => "synthetic frames",
        "frames_real" => "real frames",
        HeldOutMetrics.Result => "AP@.5 on held-out frames",
        HeldOutMetrics.Base => "its base on the same frames",
        HeldOutMetrics.Frames => "held-out frames",
        _ when name.EndsWith("_dense", StringComparison.Ordinal) => $"{OfMetric(name[..^"_dense".Length])}, dense parent",
        _ when name.EndsWith("_before", StringComparison.Ordinal) => $"{OfMetric(name[..^"_before".Length])}, before",
        _ => name.Replace('_', ' '),
    };

    /// <summary>What a stage of training does, for people.</summary>
    public static string OfStage(string stage) => stage switch
    {
        "render" => "Rendering frames",
        "train" => "Training",
        "prune" => "Pruning 2:4",
        "fine-tune" => "Fine-tuning",
        "export" => "Exporting ONNX",
        "evaluate" => "Evaluating",
        _ => stage,
    };
}
