using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Tests.Faults.PowerCuts;

/// <summary>Replays a trace and cuts the power on the way.</summary>
internal sealed class Trial(IReadOnlyList<DiskOp> ops, CrashDisk disk, Promises promises, Survivor survivor, Random random)
{
    /// <summary>Before the state gets its name, after, when the folder is flushed, and when the next thing was done.</summary>
    private static readonly int[] AroundTransition = [-1, 0, 1, 2];
    private readonly HashSet<UpdateState> _states = [];

    /// <returns>How many cuts there were, and every state of an update that was stored.</returns>
    public (int Cuts, HashSet<UpdateState> States) Run(AgentPaths paths, int wanted)
    {
        var around = Enumerable.Range(0, ops.Count).Where(i => promises.IsTransition(ops[i])).SelectMany(i => AroundTransition.Select(a => i + a)).ToHashSet();
        var others = Enumerable.Range(0, ops.Count).Where(i => !around.Contains(i)).ToArray();
        random.Shuffle(others);
        var last = Math.Max(0, wanted - around.Count);
        var at = around.Concat(others.Take(last)).ToHashSet();
        var each = Math.Max(1, wanted / Math.Max(1, at.Count));
        var cuts = 0;
        for (var i = 0; i < ops.Count; i++)
        {
            disk.Do(ops[i]);
            promises.See(ops[i], disk);
            Note(paths, ops[i]);
            for (var turn = 0; at.Contains(i) && turn < each; turn++, cuts++)
            {
                Cut(paths, i, (Remains)random.Next((int)Remains.Nothing, (int)Remains.Anything + 1));
            }
        }

        return (cuts, _states);
    }

    private void Cut(AgentPaths paths, int at, Remains remains)
    {
        survivor.Lay(paths.Data, disk.Cut(remains, random));
        if (survivor.Fault() is { } fault)
        {
            Assert.Fail($"Power was cut after {ops[at]} ({at} of {ops.Count}), and {remains.ToString().ToLowerInvariant()} of what was not flushed stayed: {fault}");
        }
    }

    private void Note(AgentPaths paths, DiskOp op)
    {
        if (promises.IsTransition(op))
        {
            _states.UnionWith(System.Text.Json.JsonSerializer.Deserialize(Promises.Json(disk.Read(paths.State)!), StateJson.Default.AgentState)!.Updates.Select(u => u.State));
        }
    }
}
