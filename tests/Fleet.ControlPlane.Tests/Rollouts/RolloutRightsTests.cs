using System.Net.Http.Headers;
using Fleet.Contracts;
using Fleet.ControlPlane.Access;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.Extensions.DependencyInjection;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>Who may begin a rollout, what it passes by, and what it would do.</summary>
public sealed class RolloutRightsTests : IAsyncLifetime
{
    private static readonly VersionId First = VersionId.Parse("shelf@1");
    private static readonly VersionId Second = VersionId.Parse("shelf@2");
    private TestControlPlane _fleet = null!;
    private TestDevice _device = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fleet = await TestControlPlane.StartAsync();
        await TestReleases.ReleaseAsync(_fleet, First);
        await TestReleases.ReleaseAsync(_fleet, Second);
        _device = await TestDevice.EnrolAsync(_fleet, "edge-1");
        await _fleet.SetCameraAsync(_device.Id, "dock");
    }

    public async ValueTask DisposeAsync()
    {
        await _device.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_told_before_someone_else_agreed()
    {
        var rollout = await RollOutAsync(First, needsApproval: true);
        var author = await ProblemAsync(await PostAsync(_fleet.Http, rollout.Id, "approve"));
        var key = await ProblemAsync(await PostAsync(_fleet.Client(await _fleet.KeyAsync(Role.Approver)), rollout.Id, "approve"));
        var @operator = await ProblemAsync(await PostAsync(await PersonAsync("otto", Role.Operator), rollout.Id, "approve"));

        Assert.Equal(RolloutState.AwaitingApproval, rollout.State);
        Assert.Equal((Problems.RolloutOwnApproval.Code, "anna is the author of this rollout; someone else with the role Approver has to agree."), (author.Code, author.Detail));
        Assert.Equal(Problems.RolloutOwnApproval.Code, key.Code);
        Assert.Equal(Problems.AuthForbidden.Code, @operator.Code);
        Assert.Null((await _fleet.DeviceAsync("edge-1")).Cameras.Single().Wanted);

        var approved = await ReadAsync(await PostAsync(await PersonAsync("bert", Role.Approver), rollout.Id, "approve"), FleetJson.Strict.RolloutResponse);

        Assert.Equal("bert", approved.ApprovedBy);
        await Eventually.Is(async () => (await _fleet.DeviceAsync("edge-1")).Cameras.Single().Wanted == First);
    }

    [Fact]
    public async Task A_version_below_the_floor_is_foreseen_to_be_refused_by_everyone_and_does_not_start()
    {
        var releases = _fleet.Services.GetRequiredService<TufRepository>();
        using var publisher = SigningKey.Load(Path.Combine(_fleet.DataFolder, "offline", "publisher.pem"));
        releases.AcceptTargets(Publisher.RaiseFloor(releases.CurrentRoot(), releases.CurrentTargets(), Second, publisher, TimeProvider.System));

        var below = await PreviewAsync(First);
        var at = await PreviewAsync(Second);

        Assert.Equal("nothing older than shelf@2", below.Floor);
        Assert.Equal(1, below.Rings.Sum(r => r.RefusalCount));
        Assert.Equal("it would refuse it: its publisher lets devices install nothing older than shelf@2", below.Rings[0].Refusals.Single().Why);
        Assert.Null(at.Floor);
        Assert.DoesNotContain(at.Rings[0].Refusals, r => r.Why.Contains("publisher", StringComparison.Ordinal));
        var refusal = await RefusedAsync(new(First, null, [new("all", "*")]));
        Assert.Equal(Problems.RolloutConflict.Code, refusal.Code);
        Assert.Contains("Every device would refuse shelf@1", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_may_ask_for_approval_of_all_its_rollouts_and_only_an_Admin_changes_that()
    {
        var settings = new RolloutSettingsRequest(NeedsApproval: true);
        var refused = await ProblemAsync(await (await PersonAsync("bert", Role.Approver)).PutAsync("/api/v1/rollout-settings/shelf", Json(settings, FleetJson.Strict.RolloutSettingsRequest), Token));
        await ReadAsync(await _fleet.Http.PutAsync("/api/v1/rollout-settings/shelf", Json(settings, FleetJson.Strict.RolloutSettingsRequest), Token), FleetJson.Strict.RolloutSettings);

        Assert.Equal(Problems.AuthForbidden.Code, refused.Code);
        Assert.Equal(RolloutState.AwaitingApproval, (await RollOutAsync(First)).State);
        Assert.Equal([new RolloutSettings(First.Model, true)], await ReadAsync(await _fleet.Http.GetAsync("/api/v1/rollout-settings", Token), FleetJson.Strict.ListRolloutSettings));
    }

    [Fact]
    public async Task An_older_rollout_that_waits_for_approval_ends_when_a_newer_begins()
    {
        var older = await RollOutAsync(First, needsApproval: true);
        await RollOutAsync(Second);

        Assert.Equal(RolloutState.Superseded, (await ShowAsync(older.Id)).State);
        Assert.Equal(Problems.RolloutConflict.Code, (await ProblemAsync(await PostAsync(await PersonAsync("bert", Role.Approver), older.Id, "approve"))).Code);
    }

    [Fact]
    public async Task A_pinned_device_is_passed_by_until_it_is_unpinned()
    {
        await ReadAsync(await _fleet.Http.PutAsync("/api/v1/devices/edge-1/pin", Json(new PinRequest(First, "being compared"), FleetJson.Strict.PinRequest), Token), FleetJson.Strict.DevicePin);
        var rollout = await RollOutAsync(Second);

        await Eventually.Is(async () => (await ShowAsync(rollout.Id)).Log.Any(l => l.Text == "Passed by: edge-1, pinned to shelf@1 by anna (being compared)."));
        Assert.Equal(First, (await _fleet.DeviceAsync("edge-1")).Cameras.Single().Wanted);

        await _fleet.Http.DeleteAsync("/api/v1/devices/edge-1/pin", Token);
        await Eventually.Is(async () => (await _fleet.DeviceAsync("edge-1")).Cameras.Single().Wanted == Second);
    }

    [Fact]
    public async Task A_preview_says_what_it_would_do_and_changes_nothing()
    {
        var running = await RollOutAsync(First);
        var request = new RolloutRequest(Second, null, [new("canary", "*", Count: 1), new("rest", "*")], Windows: ["daily 00:00-24:00 UTC"], NeedsApproval: true);
        var preview = await ReadAsync(await _fleet.Http.PostAsync("/api/v1/rollouts/preview", Json(request, FleetJson.Strict.RolloutRequest), Token), FleetJson.Strict.RolloutPreview);

        Assert.Equal((1, 1, 1500L, true), (preview.Devices, preview.Cameras, preview.Bytes, preview.NeedsApproval));
        Assert.Equal([running.Id], preview.Supersedes);
        Assert.Equal([_device.Id], preview.Rings[0].Offline);
        Assert.Contains("never reported", Assert.Single(preview.Rings[0].Refusals).Why, StringComparison.Ordinal);
        Assert.Equal(RolloutState.Running, (await ShowAsync(running.Id)).State);
    }

    [Fact]
    public async Task A_window_that_cannot_be_read_and_a_cap_below_one_device_are_refused()
    {
        Assert.Equal(Problems.RolloutWindow.Code, (await RefusedAsync(new(First, null, [new("all", "*")], Windows: ["nightly"]))).Code);
        Assert.Contains("no device could ever be told", (await RefusedAsync(new(First, null, [new("all", "*")], Caps: new ByteCaps(PerHour: 1499)))).Detail, StringComparison.Ordinal);
        Assert.Equal(Problems.RequestInvalid.Code, (await RefusedAsync(new(First, null, [new("all", "*")], [new(GuardKind.DetectionBand, 0.3, Against: GuardAgainst.OtherCameras)]))).Code);
    }

    private async Task<RolloutResponse> RollOutAsync(VersionId version, bool needsApproval = false) =>
        await ReadAsync(await StartAsync(new RolloutRequest(version, null, [new("all", "*")], NeedsApproval: needsApproval)), FleetJson.Strict.RolloutResponse);

    private async Task<ProblemResponse> RefusedAsync(RolloutRequest request) => await ProblemAsync(await StartAsync(request));

    private async Task<RolloutPreview> PreviewAsync(VersionId version) => await ReadAsync(
        await _fleet.Http.PostAsync("/api/v1/rollouts/preview", Json(new RolloutRequest(version, null, [new("all", "*")]), FleetJson.Strict.RolloutRequest), Token), FleetJson.Strict.RolloutPreview);

    private Task<HttpResponseMessage> StartAsync(RolloutRequest request) =>
        _fleet.Http.PostAsync("/api/v1/rollouts", Json(request, FleetJson.Strict.RolloutRequest), Token);

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, RolloutId id, string act) => http.PostAsync($"/api/v1/rollouts/{id}/{act}", null, Token);

    private async Task<RolloutResponse> ShowAsync(RolloutId id) =>
        await ReadAsync(await _fleet.Http.GetAsync($"/api/v1/rollouts/{id}", Token), FleetJson.Strict.RolloutResponse);

    private async Task<HttpClient> PersonAsync(string name, Role role)
    {
        var token = OneTimeSecret.Create();
        await _fleet.StoreAsync(store =>
        {
            store.Add(new OperatorRow { Name = name, Role = role });
            store.Add(new SessionRow { Hash = OneTimeSecret.Hash(token), Operator = name, ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(1) });
        });
        var http = _fleet.Client();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}
