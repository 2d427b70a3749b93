using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>A rollout that looks in the shadow first, over real HTTP and MQTT.</summary>
public sealed class ShadowRolloutTests
{
    private static readonly VersionId Old = VersionId.Parse("shelf@1");
    private static readonly VersionId New = VersionId.Parse("shelf@2");
    private static readonly CameraId Dock = CameraId.Parse("dock");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sets_the_shadow_of_a_camera_ends_it_with_the_rollout_and_tells_the_version_when_both_agree()
    {
        await using var fleet = await TestControlPlane.StartAsync();
        await TestReleases.ReleaseAsync(fleet, Old);
        await TestReleases.ReleaseAsync(fleet, New);
        await using var device = await TestDevice.EnrolAsync(fleet, "edge-1");
        await fleet.SetCameraAsync(device.Id, "dock");
        await device.ConnectAsync();
        (await fleet.Http.PutAsync("/api/v1/devices/edge-1/pin", Json(new PinRequest(Old), FleetJson.Strict.PinRequest), Token)).EnsureSuccessStatusCode();
        (await fleet.Http.DeleteAsync("/api/v1/devices/edge-1/pin", Token)).EnsureSuccessStatusCode();
        Assert.Equal(Problems.RequestInvalid.Code, (await ProblemAsync(await StartAsync(fleet))).Code);
        var agreement = new Guard(GuardKind.ShadowAgreement, 0.9, MinFrames: 50, InRow: 1);

        var first = await ReadAsync(await StartAsync(fleet, agreement), FleetJson.Strict.RolloutResponse);
        await WantsAsync(fleet, device, Old, New);
        await fleet.Http.PostAsync($"/api/v1/rollouts/{first.Id}/abort", null, Token);
        await WantsAsync(fleet, device, Old, shadow: null);

        await SayAsync(device, compared: 0, matched: 0);
        var second = await ReadAsync(await StartAsync(fleet, agreement), FleetJson.Strict.RolloutResponse);
        await WantsAsync(fleet, device, Old, New);
        var directive = (await DirectiveAsync(fleet, device))!;
        await SayAsync(device, compared: 60, matched: 120);
        await device.PublishAsync(Topics.Reported(device.Id), device.Report(directive.Generation, ("dock", Old, UpdateState.Committed)) with { Shadows = [new ReportedShadow(Dock, New, Runs: true, null)] }, FleetJson.Strict.Reported);
        await WantsAsync(fleet, device, New, shadow: null);

        var shown = await ReadAsync(await fleet.Http.GetAsync($"/api/v1/rollouts/{second.Id}", Token), FleetJson.Strict.RolloutResponse);
        Assert.Equal(new RingShadowResponse(Looking: 0, Passed: 1, Refused: 0, Frames: 60, LeastAgreement: 1), shown.Rings[0].Shadow);
        Assert.Equal(GuardOutcome.Pass, shown.Rings[0].Guards!.Single().Outcome);
    }

    private static Task<HttpResponseMessage> StartAsync(TestControlPlane fleet, params Guard[] guards) =>
        fleet.Http.PostAsync("/api/v1/rollouts", Json(new RolloutRequest(New, null, [new("all", "*", Shadow: true)], guards), FleetJson.Strict.RolloutRequest), Token);

    private static async Task SayAsync(TestDevice device, long compared, long matched)
    {
        var said = new Telemetry(
            device.Id, DateTimeOffset.UnixEpoch.AddSeconds(compared), DateTimeOffset.UnixEpoch, [], 0, 0, 0,
            Shadows: [new ShadowCounters(Dock, Old, New, compared, compared, matched, 0, 0, 0, 0, 0)]);
        await device.PublishAsync(Topics.Telemetry(device.Id), said, FleetJson.Strict.Telemetry);
    }

    private static async Task WantsAsync(TestControlPlane fleet, TestDevice device, VersionId version, VersionId? shadow) =>
        await Eventually.Is(async () => await DirectiveAsync(fleet, device) is { Cameras: [var camera] } && camera.Version == version && camera.Shadow?.Version == shadow);

    private static async Task<Desired?> DirectiveAsync(TestControlPlane fleet, TestDevice device)
    {
        using var http = device.Http(fleet);
        using var answer = await http.GetAsync("/device/v1/desired", Token);
        if (answer.StatusCode != System.Net.HttpStatusCode.OK)
        {
            return null;
        }

        using var envelope = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        return JsonSerializer.Deserialize(envelope.RootElement.GetProperty("payload").GetBytesFromBase64(), FleetJson.Strict.Desired);
    }
}
