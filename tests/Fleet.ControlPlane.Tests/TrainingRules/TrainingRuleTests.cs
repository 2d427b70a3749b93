using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Tests.Registry;
using Fleet.ControlPlane.Tests.Samples;
using Fleet.ControlPlane.TrainingRules;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.TrainingRules;

public sealed class TrainingRuleTests : IAsyncLifetime
{
    private static readonly ModelName Model = ModelName.Parse("warehouse");
    private static readonly TrainingRuleRequest Rule = new(
        "model: warehouse", NewLabels: 12, MinHeldOut: 1, BlockMinutes: 1, HeldOutPercent: 30, Rings: [new RingRequest("all", "*")]);

    private readonly RunningPlane _plane = new();
    private FleetClient _trainer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        _trainer = await _plane.ClientAsync(Role.Trainer);
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Turns_the_loop_from_labels_to_a_rollout_and_then_from_the_new_version()
    {
        var champion = await RegisterAsync(lineage: null, metrics: null);
        await SignAsync(champion);
        await _plane.Admin.TrainingRules.SetAsync(Model, Rule, ifMatch: null, Cancel);
        await LabelAsync(first: 0, count: 12);

        var lease = await LeaseAsync();
        var (learnt, heldOut) = await SnapshotsAsync(lease);
        Assert.Equal(champion, lease.Run.Request.Base);
        Assert.Equal(12, learnt.Count + heldOut.Count);
        Assert.Empty(learnt.Intersect(heldOut));

        var better = await EndAsync(lease, now: 0.6, before: 0.5);
        await StateAsync(TrainingRuleState.AwaitingRelease);
        Assert.Empty((await _plane.Admin.Rollouts.PageAsync(cursor: null, limit: null, Cancel)).Items);

        await SignAsync(better);
        var rolling = await StateAsync(TrainingRuleState.RollingOut);
        var rollout = await _plane.Admin.Rollouts.GetAsync(rolling.Rollout!.Value, Cancel);
        Assert.Equal((better, "rule of warehouse"), (rollout.Version, rollout.CreatedBy));

        await _plane.Admin.Rollouts.AbortAsync(rollout.Id, Cancel);
        await LabelAsync(first: 12, count: 12);
        var second = await LeaseAsync();
        Assert.Equal((better, 2L), (second.Run.Request.Base, second.Run.Request.Seed));
        var (_, heldOutThen) = await SnapshotsAsync(second);
        Assert.Empty(heldOut.Except(heldOutThen));
    }

