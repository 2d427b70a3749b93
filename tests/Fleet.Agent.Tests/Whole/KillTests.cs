using System.Diagnostics;
using Fleet.Agent.Outbox;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.Whole;

/// <summary>The real program, killed without warning.</summary>
public sealed class KillTests
{
    private static readonly DevicePolicy Greedy = new() { WatchFrames = 5, RandomShare = 1, SamplesPerHour = 1_000_000, PreviewSeconds = 0, Gather = new GatherPolicy { PoolSeconds = 0.1 } };

    [Fact]
    public async Task A_kill_in_the_middle_of_writing_loses_no_sample_and_the_next_start_goes_on()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 120);
        plane.SampleStatus = 503;
        var version = plane.Release(1, TinyModel.Make(1));
        plane.Direct(1, [agent.Camera(version, fps: 10)], [version], Greedy);
        var whole = new HashSet<Digest>();
        for (var round = 1; round <= 3; round++)
        {
            using var process = Start(agent.Paths);
            try
            {
                await Eventually.Is(() => Directory.GetFiles(agent.Paths.Outbox, "*.json").Length >= whole.Count + 5, within: TimeSpan.FromMinutes(2));
            }
            finally
            {
                process.Kill();
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            using var outbox = new SampleOutbox(agent.Paths, NullLogger<SampleOutbox>.Instance);
            var now = Directory.GetFiles(agent.Paths.Outbox, "*.json").Select(f => Digest.FromHex(Path.GetFileNameWithoutExtension(f))).ToHashSet();
            Assert.Superset(whole, now);
            Assert.Equal(now.Count, outbox.Size.Count);
            Assert.All(now, d => Assert.Equal(d, Digest.Of(File.ReadAllBytes(Path.Combine(agent.Paths.Outbox, d.Hex + ".jpg")))));
            whole = now;
        }

        plane.SampleStatus = 201;
        using var last = Start(agent.Paths);
        try
        {
            await Eventually.Is(() => whole.All(plane.Samples.ContainsKey));
            await Eventually.Is(() => plane.Reported is { Updates: [{ State: UpdateState.Committed }] });
            await StopAsync(last);
        }
        finally
        {
            last.Kill();
        }
    }

    private static Process Start(AgentPaths paths) => Process.Start(new ProcessStartInfo(
        Repository.Program("agent/Fleet.Agent", "fleet-agent"),
        ["run", "--data", paths.Data, "--Fleet:Agent:PullSeconds=0.5", "--Fleet:Agent:DiskMarginBytes=0", "--Logging:LogLevel:Default=None"]))!;

    /// <summary>As systemd does it.</summary>
    private static async Task StopAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        var started = TimeProvider.System.GetTimestamp();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }
}
