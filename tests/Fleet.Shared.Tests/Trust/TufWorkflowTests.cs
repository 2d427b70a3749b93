using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class TufWorkflowTests : IDisposable
{
    private readonly ReleaseWorld _world = new();

    [Fact]
    public async Task Asks_for_unversioned_names_where_snapshots_are_not_consistent()
    {
        var root = _world.NextRoot(2);
        root["consistent_snapshot"] = false;
        _world.Served["2.root.json"] = TufWriter.Sign(root, _world.RootKeys);
        _world.Served["snapshot.json"] = _world.Repository.Read("1.snapshot.json");
        _world.Served["targets.json"] = _world.Repository.Read("1.targets.json");

        await _world.RefreshAsync();

        Assert.Equal(["2.root.json", "3.root.json", "timestamp.json", "snapshot.json", "targets.json"], _world.Fetched);
    }

    [Fact]
    public async Task Takes_256_roots_at_a_time()
    {
        for (var version = 2; version <= 260; version++)
        {
            _world.Served[$"{version}.root.json"] = TufWriter.Sign(_world.NextRoot(version), _world.RootKeys.Take(2));
        }

        await _world.RefreshAsync();
        Assert.Equal(257, _world.ClientVersion("root"));
        await _world.RefreshAsync();
        Assert.Equal(260, _world.ClientVersion("root"));
    }

    [Fact]
    public async Task Keeps_the_newest_root_though_it_expired_and_takes_nothing_under_it()
    {
        var expired = _world.NextRoot(2);
        expired["expires"] = "2029-12-31T00:00:00Z";
        _world.Served["2.root.json"] = TufWriter.Sign(expired, _world.RootKeys);

        await _world.RefusesAsync(Problems.TrustExpired);

        Assert.Equal(2, _world.ClientVersion("root"));
        Assert.DoesNotContain("timestamp.json", _world.Fetched);
    }

    [Fact]
    public async Task Counts_a_valid_signature_beside_an_unreadable_one()
    {
        using var second = SigningKey.Create();
        var root = _world.NextRoot(2);
        root["roles"]!["timestamp"]!["keyids"]!.AsArray().Add((JsonNode)second.Public.KeyId);
        root["keys"]![second.Public.KeyId] = second.Public.ToJson();
        _world.Served["2.root.json"] = TufWriter.Sign(root, _world.RootKeys);
        var timestamp = JsonNode.Parse(_world.Repository.Read("timestamp.json")!)!;
        timestamp["signatures"]!.AsArray().Add((JsonNode)new JsonObject { ["keyid"] = second.Public.KeyId, ["sig"] = "" });
        _world.Served["timestamp.json"] = Encoding.UTF8.GetBytes(timestamp.ToJsonString());

        await _world.RefreshAsync();

        Assert.Equal(2, _world.ClientVersion("root"));
    }

    [Fact]
    public async Task Counts_a_key_id_that_a_role_names_nine_times_once()
    {
        var root = _world.NextRoot(2);
        root["roles"]!["snapshot"]!["threshold"] = 2;
        Enumerable.Range(0, 8).ToList().ForEach(_ => root["roles"]!["snapshot"]!["keyids"]!.AsArray().Add((JsonNode)_world.Snapshot.Public.KeyId));
        _world.Served["2.root.json"] = TufWriter.Sign(root, _world.RootKeys);

        await _world.RefusesAsync(Problems.TrustSignature);
        Assert.False(_world.ClientHas("snapshot"));
    }

    [Fact]
    public async Task Counts_no_key_whose_id_is_not_its_hash()
    {
        var (root, id) = (_world.NextRoot(2), new string('a', 64));
        root["keys"]![id] = _world.Timestamp.Public.ToJson();
        root["roles"]!["timestamp"]!["keyids"] = new JsonArray(id);
        _world.Served["2.root.json"] = TufWriter.Sign(root, _world.RootKeys);
        var timestamp = JsonNode.Parse(_world.Repository.Read("timestamp.json")!)!;
        timestamp["signatures"]![0]!["keyid"] = id;
        _world.Served["timestamp.json"] = Encoding.UTF8.GetBytes(timestamp.ToJsonString());

        await _world.RefusesAsync(Problems.TrustSignature);
    }

    [Theory]
    [InlineData(2048, true, true)]
    [InlineData(2048, false, false)]
    [InlineData(1024, true, false)]
    public async Task Follows_a_root_signed_with_RSA_PSS_of_enough_bits(int bits, bool isPss, bool isTrusted)
    {
        using var rsa = RSA.Create(bits);
        var key = new JsonObject { ["keytype"] = "rsa", ["scheme"] = "rsassa-pss-sha256", ["keyval"] = new JsonObject { ["public"] = rsa.ExportSubjectPublicKeyInfoPem() } };
        var (root, id) = (_world.NextRoot(2), Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(key))));
        root["keys"]![id] = key;
        root["roles"]!["root"]!["keyids"]!.AsArray().Add((JsonNode)id);
        root["roles"]!["root"]!["threshold"] = 3;
        var signature = rsa.SignData(CanonicalJson.Of(root), HashAlgorithmName.SHA256, isPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        var file = JsonNode.Parse(TufWriter.Sign(root, _world.RootKeys.Take(2)))!;
        file["signatures"]!.AsArray().Add((JsonNode)new JsonObject { ["keyid"] = id, ["sig"] = Convert.ToHexStringLower(signature) });
        _world.Served["2.root.json"] = Encoding.UTF8.GetBytes(file.ToJsonString());

        if (isTrusted)
        {
            await _world.RefreshAsync();
        }
        else
        {
            await _world.RefusesAsync(Problems.TrustSignature);
        }

        Assert.Equal(isTrusted ? 2 : 1, _world.ClientVersion("root"));
    }

    [Fact]
    public async Task A_replaced_snapshot_key_lets_targets_start_anew_and_roles_go()
    {
        var (high, lost) = (_world.SignedPart("1.targets.json"), new JsonObject { ["version"] = 7 });
        high["version"] = 100;
        ServeNamed(2, TufWriter.Sign(high, _world.Publisher), lost);
        await _world.RefreshAsync();
        Assert.Equal(100, _world.ClientVersion("targets"));
        ServeNamed(3, _world.Repository.CurrentTargets(), lost: null);
        await _world.RefusesAsync(Problems.TrustRollback);

        _world.Snapshot = SigningKey.Create();
        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(2), _world.RootKeys);
        ServeNamed(3, _world.Repository.CurrentTargets(), lost: null);
        await _world.RefreshAsync();

        Assert.Equal(1, _world.ClientVersion("targets"));
    }

    public void Dispose() => _world.Dispose();

    private void ServeNamed(long version, byte[] targets, JsonObject? lost)
    {
        var document = TufDocument.Parse(TufRoles.Targets, targets);
        var signed = TufWriter.Snapshot(version, _world.Time.GetUtcNow().AddDays(7), document);
        if (lost is not null)
        {
            signed["meta"]!["delegated.json"] = lost;
        }

        var snapshot = TufWriter.Sign(signed, _world.Snapshot);
        _world.Served[$"{document.Version}.targets.json"] = targets;
        _world.Served[$"{version}.snapshot.json"] = snapshot;
        _world.ServeTimestamp(version, TufDocument.Parse(TufRoles.Snapshot, snapshot));
    }
}
