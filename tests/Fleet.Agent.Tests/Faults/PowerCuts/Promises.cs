using System.Text;
using System.Text.Json.Nodes;
using Fleet.Agent.State;

namespace Fleet.Agent.Tests.Faults.PowerCuts;

/// <summary>What an agent may count on, from what it flushed: kept up with as its trace is replayed.</summary>
internal sealed class Promises(AgentPaths paths)
{
    private readonly List<string> _states = [];
    private readonly Dictionary<string, long> _versions = [];
    private int _stored = -1;

    /// <summary>Samples that were flushed with their names and were not removed since.</summary>
    public HashSet<string> Samples { get; } = [];

    /// <summary>All samples that ever were.</summary>
    public HashSet<string> EverKept { get; } = [];

    /// <summary>States that may be found: the last that was flushed with its name, and those that were written after it.</summary>
    public IReadOnlyList<string> States => _stored < 0 ? [] : _states[_stored..];

    /// <summary>Versions of release metadata that were flushed with their names.</summary>
    public IReadOnlyDictionary<string, long> Versions => _versions;

    /// <summary>Whether <paramref name="op"/> stored a step of an update.</summary>
    public bool IsTransition(DiskOp op) => op is DiskOp.Rename { To: var to } && to == paths.State;

    /// <summary>Looks at what was done, after the disk did it.</summary>
    public void See(DiskOp op, CrashDisk disk)
    {
        switch (op)
        {
            case DiskOp.Rename when IsTransition(op):
                _states.Add(Json(disk.Read(paths.State)!));
                break;
            case DiskOp.Unlink when Path.GetDirectoryName(op.Path) == paths.Outbox && op.Path.EndsWith(".json", StringComparison.Ordinal):
                Samples.Remove(Path.GetFileNameWithoutExtension(op.Path));
                break;
            case DiskOp.Flush when op.Path == paths.Data:
                _stored = _states.Count - 1;
                break;
            case DiskOp.Flush when op.Path == paths.Outbox:
                Samples.UnionWith(disk.Files(paths.Outbox).Where(f => f.EndsWith(".json", StringComparison.Ordinal)).Select(f => Path.GetFileNameWithoutExtension(f)));
                EverKept.UnionWith(Samples);
                break;
            case DiskOp.Flush when op.Path == paths.Trust:
                foreach (var file in disk.Files(paths.Trust).Where(f => f.EndsWith(".json", StringComparison.Ordinal)))
                {
                    _versions[Path.GetFileName(file)] = Version(disk.Read(file)!);
                }

                break;
        }
    }

    public static long Version(byte[] metadata) => (long)JsonNode.Parse(metadata)!["signed"]!["version"]!;

    /// <summary>A state file without its checksum.</summary>
    public static string Json(byte[] state) => Encoding.UTF8.GetString(state.AsSpan(state.AsSpan().IndexOf((byte)'\n') + 1));
}
