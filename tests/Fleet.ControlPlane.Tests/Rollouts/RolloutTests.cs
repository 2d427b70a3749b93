using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>Two devices, two rings, real HTTP and MQTT; the devices only say what they would say.</summary>
public sealed class RolloutTests : IAsyncLifetime
{
    private static readonly VersionId First = VersionId.Parse("shelf@1");
    private static readonly VersionId Second = VersionId.Parse("shelf@2");
    private TestControlPlane _fleet = null!;
    private TestDevice _canary = null!;
    private TestDevice _other = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fleet = await TestControlPlane.StartAsync();
        await TestReleases.ReleaseAsync(_fleet, First);
        await TestReleases.ReleaseAsync(_fleet, Second);
        _canary = await TestDevice.EnrolAsync(_fleet, "edge-1", new() { ["ring"] = "canary" });
        _other = await TestDevice.EnrolAsync(_fleet, "edge-2");
        foreach (var device in new[] { _canary, _other })
        {
            await _fleet.SetCameraAsync(device.Id, "dock");
            await device.ConnectAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _canary.DisposeAsync();
        await _other.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task Goes_ring_by_ring_on_evidence_and_finishes()
    {
        var rollout = await RollOutAsync(First);
        await WantsAsync(_canary, First);
        Assert.Null((await _fleet.DeviceAsync("edge-2")).Cameras.Single().Wanted);

        await ReportAsync(_canary, First, UpdateState.Watching);
        await ReportAsync(_canary, First, UpdateState.Committed);
        await WantsAsync(_other, First);
        await ReportAsync(_other, First, UpdateState.Committed);

        await Eventually.Is(async () => (await ShowAsync(rollout.Id)).State == RolloutState.Finished);
        var end = await ShowAsync(rollout.Id);
        Assert.All(end.Rings, r => Assert.Equal((1, 1, 0), (r.Devices, r.Committed, r.Failed)));
        Assert.Contains(end.Log, l => l.Text.Contains("Ring canary: 1 of 1 completed frames", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_takes_every_device_back_to_the_version_before()
    {
        var first = await RollOutAsync(First);
        await WantsAsync(_canary, First);
        await ReportAsync(_canary, First, UpdateState.Committed);
        await WantsAsync(_other, First);
        await ReportAsync(_other, First, UpdateState.Committed);
        await Eventually.Is(async () => (await ShowAsync(first.Id)).State == RolloutState.Finished);

        var second = await RollOutAsync(Second);
        await WantsAsync(_canary, Second);
        await ReportAsync(_canary, Second, UpdateState.Watching);
        // what was finished stays what it was, whatever runs now
        Assert.All((await ShowAsync(first.Id)).Rings, r => Assert.Equal((1, 1), (r.Devices, r.Committed)));
        await ReportAsync(_canary, Second, UpdateState.RolledBack);

        await Eventually.Is(async () => (await ShowAsync(second.Id)).State == RolloutState.RolledBack);
        await WantsAsync(_canary, First);
        Assert.Equal(First, (await _fleet.DeviceAsync("edge-2")).Cameras.Single().Wanted);
    }

    [Fact]
    public async Task A_newer_rollout_of_the_same_cameras_takes_over()
    {
        var first = await RollOutAsync(First);
        var second = await RollOutAsync(Second);

        Assert.Equal(RolloutState.Superseded, (await ShowAsync(first.Id)).State);
        Assert.Contains(second.Id.ToString(), (await ShowAsync(first.Id)).Log[^1].Text, StringComparison.Ordinal);
        await WantsAsync(_canary, Second);
    }

    [Fact]
    public async Task Pauses_resumes_aborts_and_says_no_where_that_makes_no_sense()
    {
        var rollout = await RollOutAsync(First);
        Assert.Equal(RolloutState.Paused, (await ActAsync(rollout.Id, "pause")).State);
        var twice = await ProblemAsync(await _fleet.Http.PostAsync($"/api/v1/rollouts/{rollout.Id}/pause", null, Token));
        Assert.Equal(RolloutState.Running, (await ActAsync(rollout.Id, "resume")).State);
        Assert.Equal(RolloutState.Aborted, (await ActAsync(rollout.Id, "abort")).State);

        Assert.Equal(Problems.RolloutConflict.Code, twice.Code);
        Assert.Contains("anna paused the rollout.", (await ShowAsync(rollout.Id)).Log.Select(l => l.Text));
    }

    [Fact]
    public async Task A_draft_an_unknown_version_and_a_bad_selector_are_refused()
    {
        await TestReleases.RegisterAsync(_fleet, VersionId.Parse("shelf@3"));

        Assert.Equal(Problems.VersionNotReleased.Code, (await RefusedAsync(new(VersionId.Parse("shelf@3"), null, [new("all", "*")]))).Code);
        Assert.Equal(Problems.VersionUnknown.Code, (await RefusedAsync(new(VersionId.Parse("shelf@9"), null, [new("all", "*")]))).Code);
        Assert.Equal(Problems.SelectorInvalid.Code, (await RefusedAsync(new(First, null, [new("all", "ring in (")]))).Code);
        Assert.Equal(Problems.RequestInvalid.Code, (await RefusedAsync(new(First, "int4", [new("all", "*")]))).Code);
        Assert.Equal(Problems.RequestInvalid.Code, (await RefusedAsync(new(First, null, []))).Code);
    }

    [Fact]
    public async Task A_camera_added_later_gets_the_version_of_its_device()
    {
        await RollOutAsync(First);
        await WantsAsync(_canary, First);

        await _fleet.SetCameraAsync(_canary.Id, "gate");

        Assert.All((await _fleet.DeviceAsync("edge-1")).Cameras, c => Assert.Equal(First, c.Wanted));
    }

    [Fact]
    public async Task A_version_that_finds_too_little_goes_back_though_it_was_installed_well()
    {
        await RollOutAsync(First);
        await WantsAsync(_canary, First);
        await ReportAsync(_canary, First, UpdateState.Committed);
        await SayAsync(_canary, (First, 200, 400));

        var second = await RollOutAsync(Second, new Guard(GuardKind.DetectionBand, 0.3, InRow: 1));
        await WantsAsync(_canary, Second);
        await SayAsync(_canary, (First, 200, 400), (Second, 200, 20));
        await ReportAsync(_canary, Second, UpdateState.Committed);

        await Eventually.Is(async () => (await ShowAsync(second.Id)).State == RolloutState.RolledBack);
        Assert.Contains((await ShowAsync(second.Id)).Log, l => l.Text.Contains("0.1 objects per frame, 2 with shelf@1, 30 % either way allowed", StringComparison.Ordinal));
        await WantsAsync(_canary, First);
    }

    [Fact]
    public async Task A_guard_counts_every_message_as_it_comes_and_waits_for_no_report()
    {
        await SayAsync(_canary);
        var rollout = await RollOutAsync(First, new Guard(GuardKind.ErrorRate, 0, InRow: 2));
        await WantsAsync(_canary, First);
        await ReportAsync(_canary, First, UpdateState.Committed);
        await EvidenceAsync(rollout.Id, "0 of 100 frames so far");

        await SayAsync(_canary, (First, 200, 400));
        await EvidenceAsync(rollout.Id, "1 of 2 times in a row");
        await SayAsync(_canary, (First, 300, 600));

        await Eventually.Is(async () => (await ShowAsync(rollout.Id)).State == RolloutState.RolledBack, within: TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Nothing_to_compare_with_pauses_and_a_person_may_accept_it()
    {
        await SayAsync(_canary);
        var rollout = await RollOutAsync(First, new Guard(GuardKind.DetectionBand, 0.3));
        await WantsAsync(_canary, First);
        await SayAsync(_canary, (First, 200, 400));
        await ReportAsync(_canary, First, UpdateState.Committed);

        await Eventually.Is(async () => (await ShowAsync(rollout.Id)).State == RolloutState.Paused);
        var guard = (await ShowAsync(rollout.Id)).Rings[0].Guards!.Single();
        Assert.Null((await _fleet.DeviceAsync("edge-2")).Cameras.Single().Wanted);
        await ActAsync(rollout.Id, "resume");

        Assert.Equal((GuardOutcome.Inconclusive, 1, 0), (guard.Outcome, guard.Cameras, guard.Passed));
        await WantsAsync(_other, First);
    }

    [Fact]
    public async Task A_trial_guard_is_shown_and_decides_nothing()
    {
        await SayAsync(_canary);
        var rollout = await RollOutAsync(First, new Guard(GuardKind.ErrorRate, 0, InRow: 1, Trial: true));
        await WantsAsync(_canary, First);
        await SayAsync(_canary, (First, 200, 400));
        await ReportAsync(_canary, First, UpdateState.Committed);

        await WantsAsync(_other, First);
        Assert.Equal(GuardOutcome.Fail, (await ShowAsync(rollout.Id)).Rings[0].Guards!.Single().Outcome);
    }

    [Fact]
    public async Task Guards_that_make_no_sense_are_refused()
    {
        foreach (var guard in new Guard[] { new(GuardKind.ErrorRate, 2), new(GuardKind.Frames, 0), new(GuardKind.DetectionBand, -1), new(GuardKind.TemperatureC, 80, InRow: 0) })
        {
            Assert.Equal(Problems.RequestInvalid.Code, (await RefusedAsync(new(First, null, [new("all", "*")], [guard]))).Code);
        }
    }

    internal static async Task SayAsync(TestDevice device, params (VersionId Version, long Frames, long Detections)[] versions)
    {
        var now = TimeProvider.System.GetUtcNow();
        CameraCounters Of(VersionId version, long frames, long detections)
        {
            var times = new Histogram([25, 50], [0, frames, 0], 40 * frames);
            return new CameraCounters(CameraId.Parse("dock"), version, frames + 10, new Dictionary<string, long>(), frames + 10, frames, 10, detections, now, times, times);
        }

        var said = new Telemetry(device.Id, now, DateTimeOffset.UnixEpoch, [.. versions.Select(v => Of(v.Version, v.Frames, v.Detections))], 0, 0, 0);
        await device.PublishAsync(Topics.Telemetry(device.Id), said, FleetJson.Strict.Telemetry);
    }

    // well below the period at which rollouts are looked at anyway
    private Task EvidenceAsync(RolloutId rollout, string part) => Eventually.Is(
        async () => (await ShowAsync(rollout)).Rings[0].Guards!.Single().Evidence?.Contains(part, StringComparison.Ordinal) == true, within: TimeSpan.FromSeconds(15));

    private async Task<RolloutResponse> RollOutAsync(VersionId version, params Guard[] guards) =>
        await ReadAsync(await StartAsync(new RolloutRequest(version, null, [new("canary", "ring=canary"), new("rest", "*")], guards)), FleetJson.Strict.RolloutResponse);

    private async Task<ProblemResponse> RefusedAsync(RolloutRequest request) => await ProblemAsync(await StartAsync(request));

    private Task<HttpResponseMessage> StartAsync(RolloutRequest request) =>
        _fleet.Http.PostAsync("/api/v1/rollouts", Json(request, FleetJson.Strict.RolloutRequest), Token);

    private async Task<RolloutResponse> ActAsync(RolloutId id, string act) =>
        await ReadAsync(await _fleet.Http.PostAsync($"/api/v1/rollouts/{id}/{act}", null, Token), FleetJson.Strict.RolloutResponse);

    private async Task<RolloutResponse> ShowAsync(RolloutId id) =>
        await ReadAsync(await _fleet.Http.GetAsync($"/api/v1/rollouts/{id}", Token), FleetJson.Strict.RolloutResponse);

    private async Task WantsAsync(TestDevice device, VersionId version)
    {
        await Eventually.Is(async () => await DirectiveOfAsync(device) is { } desired && desired.Cameras.Any(c => c.Version == version));
    }

    private async Task<Desired?> DirectiveOfAsync(TestDevice device)
    {
        using var http = device.Http(_fleet);
        using var answer = await http.GetAsync("/device/v1/desired", Token);
        if (answer.StatusCode != System.Net.HttpStatusCode.OK)
        {
            return null;
        }

        using var envelope = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        return JsonSerializer.Deserialize(envelope.RootElement.GetProperty("payload").GetBytesFromBase64(), FleetJson.Strict.Desired);
    }

    private async Task ReportAsync(TestDevice device, VersionId version, UpdateState state)
    {
        var generation = (await DirectiveOfAsync(device))!.Generation;
        await device.PublishAsync(Topics.Reported(device.Id), device.Report(generation, ("dock", version, state)), FleetJson.Strict.Reported);
    }
}
