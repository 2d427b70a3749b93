using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Shared.Tests.Trust;

/// <summary>A repository, its keys, and a client whose fetches can be tampered with.</summary>
internal sealed class ReleaseWorld : IDisposable
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public ReleaseWorld()
    {
        Repository = TufRepository.Create(_folder.At("server"), _folder.At("offline"), Time);
        RootKeys = [.. Enumerable.Range(1, 3).Select(i => SigningKey.Load(_folder.At("offline", $"root-{i}.pem")))];
        Publisher = SigningKey.Load(_folder.At("offline", "publisher.pem"));
        Snapshot = SigningKey.Load(_folder.At("server", "keys", "snapshot.pem"));
        Timestamp = SigningKey.Load(_folder.At("server", "keys", "timestamp.pem"));
        TufClient.Trust(ClientFolder, Repository.CurrentRoot());
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public TufRepository Repository { get; private set; }

    public IReadOnlyList<SigningKey> RootKeys { get; }

    public SigningKey Publisher { get; }

    public SigningKey Snapshot { get; set; }

    public SigningKey Timestamp { get; set; }

    public string ClientFolder => _folder.At("client");

    public string MetadataFolder => _folder.At("server", "metadata");

    /// <summary>Files served instead of the repository's own; null for one that is not served.</summary>
    public Dictionary<string, byte[]?> Served { get; } = [];

    public List<string> Fetched { get; } = [];

    /// <summary>A new client over the same folder: the device restarted.</summary>
    public TufClient Client() => new(ClientFolder, FetchAsync, Time);

    public Task<TrustedTargets> RefreshAsync() => Client().RefreshAsync(TestContext.Current.CancellationToken);

    public async Task<ProblemException> RefusesAsync(ProblemKind kind)
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(RefreshAsync);
        Assert.True(kind == problem.Kind, $"wanted {kind.Code}, got {problem.Kind.Code}: {problem.Message}");
        return problem;
    }

    public static TargetFile FileOf(string version, string content) =>
        new(Targets.Card(VersionId.Parse(version)), Digest.Of(Encoding.UTF8.GetBytes(content)), content.Length);

    public TrustedTargets Release(string version, params TargetFile[] files) =>
        Repository.AcceptTargets(Fleet.Trust.Publisher.Add(Repository.CurrentRoot(), Repository.CurrentTargets(), VersionId.Parse(version), files, Publisher, Time));

    /// <summary>The signed part of a served file, to be changed and signed again.</summary>
    public JsonObject SignedPart(string fileName) =>
        JsonNode.Parse(Served.GetValueOrDefault(fileName) ?? Repository.Read(fileName)!)!["signed"]!.DeepClone().AsObject();

    public byte[] ReadClient(string role) => File.ReadAllBytes(Path.Combine(ClientFolder, $"{role}.json"));

    public bool ClientHas(string role) => File.Exists(Path.Combine(ClientFolder, $"{role}.json"));

    public long ClientVersion(string role) => (long)JsonNode.Parse(ReadClient(role))!["signed"]!["version"]!;

    /// <summary>Serves a snapshot of <paramref name="targets"/> and a timestamp of it, both signed by the world's online keys.</summary>
    public void ServeChain(long timestampVersion, long snapshotVersion, byte[] targets)
    {
        var document = TufDocument.Parse(TufRoles.Targets, targets);
        var snapshot = TufWriter.Sign(TufWriter.Snapshot(snapshotVersion, Time.GetUtcNow().AddDays(7), document), Snapshot);
        Served[$"{document.Version}.targets.json"] = targets;
        Served[$"{snapshotVersion}.snapshot.json"] = snapshot;
        ServeTimestamp(timestampVersion, TufDocument.Parse(TufRoles.Snapshot, snapshot));
    }

    public void ServeTimestamp(long version, TufDocument snapshot) =>
        Served["timestamp.json"] = TufWriter.Sign(TufWriter.Timestamp(version, Time.GetUtcNow().AddDays(1), snapshot), Timestamp);

    public JsonObject NextRoot(long version, IReadOnlyList<SigningKey>? rootKeys = null, SigningKey? director = null) => TufWriter.Root(
        version,
        Time.GetUtcNow().AddDays(365),
        new Dictionary<string, RoleKeys>
        {
            [TufRoles.Root] = new(2, [.. (rootKeys ?? RootKeys).Select(k => k.Public)]),
            [TufRoles.Targets] = new(1, [Publisher.Public]),
            [TufRoles.Snapshot] = new(1, [Snapshot.Public]),
            [TufRoles.Timestamp] = new(1, [Timestamp.Public]),
        },
        (director ?? Repository.Director).Public);

    public void RestartRepository()
    {
        Repository.Dispose();
        Repository = TufRepository.Load(_folder.At("server"), Time);
    }

    public void Dispose()
    {
        Repository.Dispose();
        _folder.Dispose();
    }

    private Task<byte[]?> FetchAsync(string fileName, long maxBytes, CancellationToken cancellationToken)
    {
        Fetched.Add(fileName);
        var bytes = Served.TryGetValue(fileName, out var served) ? served : Repository.Read(fileName);
        return Task.FromResult(bytes?.Length > maxBytes + 1 ? bytes[..(int)(maxBytes + 1)] : bytes);
    }
}
