using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Agent.Tests.Whole;

/// <summary>What whoever holds the server's keys, or a publisher's, can serve.</summary>
internal sealed partial class FakeControlPlane
{
    private const int FarAhead = 1000;

    /// <summary>Served instead of the repository's own files.</summary>
    public ConcurrentDictionary<string, byte[]> TrustFiles { get; } = new();

    public TufRepository Releases => _releases;

    public SigningKey PublisherKey => _publisher;

    /// <summary>The publisher lets devices install nothing older any more.</summary>
    public void RaiseFloor(VersionId oldest) =>
        _releases.AcceptTargets(Fleet.Trust.Publisher.RaiseFloor(_releases.CurrentRoot(), _releases.CurrentTargets(), oldest, _publisher, TimeProvider.System));

    /// <summary>Root keys change who may sign; <paramref name="publisher"/> signs what is released.</summary>
    public void ChangeKeys(KeyChange change, SigningKey publisher)
    {
        List<SigningKey> keys = [publisher, .. new[] { 1, 2 }.Select(i => SigningKey.Load(_folder.At("offline", $"root-{i}.pem")))];
        var signed = Ceremony.Begin(_releases.CurrentRoot(), _releases.CurrentTargets(), change, keys, TimeProvider.System);
        _releases.AcceptRoot(signed.Root, signed.Targets);
        keys[1].Dispose();
        keys[2].Dispose();
    }

    /// <summary>The server's own keys were stolen and are replaced.</summary>
    public void RotateOnlineKeys() => ChangeKeys(new KeyChange { Online = _releases.NextOnlineKeys() }, _publisher);

    /// <summary>The signed part of the released list, to be changed and signed again.</summary>
    public JsonObject ReleasedPart() => JsonNode.Parse(_releases.CurrentTargets())!["signed"]!.DeepClone().AsObject();

    /// <summary>Serves these lists under a snapshot and a timestamp that the server's own keys signed.</summary>
    /// <param name="targets">The list.</param>
    /// <param name="expiresAt">End of snapshot and timestamp.</param>
    /// <param name="delegated">Lists of roles that it delegates to, version 1 each.</param>
    public void ServeChain(byte[] targets, DateTimeOffset expiresAt, params IEnumerable<(string Role, byte[] File)> delegated)
    {
        using var snapshotKey = OnlineKey(TufRoles.Snapshot);
        using var timestampKey = OnlineKey(TufRoles.Timestamp);
        var list = TufDocument.Parse(TufRoles.Targets, targets);
        var signed = TufWriter.Snapshot(FarAhead, expiresAt, list);
        foreach (var (role, file) in delegated)
        {
            signed["meta"]![$"{role}.json"] = new JsonObject { ["version"] = 1 };
            TrustFiles[$"1.{role}.json"] = file;
        }

        var snapshot = TufWriter.Sign(signed, snapshotKey);
        TrustFiles[$"{list.Version}.targets.json"] = targets;
        TrustFiles[$"{FarAhead}.snapshot.json"] = snapshot;
        TrustFiles["timestamp.json"] = TufWriter.Sign(TufWriter.Timestamp(FarAhead, expiresAt, TufDocument.Parse(TufRoles.Snapshot, snapshot)), timestampKey);
    }

    private SigningKey OnlineKey(string role) => SigningKey.Load(_folder.At("trust", "keys", role + ".pem"));
}
