using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Agent.Tests.Whole;

/// <summary>Engines are prepared by the real child program.</summary>
public sealed class RaceTests
{
    private static readonly DevicePolicy Quick = new() { WatchFrames = 5, WatchSeconds = 20, PreviewSeconds = 0, SamplesPerHour = 0, WatchSlowdown = 50 };

    [Fact]
    public async Task Of_several_variants_one_that_reproduces_the_clip_serves_and_the_table_goes_home()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        // the first sees half as bright: it misses every square of the clip
        var version = plane.Release(1, VariantNames.Auto, [("int8", TinyModel.Make(0.4f)), ("fp32", TinyModel.Make(1)), ("fp32-2:4", TinyModel.Make(0.99f))], AgentTests.Golden(squares: 3));
        plane.Direct(1, [agent.Camera(version)], [version], Quick);
        await agent.StartAsync();

        await Eventually.Is(() => plane.Reported is { Updates: [{ State: UpdateState.Committed }] });

        var race = Assert.Single(plane.Reported!.Races!);
        Assert.Equal(["int8", "fp32", "fp32-2:4"], race.Rows.Select(r => r.Variant));
        Assert.Contains("square 1.00 at (0, 0, 8x8) was expected", race.Rows[0].Golden, StringComparison.Ordinal);
        Assert.Null(race.Rows[0].P50Ms);
        Assert.All(race.Rows.Skip(1), r => Assert.True(r is { Provider: "CPU", Golden: "reproduced", P50Ms: > 0 } && r.P95Ms >= r.P50Ms));
        Assert.Equal("4 frames of this device's camera", race.Frames);
        var chosen = Assert.Single(race.Rows, r => r.Chosen);
        Assert.StartsWith("2:4 ", race.Remark, StringComparison.Ordinal);
        var engine = Assert.Single(plane.Reported.Engines!);
        Assert.Equal((chosen.Variant, "fp32", "CPU", true), (engine.Variant, engine.Precision, engine.Provider, engine.FromCache));
        Assert.Contains(engine.Ladder, r => r.StartsWith("TensorRT: it is not part of this build", StringComparison.Ordinal));
        Assert.Equal(version.Files.First(f => f.Path == Targets.Variant(version.Id, chosen.Variant)).Digest, plane.Reported.Cameras[0].Digest);

        // what won is remembered, also over a start
        await agent.StopAsync();
        await agent.StartAsync();
        await Eventually.Is(() => agent.Reported is { Engines: [{ FromCache: true }] now } && now[0].Variant == chosen.Variant);
        Assert.Equal(race.At, agent.Reported.Races!.Single().At);
    }

    [Fact]
    public async Task A_model_that_asks_for_more_memory_than_it_may_have_is_refused_by_name_and_the_version_before_serves_on()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var (v1, v2) = (plane.Release(1, TinyModel.Make(1)), plane.Release(2, TinyModel.Greedy(bytes: 256L << 30)));
        plane.Direct(1, [agent.Camera(v1)], [v1], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);

        plane.Direct(2, [agent.Camera(v2)], [v2], Quick with { PrepareMemoryBytes = 512L << 20 });
        await Eventually.Is(() => plane.Reported is { Generation: 2 });

        Assert.Equal((UpdateState.FailedNoChange, "engine.budget"), (agent.Update(2)!.State, agent.Update(2)!.Problem!.Code));
        Assert.Contains("512 MiB", agent.Update(2)!.Problem!.Detail, StringComparison.Ordinal);
        Assert.Equal(v1.Id, agent.Reported.Cameras.Single().Version);
        Assert.Equal(0, agent.Update(2)!.FramesLost);
    }

    [Fact]
    public async Task While_an_engine_is_built_its_progress_is_told_and_the_version_before_completes_frames()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        using var folder = new TempFolder();
        var (gate, slow) = (folder.At("gate"), folder.At("slow.sh"));
        await File.WriteAllTextAsync(
            slow,
            $$"""
            #!/bin/sh
            echo '{"stage":"building slowly","share":0.5}'
            while [ ! -e {{gate}} ]; do sleep 0.05; done
            exec {{agent.PrepareCommand}} "$@"
            """,
            TestContext.Current.CancellationToken);
        File.SetUnixFileMode(slow, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(gate, "");
        agent.PrepareCommand = slow;
        var (v1, v2) = (plane.Release(1, TinyModel.Make(1)), plane.Release(2, TinyModel.Make(0.9f)));
        plane.Direct(1, [agent.Camera(v1)], [v1], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);

        File.Delete(gate);
        plane.Direct(2, [agent.Camera(v2)], [v2], Quick);
        await Eventually.Is(() => plane.Reported?.Updates.Any(u => u is { Version.Number: 2, State: UpdateState.Preparing, Preparing: { Stage: "building slowly", Share: 0.5 } }) == true);
        long Completed() => agent.Counters.Single(c => c.Version == v1.Id).Completed;
        var before = Completed();
        await Eventually.Is(() => Completed() > before + 20);
        Assert.Equal(UpdateState.Preparing, agent.Update(2)!.State);

        File.WriteAllText(gate, "");
        await Eventually.Is(() => agent.Update(2) is { State: UpdateState.Committed, Preparing: null, FramesLost: 0 });
    }

    [Fact]
    public async Task No_time_left_is_a_refusal_by_name()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var version = plane.Release(1, TinyModel.Make(1));
        plane.Direct(1, [agent.Camera(version)], [version], Quick with { PrepareSeconds = 0.000001 });
        await agent.StartAsync();

        await Eventually.Is(() => plane.Reported is { Generation: 1, Updates: [{ Problem.Code: "engine.budget" }] });
    }
}