    [Fact]
    public async Task Leaves_a_worse_result_a_draft_and_says_why()
    {
        await SignAsync(await RegisterAsync(lineage: null, metrics: null));
        await _plane.Admin.TrainingRules.SetAsync(Model, Rule, ifMatch: null, Cancel);
        await LabelAsync(first: 0, count: 12);
        var worse = await EndAsync(await LeaseAsync(), now: 0.4, before: 0.5);

        var settled = await StateAsync(TrainingRuleState.Waiting, runs: 1);

        Assert.Equal(worse, settled.Candidate);
        Assert.Contains("it is not promoted", settled.Log[^1].Text, StringComparison.Ordinal);
        await SignAsync(worse);
        await WakeAsync();
        Assert.Empty((await _plane.Admin.Rollouts.PageAsync(cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public async Task Starts_one_run_at_a_time_however_often_it_is_looked_at()
    {
        await _plane.Admin.TrainingRules.SetAsync(Model, Rule, ifMatch: null, Cancel);
        await LabelAsync(first: 0, count: 26);
        await StateAsync(TrainingRuleState.Training);
        await WakeAsync();

        Assert.Single((await _plane.Admin.TrainingRuns.PageAsync(cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public async Task Counts_no_frames_of_cameras_that_run_another_model()
    {
        await _plane.Admin.TrainingRules.SetAsync(Model, Rule, ifMatch: null, Cancel);
        await LabelAsync(first: 0, count: 26, "shelf@1");
        await LabelAsync(first: 26, count: 3);
        await WakeAsync();

        var rule = await _plane.Admin.TrainingRules.GetAsync(Model, Cancel);

        Assert.Equal((TrainingRuleState.Waiting, 3), (rule.State, rule.NewLabels));
        Assert.Equal(rule.NewLabels, Assert.Single((await _plane.Admin.TrainingRules.PageAsync(cursor: null, limit: null, Cancel)).Items).NewLabels);
    }

    [Fact]
    public async Task A_drift_alarm_starts_one_run_and_not_another()
    {
        await _plane.Admin.TrainingRules.SetAsync(Model, Rule with { NewLabels = null, OnDrift = true }, ifMatch: null, Cancel);
        await LabelAsync(first: 0, count: 12);
        await WakeAsync();
        Assert.Equal("No camera has a drift alarm.", (await _plane.Admin.TrainingRules.GetAsync(Model, Cancel)).Why);

        var drift = new DriftState(CameraId.Parse("cam"), VersionId.Parse("warehouse@1"), DriftReference.GoldenClip, 100, 500, 0.6, 0, 0, 0, 0, AlarmSince: DateTimeOffset.UnixEpoch);
        _plane.Services.GetRequiredService<LiveDevices>().Hear(DeviceId.Parse("box"), new Telemetry(DeviceId.Parse("box"), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [], 0, 0, 0, Drift: [drift]));
        await EndAsync(await LeaseAsync(), now: 0.4, before: 0.5);
        await StateAsync(TrainingRuleState.Waiting, runs: 1);
        await LabelAsync(first: 12, count: 1);
        await WakeAsync();

        Assert.Equal((TrainingRuleState.Waiting, 1), await _plane.Admin.TrainingRules.GetAsync(Model, Cancel) is var rule ? (rule.State, rule.Runs) : default);
    }

    [Fact]
    public async Task Refuses_a_rule_without_a_trigger_a_stale_change_and_an_unknown_model()
    {
        Assert.Equal(Problems.RequestInvalid, await RefusedAsync(_plane.Admin.TrainingRules.SetAsync(Model, Rule with { NewLabels = null }, ifMatch: null, Cancel)));
        Assert.Equal(Problems.RequestInvalid, await RefusedAsync(_plane.Admin.TrainingRules.SetAsync(Model, Rule with { HeldOutPercent = 60 }, ifMatch: null, Cancel)));
        Assert.Equal(Problems.TrainingRuleUnknown, await RefusedAsync(_plane.Admin.TrainingRules.GetAsync(ModelName.Parse("none"), Cancel)));
        var made = await _plane.Admin.TrainingRules.SetAsync(Model, Rule, ifMatch: null, Cancel);
        await _plane.Admin.TrainingRules.SetAsync(Model, Rule with { Enabled = false }, made.ETag, Cancel);
        Assert.Equal(Problems.RequestStale, await RefusedAsync(_plane.Admin.TrainingRules.SetAsync(Model, Rule, made.ETag, Cancel)));
        var viewer = await _plane.ClientAsync(Role.Viewer);
        Assert.Equal(Problems.AuthForbidden, await RefusedAsync(viewer.TrainingRules.SetAsync(Model, Rule, "*", Cancel)));
    }

    [Fact]
    public async Task Takes_what_is_left_out_as_the_guide_says()
    {
        using var client = _plane.Server.Client(_plane.Server.Admin.Token);
        using var body = new StringContent("""{"recipe":"model: warehouse","newLabels":5}""", System.Text.Encoding.UTF8, "application/json");

        using var answer = await client.PutAsync("/api/v1/training-rules/warehouse", body, Cancel);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        var rule = (await _plane.Admin.TrainingRules.GetAsync(Model, Cancel)).Rule;
        Assert.Equal((20, 10, 10.0, 0.0, true), (rule.HeldOutPercent, rule.MinHeldOut, rule.BlockMinutes, rule.MinGain, rule.Enabled));
    }

    private static async Task<ProblemKind> RefusedAsync(Task task) => (await Assert.ThrowsAsync<ProblemException>(() => task)).Kind;

    /// <summary>One frame a minute.</summary>
    private async Task LabelAsync(int first, int count, string version = "warehouse@1")
    {
        await _plane.KnowAsync(DeviceId.Parse("box"), CameraId.Parse("cam"));
        for (var i = first; i < first + count; i++)
        {
            var jpeg = Jpegs.Of(seed: i);
            var frame = new FrameMessage(
                Digest.Of(jpeg), CameraId.Parse("cam"), "twin:scene", VersionId.Parse(version), i, DateTimeOffset.UnixEpoch.AddMinutes(i), 64, 48, [], "random", Score: 0.5, InclusionProbability: 0.1);
            await _plane.Services.GetRequiredService<SampleArrival>().TakeAsync(DeviceId.Parse("box"), new FrameForm(frame, jpeg), Cancel);
            await _plane.Admin.Samples.LabelAsync(frame.Digest, new LabelRequest(SampleState.Labelled, []), etag: null, Cancel);
        }
    }

    private async Task<TrainingLease> LeaseAsync()
    {
        TrainingLease? lease = null;
        await Eventually.Is(async () =>
        {
            await WakeAsync();
            return (lease = await _trainer.TrainingRuns.TakeNextAsync(new TrainerRequest("trainer"), Cancel)) is not null;
        });
        return lease!;
    }

    private async Task<(IReadOnlyList<Digest> Learnt, IReadOnlyList<Digest> HeldOut)> SnapshotsAsync(TrainingLease lease)
    {
        var learnt = await _trainer.Snapshots.GetManifestAsync(lease.Run.Request.Snapshot!.Value, Cancel);
        var heldOut = await _trainer.Snapshots.GetManifestAsync(lease.Run.Request.HeldOut!.Value, Cancel);
        return ([.. learnt.Frames.Select(f => f.Digest)], [.. heldOut.Frames.Select(f => f.Digest)]);
    }

    private async Task<TrainingRuleResponse> StateAsync(TrainingRuleState state, int runs = 0)
    {
        TrainingRuleResponse? rule = null;
        await Eventually.Is(async () =>
        {
            await WakeAsync();
            rule = await _plane.Admin.TrainingRules.GetAsync(Model, Cancel);
            return rule.State == state && rule.Runs >= runs;
        });
        return rule!;
    }

    private Task<IReadOnlyList<string>> WakeAsync() => _plane.Services.GetRequiredService<RuleReconciler>().RunAsync(Cancel);

    private async Task<VersionId> EndAsync(TrainingLease lease, double now, double before)
    {
        var metrics = new Dictionary<string, double> { [HeldOutMetrics.Result] = now, [HeldOutMetrics.Base] = before, [HeldOutMetrics.Frames] = 12 };
        var version = await RegisterAsync(new Lineage(Parent: lease.Run.Request.Base, Run: lease.Run.Id), metrics);
        await _trainer.TrainingRuns.EndAsync(lease.Run.Id, new EndRunRequest(lease.Lease, version, Detail: null), Cancel);
        return version;
    }

    private async Task<VersionId> RegisterAsync(Lineage? lineage, Dictionary<string, double>? metrics)
    {
        var file = await _trainer.Blobs.UploadAsync(TinyModels.Bytes(), Cancel);
        var request = new VersionRequest { Model = Model, Head = "fleet", Classes = ["carton", "pallet"], Variants = [new("fp32", file.Digest)], Lineage = lineage, Metrics = metrics };
        return (await _trainer.Versions.RegisterAsync(request, Cancel)).Card.Version;
    }

    private async Task SignAsync(VersionId version)
    {
        var files = (await _plane.Admin.Versions.GetAsync(version, Cancel)).Files;
        var releases = _plane.Services.GetRequiredService<TufRepository>();
        using var publisher = SigningKey.Load(Path.Combine(_plane.Server.DataFolder, "offline", "publisher.pem"));
        await _plane.Admin.Trust.PublishTargetsAsync(Publisher.Add(releases.CurrentRoot(), releases.CurrentTargets(), version, files, publisher, TimeProvider.System), Cancel);
    }
}
