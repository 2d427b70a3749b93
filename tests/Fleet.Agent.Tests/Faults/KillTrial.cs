using Fleet.Agent.State;
using Fleet.Agent.Tests.Whole;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Agent.Tests.Faults;

/// <summary>One device that is told to change its version over and over, is killed while it does, and is looked at after each start.</summary>
internal sealed class KillTrial(FakeControlPlane plane, TestAgent agent, AgentProcess process, DesiredVersion[] versions)
{
    private static readonly DevicePolicy Quick = new()
    {
        WatchFrames = 5, WatchSeconds = 60, WatchSlowdown = 1000, PreviewSeconds = 0, RandomShare = 1, SamplesPerHour = 1_000_000, Gather = new GatherPolicy { PoolSeconds = 0.1 },
    };

    private static readonly DevicePolicy NeverContent = Quick with { WatchFrames = 1_000_000, WatchSeconds = 1 };
    private readonly HashSet<string> _promised = [];
    private DesiredVersion _wanted = versions[0];
    private long _generation;

    /// <summary>Kills so far.</summary>
    public int Kills { get; private set; }

    /// <summary>Samples that the device holds.</summary>
    public int Samples => _promised.Count;

    /// <summary>The first version.</summary>
    public async Task BeginAsync()
    {
        Direct(Quick);
        process.Start();
        await EndedAsync(UpdateState.Committed);
    }

    /// <summary>Kills the agent right after it stored that the next update is at <paramref name="target"/>, starts it, and sees the update to its end.</summary>
    public async Task KillAtAsync(UpdateState target)
    {
        var end = target == UpdateState.RolledBack ? UpdateState.RolledBack : UpdateState.Committed;
        for (var attempt = 1; ; attempt++)
        {
            Direct(end == UpdateState.RolledBack ? NeverContent : Quick);
            var left = await process.KillWhenAsync(s => Update(s) is { } update && update.State >= target);
            var isHit = Hit(left, target);
            await GoOnAsync();
            await EndedAsync(end);
            if (isHit)
            {
                return;
            }

            Assert.True(attempt < 10, $"no kill came at {target}");
        }
    }

    /// <summary>Kills the agent so long after it was told of another version.</summary>
    public async Task KillAfterAsync(TimeSpan delay)
    {
        Direct(Quick);
        await Task.Delay(delay, TimeProvider.System, TestContext.Current.CancellationToken);
        await process.KillAsync();
        await GoOnAsync();

        // a few kills in a row before a version proved itself are held against it
        await process.StoredAsync(s => s.SlotsOf(A.Camera).Crashes == 0, "the start is forgiven");
    }

    /// <summary>Sees what is under way to its end, and one more update.</summary>
    public async Task EndAsync()
    {
        // what was wanted last may still be on its way: wanted once more, it would be no new update
        await process.StoredAsync(s => s.SlotsOf(A.Camera).GoodVersion?.Version == _wanted.Id, $"{_wanted.Id} is committed");
        Direct(Quick);
        await EndedAsync(UpdateState.Committed);
    }

    private void Direct(DevicePolicy policy)
    {
        _generation++;
        var good = StateFile.Read(agent.Paths.State, out _)?.SlotsOf(A.Camera).GoodVersion?.Version;
        _wanted = versions.First(v => v.Id != good);
        plane.Direct(_generation, [agent.Camera(_wanted, fps: 50)], [_wanted], policy);
    }

    private UpdateRecord? Update(AgentState state) => state.UpdateOf(A.Camera, _wanted.Id) is { } update && update.Generation == _generation ? update : null;

    /// <summary>A kill that came one step late left the state it was meant for beside the newest: with that one in its place, the disk is as a kill in time leaves it.</summary>
    private bool Hit(AgentState left, UpdateState target)
    {
        if (Update(left)?.State == target)
        {
            return true;
        }

        var before = StateFile.Predecessor(agent.Paths.State);
        if (StateFile.Read(before, out _) is not { } state || Update(state)?.State != target)
        {
            return false;
        }

        File.Move(before, agent.Paths.State, overwrite: true);
        return true;
    }

    /// <summary>What must hold after every kill.</summary>
    private async Task GoOnAsync()
    {
        Kills++;
        _ = process.Stored();
        await Eventually.Is(() => process.Workers().Count == 0, what: "whatever the agent started ends with it");
        Keep();
        process.Start();
        Assert.Contains(await process.ServingAsync(), versions.Select(v => v.Id));
    }

    private Task EndedAsync(UpdateState end) => process.StoredAsync(
        s => Update(s) is { } update && UpdateTable.HasEnded(update.State)
            ? update.State == end ? s.SlotsOf(A.Camera).GoodVersion is not null : throw new InvalidOperationException($"{update.Version} ended as {update.State} instead of {end}: {update.Problem?.Detail}")
            : false,
        $"{_wanted.Id} is {end}");

    /// <summary>A sample that was there once stays: nobody takes samples in.</summary>
    private void Keep()
    {
        var now = Directory.GetFiles(agent.Paths.Outbox, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet();
        Assert.Superset(_promised, now);
        foreach (var sample in now.Except(_promised))
        {
            Assert.Equal(sample, Digest.Of(File.ReadAllBytes(Path.Combine(agent.Paths.Outbox, sample + ".jpg"))).Hex);
        }

        _promised.UnionWith(now);
    }
}
