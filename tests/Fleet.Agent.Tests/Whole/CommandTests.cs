using System.Diagnostics;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Agent.Tests.Whole;

public sealed class CommandTests
{
    private static readonly DevicePolicy Quiet = new() { WatchFrames = 5, WatchSeconds = 20, SamplesPerHour = 0, PreviewSeconds = 0, WatchSlowdown = 50 };

    [Fact]
    public async Task A_device_sends_what_it_is_asked_for_once_and_says_why_where_it_does_not()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var v1 = plane.Release(1, TinyModel.Make(1));
        var gate = new DesiredCamera(CameraId.Parse("gate"), "rtsp://admin:hidden@127.0.0.1:1/live?token=hidden", Version: null, Fps: null, Loop: true);
        var first = plane.Direct(1, [agent.Camera(v1), gate], [v1], Quiet);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed && agent.Reported.Cameras.Any(c => c.State == CameraState.Failed));

        var (snapshot, logs, late, nowhere) = (Of(CommandKind.Snapshot, A.Camera), Of(CommandKind.Logs), Of(CommandKind.Logs, minutes: -1), Of(CommandKind.Snapshot, CameraId.Parse("roof")));
        var second = plane.Command(first, snapshot, logs, late, nowhere);
        await Eventually.Is(() => plane.Reported?.Commands is { Count: 4 } all && all.All(c => c.State > CommandState.Running));

        var frame = Assert.IsType<FrameMessage>(plane.Brought[snapshot.Id.ToString()]);
        Assert.Equal((A.Camera, v1.Id, frame.Frame % 8), (frame.Camera, frame.Version!.Value, frame.Detections.Count));
        var log = Assert.IsType<string>(plane.Brought[logs.Id.ToString()]);
        Assert.Contains("Directive 1 is accepted", log, StringComparison.Ordinal);
        Assert.Contains("gate", log, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", log, StringComparison.Ordinal);
        Assert.Equal((CommandState.Refused, Problems.CommandExpired.Code), End(plane, late));
        Assert.Equal((CommandState.Refused, Problems.CameraUnknown.Code), End(plane, nowhere));

        // the same again, in another directive and after a start
        plane.Brought.Clear();
        plane.Command(second, snapshot, logs);
        await Eventually.Is(() => plane.Reported is { Generation: 3, Commands.Count: 2 });
        await agent.StopAsync();
        await agent.StartAsync();
        plane.Command(second with { Generation = 3 }, snapshot, logs);
        await Eventually.Is(() => plane.Reported is { Generation: 4 });
        Assert.Empty(plane.Brought);
    }

    [Fact]
    public async Task Frames_that_an_operator_asks_for_come_home_as_samples_and_exactly_as_many_also_after_a_restart_in_between()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 60);
        var v1 = plane.Release(1, TinyModel.Make(1));
        var first = plane.Direct(1, [agent.Camera(v1, fps: 50)], [v1], Quiet);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);

        var collect = Of(CommandKind.Collect, A.Camera, frames: 12, during: 0.03);
        var second = plane.Command(first, collect);
        await Eventually.Is(() => agent.Reported.Commands is [{ Frames: >= 3 }]);
        await agent.StopAsync();
        await agent.StartAsync();
        await Eventually.Is(() => plane.Reported?.Commands is [{ State: CommandState.Done, Frames: 12 }] && !plane.Samples.IsEmpty);

        // the folder begins again at its end: the same picture may have been asked for twice
        Assert.InRange(plane.Samples.Count, 6, 12);
        Assert.All(plane.Samples.Values, s => Assert.Equal((TriggerNames.Request, 1.0), (s.Trigger, s.Score)));

        // a byte budget that is used up ends it, said in words
        var poor = Of(CommandKind.Collect, A.Camera, frames: 3, during: 0.001);
        plane.Command(second with { Policy = Quiet with { Gather = new GatherPolicy { BytesPerHour = 1 } } }, poor);
        await Eventually.Is(() => plane.Reported?.Commands is [{ State: CommandState.Refused }]);
        Assert.Equal((CommandState.Refused, Problems.CommandBudget.Code), End(plane, poor));
        Assert.StartsWith("0 of 3 frames", plane.Reported!.Commands![0].Problem!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_for_another_device_and_one_out_of_an_older_directive_are_never_done()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var first = plane.Direct(1, [agent.Camera(version: null)], [], Quiet);
        plane.Command(first, Of(CommandKind.Snapshot, A.Camera));
        var older = plane.Envelope;
        plane.Command(first with { Generation = 5 });
        await agent.StartAsync();
        await Eventually.Is(() => plane.Reported is { Generation: 6 });

        plane.Envelope = older;
        await Eventually.Is(() => plane.Reported!.Problems.Any(p => p.Code == Problems.TrustRollback.Code));
        plane.Command(first with { Generation = 8, Device = DeviceId.Parse("edge-2") }, Of(CommandKind.Snapshot, A.Camera));
        await Eventually.Is(() => plane.Reported!.Problems.Any(p => p.Code == Problems.TrustAddressee.Code));
        plane.Command(first with { Generation = 9, ExpiresAt = TimeProvider.System.GetUtcNow().AddDays(-1) }, Of(CommandKind.Snapshot, A.Camera));
        await Eventually.Is(() => plane.Reported!.Problems.Any(p => p.Code == Problems.TrustExpired.Code));

        Assert.Empty(plane.Brought);
        Assert.Null(plane.Reported!.Commands);
    }

    [Fact]
    public async Task A_restart_begins_the_program_anew_in_the_same_process_and_only_once()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var first = plane.Direct(1, [agent.Camera(version: null)], [], Quiet);
        using var process = Process.Start(new ProcessStartInfo(
            Repository.Program("agent/Fleet.Agent", "fleet-agent"),
            ["run", "--data", agent.Paths.Data, "--Fleet:Agent:PullSeconds=0.3", "--Fleet:Agent:DiskMarginBytes=0", "--Logging:Console:LogLevel:Default=None"]))!;
        try
        {
            await Eventually.Is(() => plane.Reported is { Generation: 1 });
            plane.Command(first, Of(CommandKind.Restart));
            await Eventually.Is(() => plane.Reported?.Commands is [{ State: CommandState.Done }]);
            await Eventually.Is(() => plane.Reported!.Cameras is [{ State: CameraState.Running }]);

            Assert.False(process.HasExited);
            Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(agent.Paths.Logs, "agent.log"), TestContext.Current.CancellationToken)).Count(l => l.Contains("Application started", StringComparison.Ordinal)));
        }
        finally
        {
            process.Kill();
        }
    }

    private static DesiredCommand Of(CommandKind kind, CameraId? camera = null, double minutes = 10, int? frames = null, double? during = null) =>
        new(CommandId.New(TimeProvider.System), kind, TimeProvider.System.GetUtcNow().AddMinutes(minutes), camera, frames, during);

    private static (CommandState, string?) End(FakeControlPlane plane, DesiredCommand command)
    {
        var said = plane.Reported!.Commands!.Single(c => c.Id == command.Id);
        return (said.State, said.Problem?.Code);
    }
}
