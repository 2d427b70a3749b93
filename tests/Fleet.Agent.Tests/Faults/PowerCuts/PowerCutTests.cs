using System.Diagnostics;
using System.Globalization;
using Fleet.Agent.State;
using Fleet.Agent.Tests.Whole;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Agent.Tests.Faults.PowerCuts;

/// <summary>
/// The real program's writes and flushes are recorded while it updates and keeps samples; power is then cut at every transition of its table and in between,
/// each cut leaving any part of what was not flushed. FLEET_POWER_CUTS says how many; <c>./fleet faults --power-cuts 5000</c> is the long form.
/// </summary>
public sealed class PowerCutTests
{
    private const string Usual = "120";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly DevicePolicy Quick = new()
    {
        WatchFrames = 5, WatchSeconds = 60, WatchSlowdown = 1000, PreviewSeconds = 0, RandomShare = 1, SamplesPerHour = 1_000_000, Gather = new GatherPolicy { PoolSeconds = 0.1 },
    };

    private static readonly DevicePolicy NeverContent = Quick with { WatchFrames = 1_000_000, WatchSeconds = 1 };

    private static readonly HashSet<UpdateState> Transitions =
    [
        UpdateState.Reserving, UpdateState.Fetching, UpdateState.Verifying, UpdateState.Preparing, UpdateState.Proving,
        UpdateState.Activating, UpdateState.Watching, UpdateState.Committed, UpdateState.RolledBack,
    ];

    [Fact]
    public async Task Power_cut_at_every_transition_and_in_between_leaves_one_valid_version_every_sample_and_no_older_counter()
    {
        var wanted = int.Parse(Environment.GetEnvironmentVariable("FLEET_POWER_CUTS") is { Length: > 0 } set ? set : Usual, CultureInfo.InvariantCulture);
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 40);
        using var folder = new TempFolder();
        using var images = TempFolder.InMemory();
        agent.Paths.Make();
        var disk = new CrashDisk(agent.Paths.Data);
        await RecordAsync(plane, agent, folder.At("trace"));
        var ops = Trace.Read(folder.At("trace"), agent.Paths.Data);

        var promises = new Promises(agent.Paths);
        var trial = new Trial(ops, disk, promises, new Survivor(AgentPaths.Of(images.At("cut")), promises), new Random(wanted));
        var (cuts, states) = trial.Run(agent.Paths, wanted);

        Assert.True(cuts >= wanted / 2, $"{cuts} cuts");
        Assert.Superset(Transitions, states);
        var sent = promises.EverKept.Except(promises.Samples).ToList();
        Assert.True(sent.Count > 0 && promises.EverKept.Count > 10, "samples were kept, and some sent");
        Assert.All(sent, s => Assert.True(plane.Samples.ContainsKey(Digest.FromHex(s)), $"{s} left the device and nobody has it"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{ops.Count} writes and flushes, {cuts} power cuts, {promises.EverKept.Count} samples.");
    }

    private static async Task RecordAsync(FakeControlPlane plane, TestAgent agent, string trace)
    {
        var (v1, v2) = (plane.Release(1, TinyModel.Make(1), AgentTests.Golden(squares: 3)), plane.Release(2, TinyModel.Make(0.95f), AgentTests.Golden(squares: 3)));
        plane.SampleStatus = 503;
        plane.Direct(1, [agent.Camera(v1, fps: 20)], [v1], Quick);
        using var strace = Trace.Start(
            trace, Repository.Program("agent/Fleet.Agent", "fleet-agent"),
            "run", "--data", agent.Paths.Data, "--Fleet:Agent:PullSeconds=0.2", "--Fleet:Agent:DiskMarginBytes=0", "--Logging:LogLevel:Default=None");
        try
        {
            await EndedAsync(plane, 1, UpdateState.Committed);
            plane.SampleStatus = 201;
            plane.Direct(2, [agent.Camera(v2, fps: 20)], [v2], Quick);
            await EndedAsync(plane, 2, UpdateState.Committed);
            plane.Direct(3, [agent.Camera(v1, fps: 20)], [v1], NeverContent);
            await EndedAsync(plane, 3, UpdateState.RolledBack);
            await Eventually.Is(() => !plane.Samples.IsEmpty, Patience);
        }
        finally
        {
            KillChildren(strace);
            await strace.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static Task EndedAsync(FakeControlPlane plane, long generation, UpdateState end) =>
        Eventually.Is(() => plane.Reported is { } reported && reported.Generation == generation && reported.Updates.Any(u => u.State == end), Patience, $"generation {generation} is {end}");

    /// <summary>strace writes the rest of what it saw when the program is gone.</summary>
    private static void KillChildren(Process strace)
    {
        foreach (var child in File.ReadAllText($"/proc/{strace.Id}/task/{strace.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            using var process = Process.GetProcessById(int.Parse(child, CultureInfo.InvariantCulture));
            process.Kill(entireProcessTree: true);
        }
    }
}
