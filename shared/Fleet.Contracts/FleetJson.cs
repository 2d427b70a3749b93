using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>How everything on the wire is written: camelCase, strict both ways. Source-generated, so that it works without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(Desired))]
[JsonSerializable(typeof(Reported))]
[JsonSerializable(typeof(Telemetry))]
[JsonSerializable(typeof(DetectionEvent))]
[JsonSerializable(typeof(StatusMessage))]
[JsonSerializable(typeof(FrameMessage))]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(FirstOperatorRequest))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(SessionResponse))]
[JsonSerializable(typeof(WhoAmI))]
[JsonSerializable(typeof(SignInLink))]
[JsonSerializable(typeof(InviteRequest))]
[JsonSerializable(typeof(PersonLink))]
[JsonSerializable(typeof(PersonRequest))]
[JsonSerializable(typeof(PersonResponse))]
[JsonSerializable(typeof(Page<PersonResponse>))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(ApiKeyEntry))]
[JsonSerializable(typeof(Page<ApiKeyEntry>))]
[JsonSerializable(typeof(ApiKeyRequest))]
[JsonSerializable(typeof(ApiKeyResponse))]
[JsonSerializable(typeof(EnrolmentTokenRequest))]
[JsonSerializable(typeof(EnrolmentTokenResponse))]
[JsonSerializable(typeof(EnrolmentTicket))]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(RenewRequest))]
[JsonSerializable(typeof(RenewResponse))]
[JsonSerializable(typeof(EnrolResponse))]
[JsonSerializable(typeof(DeviceResponse))]
[JsonSerializable(typeof(Page<DeviceResponse>))]
[JsonSerializable(typeof(CameraResponse))]
[JsonSerializable(typeof(CameraRequest))]
[JsonSerializable(typeof(VersionRequest))]
[JsonSerializable(typeof(VersionResponse))]
[JsonSerializable(typeof(Page<VersionResponse>))]
[JsonSerializable(typeof(SceneRequest))]
[JsonSerializable(typeof(SceneResponse))]
[JsonSerializable(typeof(Page<SceneResponse>))]
[JsonSerializable(typeof(ScenePack))]
[JsonSerializable(typeof(RolloutRequest))]
[JsonSerializable(typeof(RolloutResponse))]
[JsonSerializable(typeof(Page<RolloutResponse>))]
[JsonSerializable(typeof(RolloutPreview))]
[JsonSerializable(typeof(RolloutSettings))]
[JsonSerializable(typeof(List<RolloutSettings>))]
[JsonSerializable(typeof(RolloutSettingsRequest))]
[JsonSerializable(typeof(PinRequest))]
[JsonSerializable(typeof(DevicePin))]
[JsonSerializable(typeof(ShadowRequest))]
[JsonSerializable(typeof(DesiredShadow))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(CommandResponse))]
[JsonSerializable(typeof(Page<CommandResponse>))]
[JsonSerializable(typeof(SampleResponse))]
[JsonSerializable(typeof(Page<SampleResponse>))]
[JsonSerializable(typeof(LabelRequest))]
[JsonSerializable(typeof(LabelNextRequest))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LabelTask))]
[JsonSerializable(typeof(LabelCounts))]
[JsonSerializable(typeof(ProposalsRequest))]
[JsonSerializable(typeof(EarlierLabel))]
[JsonSerializable(typeof(ReviewRequest))]
[JsonSerializable(typeof(LabelReview))]
[JsonSerializable(typeof(BoxAgreement))]
[JsonSerializable(typeof(List<LabelAgreement>))]
[JsonSerializable(typeof(LabelImport))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(SnapshotRequest))]
[JsonSerializable(typeof(SnapshotResponse))]
[JsonSerializable(typeof(Page<SnapshotResponse>))]
[JsonSerializable(typeof(SnapshotManifest))]
[JsonSerializable(typeof(TrainingRunRequest))]
[JsonSerializable(typeof(TrainingRunResponse))]
[JsonSerializable(typeof(Page<TrainingRunResponse>))]
[JsonSerializable(typeof(TrainerRequest))]
[JsonSerializable(typeof(TrainingLease))]
[JsonSerializable(typeof(ProgressRequest))]
[JsonSerializable(typeof(EndRunRequest))]
[JsonSerializable(typeof(TrainingRuleRequest))]
[JsonSerializable(typeof(TrainingRuleResponse))]
[JsonSerializable(typeof(Page<TrainingRuleResponse>))]
[JsonSerializable(typeof(List<LogLine>))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(Page<AuditEntry>))]
[JsonSerializable(typeof(AuditHead))]
[JsonSerializable(typeof(ChangeMessage))]
[JsonSerializable(typeof(IReadOnlyList<DriftResponse>))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(BlobRef))]
[JsonSerializable(typeof(List<Annotation>))]
[JsonSerializable(typeof(IReadOnlyList<Zone>))]
[JsonSerializable(typeof(IReadOnlyList<Line>))]
[JsonSerializable(typeof(List<Detection>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, double>))]
public sealed partial class FleetJson : JsonSerializerContext
{
    /// <summary>Refuses nulls, missing, unknown and repeated members: for servers.</summary>
    public static FleetJson Strict { get; } = new(With(JsonUnmappedMemberHandling.Disallow));

    /// <summary>As <see cref="Strict"/>, but ignores unknown members: for a device or client that reads a newer server.</summary>
    public static FleetJson Tolerant { get; } = new(With(JsonUnmappedMemberHandling.Skip));

    private static JsonSerializerOptions With(JsonUnmappedMemberHandling unknown) => new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = unknown,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 32,
    };
}
