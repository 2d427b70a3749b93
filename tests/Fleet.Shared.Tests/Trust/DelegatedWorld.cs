using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

/// <summary>A release world whose targets delegate to others; every role has a key of its own.</summary>
internal sealed class DelegatedWorld : IDisposable
{
    private readonly Dictionary<string, JsonObject> _signed = new() { [TufRoles.Targets] = Empty() };
    private readonly Dictionary<string, SigningKey> _keys = [];
    private long _version = 1;

    public DelegatedWorld() => _keys[TufRoles.Targets] = World.Publisher;

    public ReleaseWorld World { get; } = new();

    /// <summary>Roles whose files were asked for since <see cref="Publish"/>, in order.</summary>
    public IEnumerable<string> Asked => World.Fetched.Where(f => f.StartsWith($"{_version}.", StringComparison.Ordinal)).Select(f => f[($"{_version}.".Length)..^".json".Length])
        .Where(role => !TufRoles.All.Contains(role));

    /// <summary>The signed part of a role's next file.</summary>
    public JsonObject Of(string role) => _signed[role];

    public SigningKey KeyOf(string role) => _keys[role];

    /// <summary>Lets <paramref name="name"/> sign for <paramref name="paths"/>; the delegation, to be changed.</summary>
    public JsonObject Delegate(string by, string name, bool isTerminating = false, SigningKey? key = null, params string[] paths)
    {
        _signed.TryAdd(name, Empty());
        _keys.TryAdd(name, SigningKey.Create());
        var signer = (key ?? _keys[name]).Public;
        var delegations = (_signed[by]["delegations"] ??= new JsonObject { ["keys"] = new JsonObject(), ["roles"] = new JsonArray() })!;
        delegations["keys"]![signer.KeyId] = signer.ToJson();
        var role = new JsonObject
        {
            ["name"] = name,
            ["keyids"] = new JsonArray(signer.KeyId),
            ["threshold"] = 1,
            ["terminating"] = isTerminating,
            ["paths"] = new JsonArray([.. (paths.Length == 0 ? ["*"] : paths).Select(p => (JsonNode)p)]),
        };
        delegations["roles"]!.AsArray().Add((JsonNode)role);
        return role;
    }

    public void AddFile(string role, string path, string content) => _signed[role]["targets"]![path] = new JsonObject
    {
        ["length"] = Encoding.UTF8.GetByteCount(content),
        ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))) },
    };

    /// <summary>Serves the next version of every role, snapshot and timestamp.</summary>
    /// <param name="unnamed">A role that the snapshot leaves out.</param>
    public void Publish(string? unnamed = null)
    {
        _version++;
        var meta = new JsonObject();
        foreach (var (role, signed) in _signed)
        {
            signed["version"] = _version;
            var bytes = TufWriter.Sign(signed.DeepClone().AsObject(), _keys[role]);
            World.Served[$"{_version}.{role}.json"] = bytes;
            if (role != unnamed)
            {
                meta[$"{role}.json"] = new JsonObject { ["version"] = _version };
            }
        }

        ServeSnapshot(meta);
        World.Fetched.Clear();
    }

    public async Task<FoundTarget?> FindAsync(string path)
    {
        var client = World.Client();
        await client.RefreshAsync(TestContext.Current.CancellationToken);
        return await client.FindAsync(path, TestContext.Current.CancellationToken);
    }

    public async Task RefusesAsync(ProblemKind kind, string path = "a.txt")
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(() => FindAsync(path));
        Assert.True(kind == problem.Kind, $"wanted {kind.Code}, got {problem.Kind.Code}: {problem.Message}");
    }

    public string Served(string role) => $"{_version}.{role}.json";

    public void Dispose() => World.Dispose();

    private void ServeSnapshot(JsonObject meta)
    {
        var any = TufDocument.Parse(TufRoles.Targets, World.Served[$"{_version}.targets.json"]!);
        var signed = TufWriter.Snapshot(_version, World.Time.GetUtcNow().AddDays(7), any);
        signed["meta"] = meta;
        var snapshot = TufWriter.Sign(signed, World.Snapshot);
        World.Served[$"{_version}.snapshot.json"] = snapshot;
        World.ServeTimestamp(_version, TufDocument.Parse(TufRoles.Snapshot, snapshot));
    }

    private static JsonObject Empty() => TufWriter.Targets(1, ReleaseWorld.Start.AddDays(90), []);
}
