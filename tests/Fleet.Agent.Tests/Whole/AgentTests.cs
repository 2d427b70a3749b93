using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Vision;
using Microsoft.AspNetCore.Http;

namespace Fleet.Agent.Tests.Whole;

public sealed class AgentTests
{
    private static readonly DevicePolicy Quick = new() { WatchFrames = 10, WatchSeconds = 20, PreviewSeconds = 0.2, RandomShare = 0.5, SamplesPerHour = 100_000, Gather = new GatherPolicy { PoolSeconds = 0.1 }, WatchSlowdown = 50 };

    [Fact]
    public async Task A_version_is_fetched_proved_committed_and_sends_samples_and_live_pictures_home()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var version = plane.Release(1, TinyModel.Make(1), Golden(squares: 3));
        plane.Direct(1, [agent.Camera(version)], [version], Quick);
        await agent.StartAsync();

        await Eventually.Is(() => plane.Reported is { Generation: 1, Updates: [{ State: UpdateState.Committed }] });
        await Eventually.Is(() => !plane.Samples.IsEmpty && plane.Previews.ContainsKey(A.Camera));

        var update = plane.Reported!.Updates.Single();
        Assert.Equal(version.Files.Sum(f => f.SizeBytes), update.BytesFetched);
        Assert.True(update is { FramesLost: 0, FramesCompleted: >= 10, PromoteToFirstFrameMs: > 0, Problem: null });
        Assert.Equal(version.Files[1].Digest, plane.Reported.Cameras.Single().Digest);
        Assert.All(plane.Samples.Values, s => Assert.Equal(s.Frame % 8, s.Detections.Count(d => d.Score > 0.5)));
    }

    [Fact]
    public async Task A_second_version_takes_over_without_losing_a_frame_and_survives_a_start_without_server()
    {
        var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var (v1, v2) = (plane.Release(1, TinyModel.Make(1)), plane.Release(2, TinyModel.Make(0.9f)));
        plane.Direct(1, [agent.Camera(v1)], [v1], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);

        plane.Direct(2, [agent.Camera(v2)], [v2], Quick);
        await Eventually.Is(() => agent.Update(2)?.State == UpdateState.Committed);
        Assert.Equal(0, agent.Update(2)!.FramesLost);
        Assert.All(agent.Counters, c => Assert.Equal((c.Received, c.Inferred), (c.Skipped.Values.Sum() + c.Inferred, c.Completed + c.Failed)));
        Assert.True(Directory.EnumerateFiles(agent.Paths.Blobs).Count() == 4, "the version before stays on the device");

        await agent.StopAsync();
        await plane.DisposeAsync();
        await agent.StartAsync();
        await Eventually.Is(() => agent.Counters.Any(c => c.Version == v2.Id && c.Completed > 0));
    }

    [Fact]
    public async Task A_version_that_is_called_back_on_its_way_ends_without_a_verdict()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var (v1, v2, goOn) = (plane.Release(1, TinyModel.Make(1)), plane.Release(2, TinyModel.Make(0.9f)), new TaskCompletionSource());
        plane.Direct(1, [agent.Camera(v1)], [v1], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);
        plane.Download = async (_, content, http) =>
        {
            await goOn.Task.WaitAsync(http.RequestAborted);
            await Results.Bytes(content, enableRangeProcessing: true).ExecuteAsync(http);
        };

        plane.Direct(2, [agent.Camera(v2)], [v2], Quick);
        await Eventually.Is(() => agent.Update(2)?.State == UpdateState.Fetching);
        plane.Direct(3, [agent.Camera(v1)], [v1], Quick);
        await Eventually.Is(() => agent.Reported.SeenGeneration == 3);
        goOn.SetResult();

        await Eventually.Is(() => agent.Reported.Generation == 3 && agent.Update(2) is null);
        Assert.Equal(v1.Id, agent.Reported.Cameras.Single().Version);
    }

    [Fact]
    public async Task One_camera_of_a_box_takes_a_version_while_another_keeps_its_own()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var (v1, v2) = (plane.Release(1, TinyModel.Make(1)), plane.Release(2, TinyModel.Make(0.9f)));
        DesiredCamera Gate(DesiredVersion version) => agent.Camera(version) with { Id = CameraId.Parse("gate") };
        plane.Direct(1, [agent.Camera(v1), Gate(v1)], [v1], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => plane.Reported is { Generation: 1 });

        plane.Direct(2, [agent.Camera(v1), Gate(v2)], [v1, v2], Quick);
        await Eventually.Is(() => plane.Reported is { Generation: 2 });

        Assert.Equal((UpdateState.Committed, null), (agent.Update(2)!.State, agent.Update(2)!.Problem));
        Assert.Equal([v1.Id, v2.Id], agent.Reported.Cameras.Select(c => c.Version!.Value).Order(Comparer<VersionId>.Create((a, b) => a.Number.CompareTo(b.Number))));
    }

    [Fact]
    public async Task A_version_that_does_not_reproduce_its_golden_clip_changes_nothing_and_is_tried_again_when_named_anew()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var (v1, v2) = (plane.Release(1, TinyModel.Make(1)), plane.Release(2, TinyModel.Make(0.95f), Golden(squares: 3, expected: 2)));
        plane.Direct(1, [agent.Camera(v1)], [v1], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);

        plane.Direct(2, [agent.Camera(v2)], [v2], Quick);
        await Eventually.Is(() => plane.Reported is { Generation: 2 });

        var update = agent.Update(2)!;
        Assert.Equal((UpdateState.FailedNoChange, "engine.golden"), (update.State, update.Problem!.Code));
        Assert.Equal(v1.Id, agent.Reported.Cameras.Single().Version);

        plane.Direct(3, [agent.Camera(v2)], [v2], Quick);
        await Eventually.Is(() => plane.Reported is { Generation: 3 });
        Assert.Equal(UpdateState.FailedNoChange, agent.Update(2)!.State);
    }

    [Fact]
    public async Task The_only_version_keeps_its_slot_when_it_cannot_be_started_and_serves_again_once_it_can()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var version = plane.Release(1, TinyModel.Make(1));
        plane.Direct(1, [agent.Camera(version)], [version], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);
        await agent.StopAsync();

        var prepare = agent.PrepareCommand;
        agent.PrepareCommand = "/bin/false";
        Directory.Delete(agent.Paths.Engines, recursive: true);
        Directory.CreateDirectory(agent.Paths.Engines);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Reported.Problems.Any(p => p.Detail.Contains("cannot be started again", StringComparison.Ordinal)));
        await agent.StopAsync();

        agent.PrepareCommand = prepare;
        await agent.StartAsync();
        await Eventually.Is(() => agent.Reported is { Cameras: [{ Version.Number: 1 }], Problems: [] });
    }

    [Fact]
    public async Task Zones_are_watched_without_opening_the_camera_anew_and_go_with_it()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var version = plane.Release(1, TinyModel.Make(1));
        plane.Direct(1, [agent.Camera(version)], [version], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);
        Assert.Empty(agent.Zones);
        var unit = agent.Unit;

        var all = new Zone("all", [new(0, 0), new(1, 0), new(1, 1), new(0, 1)]);
        plane.Direct(2, [agent.Camera(version) with { Zones = [all], Motion = MotionGating.Off }], [version], Quick);
        await Eventually.Is(() => agent.Zones is [{ Zone: "all", Entered: > 0, DwellSeconds: > 0 }]);
        Assert.Same(unit, agent.Unit);

        plane.Direct(3, [], [], Quick);
        await Eventually.Is(() => agent.Zones.Count == 0);
    }

    [Fact]
    public async Task A_version_without_enough_frames_is_rolled_back()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var (v1, v2) = (plane.Release(1, TinyModel.Make(1)), plane.Release(2, TinyModel.Make(0.9f)));
        plane.Direct(1, [agent.Camera(v1)], [v1], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);

        plane.Direct(2, [agent.Camera(v2)], [v2], Quick with { WatchFrames = 1_000_000, WatchSeconds = 1 });
        await Eventually.Is(() => plane.Reported is { Generation: 2 });

        Assert.Equal((UpdateState.RolledBack, "engine.worse"), (agent.Update(2)!.State, agent.Update(2)!.Problem!.Code));
        await Eventually.Is(() => agent.Reported.Cameras.Single().Version == v1.Id);
    }

    [Theory]
    [InlineData("other-device", "trust.addressee")]
    [InlineData("tampered", "trust.signature")]
    [InlineData("older", "trust.rollback")]
    public async Task A_directive_that_is_not_to_be_believed_changes_nothing_and_is_reported(string kind, string code)
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        plane.Direct(5, [agent.Camera(version: null)], [], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => plane.Reported is { Generation: 5 });

        plane.Direct(kind == "older" ? 4 : 6, [], [], Quick, kind == "other-device" ? "edge-2" : "edge-1");
        if (kind == "tampered")
        {
            plane.Envelope = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(plane.Envelope!).Replace("\"sig\":\"", "\"sig\":\"AAAA", StringComparison.Ordinal));
        }

        await Eventually.Is(() => plane.Reported?.Problems.Any(p => p.Code == code) == true);
        Assert.Equal(5, agent.Reported.SeenGeneration);
        Assert.Single(agent.Reported.Cameras);
    }

    [Fact]
    public async Task A_file_that_was_never_released_is_not_trusted()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var released = plane.Release(1, TinyModel.Make(1));
        var other = TinyModel.Make(0.5f);
        plane.Blobs[Digest.Of(other)] = other;
        var forged = released with { Files = [released.Files[0], new TargetFile(released.Files[1].Path, Digest.Of(other), other.Length)] };
        plane.Direct(1, [agent.Camera(forged)], [forged], Quick);
        await agent.StartAsync();

        await Eventually.Is(() => plane.Reported is { Updates: [{ State: UpdateState.RejectedUntrusted, Problem.Code: "trust.mismatch" }] });
    }

    internal static byte[] Golden(int squares, int? expected = null)
    {
        var boxes = Enumerable.Range(0, expected ?? squares).Select(i => new Detection("square", 1, new Box(i % 4 * 16, i / 4 * 16, 8, 8)));
        using var zip = new MemoryStream();
        new GoldenClip([new GoldenFrame("000.png", TestAgent.Squares(squares), [.. boxes])]).Write(zip);
        return zip.ToArray();
    }
}
