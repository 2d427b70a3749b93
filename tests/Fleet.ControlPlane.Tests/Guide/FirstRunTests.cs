using Fleet.Client;
using Fleet.Console.Guide;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Rollouts;

namespace Fleet.ControlPlane.Tests.Guide;

public sealed class FirstRunTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly FirstRunFacts Empty = new("anna");
    private static readonly FirstRunFacts Signed = Empty with { Version = VersionId.Parse("shelf@1"), Released = true };
    private static readonly FirstRunFacts Enrolled = Signed with { Device = DeviceId.Parse("edge-1"), Online = true, Seen = true };
    private static readonly FirstRunFacts Watching = Enrolled with { Camera = CameraId.Parse("door"), GivesFrames = true };
    private static readonly FirstRunFacts Running = Watching with { Running = VersionId.Parse("shelf@1") };

    public static TheoryData<string, FirstRunFacts, FirstStep, string> Scenarios => new()
    {
        { "only the account", Empty, FirstStep.Version, "There is no version yet." },
        { "a draft", Empty with { Version = VersionId.Parse("shelf@1") }, FirstStep.Release, "shelf@1 waits for a publisher's signature." },
        { "signed", Signed, FirstStep.Device, "No device is enrolled yet." },
        { "enrolled, its agent not started", Signed with { Device = DeviceId.Parse("edge-1") }, FirstStep.Device, "edge-1 is enrolled and has not connected yet: start its agent." },
        { "online without a camera", Enrolled, FirstStep.Camera, "edge-1 has no camera yet." },
        { "a camera that fails", Watching with { GivesFrames = false, CameraTrouble = "The password is wrong." }, FirstStep.Camera, "edge-1/door gives no frames: The password is wrong." },
        { "frames without a version", Watching, FirstStep.Rollout, "No camera runs a version yet." },
        { "on its way", Watching with { RollingOut = VersionId.Parse("shelf@1") }, FirstStep.Rollout, "shelf@1 is on its way: fetched, checked, tried, then switched to." },
        { "rolled back", Watching with { RolloutTrouble = "The rollout of shelf@1 ended without it: 1 of 1 failed" }, FirstStep.Rollout, "The rollout of shelf@1 ended without it: 1 of 1 failed" },
        { "no object yet", Running, FirstStep.Boxes, "shelf@1 has found nothing on edge-1/door yet." },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_next_step_is_the_first_that_is_not_done_and_says_what_is_missing(string scenario, FirstRunFacts facts, FirstStep next, string text)
    {
        var steps = FirstRun.Of(facts);

        var now = Assert.Single(steps, s => s.State == StepState.Now);
        Assert.True((now.Step, now.Text) == (next, text), $"{scenario}: {now}");
        Assert.All(steps.TakeWhile(s => s.Step != next), s => Assert.Equal(StepState.Done, s.State));
    }

    [Fact]
    public void Steps_done_out_of_order_are_ticked_and_the_first_gap_comes_next()
    {
        var steps = FirstRun.Of(Watching with { Version = null, Released = false });

        Assert.Equal(
            [StepState.Done, StepState.Now, StepState.Later, StepState.Done, StepState.Done, StepState.Later, StepState.Later],
            steps.Select(s => s.State));
    }

    [Fact]
    public void With_boxes_all_is_done_and_a_device_that_goes_away_later_undoes_nothing()
    {
        var steps = FirstRun.Of(Running with { Found = 3, Online = false });

        Assert.All(steps, s => Assert.Equal(StepState.Done, s.State));
        Assert.False(FirstRun.IsUnderWay(steps));
        Assert.Contains("start its agent", steps.Single(s => s.Step == FirstStep.Device).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_tick_themselves_from_what_the_server_knows_and_their_page_shows_it()
    {
        Assert.Equal(FirstStep.Version, await NextAsync());
        Assert.Contains("--name anna", await PageAsync("/start"), StringComparison.Ordinal);

        var version = VersionId.Parse("shelf@1");
        await TestReleases.ReleaseAsync(plane.Server, version);
        Assert.Equal(FirstStep.Device, await NextAsync());
        await using var device = await TestDevice.EnrolAsync(plane.Server, "edge-1");
        Assert.Equal(FirstStep.Device, await NextAsync());
        await device.ConnectAsync();
        await Testing.Eventually.Is(async () => await NextAsync() == FirstStep.Camera);

        await plane.Server.SetCameraAsync(device.Id, "door");
        await device.PublishAsync(Topics.Reported(device.Id), Reported(device, version: null), FleetJson.Strict.Reported);
        await Testing.Eventually.Is(async () => await NextAsync() == FirstStep.Rollout);
        Assert.Contains("Roll shelf@1 out", await PageAsync("/start"), StringComparison.Ordinal);

        await device.PublishAsync(Topics.Reported(device.Id), Reported(device, version), FleetJson.Strict.Reported);
        await Testing.Eventually.Is(async () => await NextAsync() == FirstStep.Boxes);
        await device.PublishAsync(Topics.Telemetry(device.Id), Found(device, version), FleetJson.Strict.Telemetry);
        await Testing.Eventually.Is(async () => await NextAsync() is null);
        Assert.Contains("shelf@1 found objects on edge-1/door.", await PageAsync("/start"), StringComparison.Ordinal);
    }

    private static Reported Reported(TestDevice device, VersionId? version) => device.Report(generation: 1) with
    {
        Cameras = [new ReportedCamera(CameraId.Parse("door"), CameraState.Running, version, null, null)],
    };

    private static Telemetry Found(TestDevice device, VersionId version)
    {
        var none = new Histogram([], [0], 0);
        return new Telemetry(
            device.Id, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch,
            [new CameraCounters(CameraId.Parse("door"), version, 5, new Dictionary<string, long>(), 5, 5, 0, Detections: 7, DateTimeOffset.UnixEpoch, none, none)], 0, 0, 0);
    }

    private async Task<FirstStep?> NextAsync() => FirstRun
        .Of(await FirstRunFacts.ReadAsync(plane.Admin, TestContext.Current.CancellationToken)).FirstOrDefault(s => s.State == StepState.Now)?.Step;

    /// <summary>A page as the server first sends it, in plain letters.</summary>
    private async Task<string> PageAsync(string path)
    {
        using var http = plane.Server.Client();
        http.DefaultRequestHeaders.Add("Cookie", $"fleet_session={Uri.EscapeDataString(plane.Server.Admin.Token)}");
        return System.Net.WebUtility.HtmlDecode(await http.GetStringAsync(path, TestContext.Current.CancellationToken));
    }
}
