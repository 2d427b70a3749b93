using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class TufRefusalTests : IDisposable
{
    private readonly ReleaseWorld _world = new();

    public static TheoryData<string, string> SignatureTampering => new()
    {
        { "unsigned", "trust.signature" },
        { "foreign key", "trust.signature" },
        { "own signature of a foreign key under the right id", "trust.signature" },
        { "truncated DER", "trust.signature" },
        { "oversized DER", "trust.signature" },
        { "empty signature", "trust.signature" },
        { "no hex", "trust.signature" },
        { "two signatures of one key", "trust.malformed" },
    };

    [Theory]
    [MemberData(nameof(SignatureTampering))]
    public async Task Refuses_a_timestamp_that_its_key_did_not_sign(string tampering, string code)
    {
        using var stranger = SigningKey.Create();
        var file = JsonNode.Parse(_world.Repository.Read("timestamp.json")!)!;
        var foreign = JsonNode.Parse(TufWriter.Sign(_world.SignedPart("timestamp.json"), stranger))!["signatures"]!.AsArray();
        var signatures = file["signatures"]!.AsArray();
        var hex = (string)signatures[0]!["sig"]!;
        switch (tampering)
        {
            case "unsigned": signatures.Clear(); break;
            case "foreign key": file["signatures"] = foreign.DeepClone(); break;
            case "own signature of a foreign key under the right id": signatures[0]!["sig"] = (string)foreign[0]!["sig"]!; break;
            case "truncated DER": signatures[0]!["sig"] = hex[..^8]; break;
            case "oversized DER": signatures[0]!["sig"] = hex + "00"; break;
            case "empty signature": signatures[0]!["sig"] = ""; break;
            case "no hex": signatures[0]!["sig"] = "zz"; break;
            default: signatures.Add(signatures[0]!.DeepClone()); break;
        }

        _world.Served["timestamp.json"] = Encoding.UTF8.GetBytes(file.ToJsonString());

        await _world.RefusesAsync(Problems.Find(code));
        Assert.False(_world.ClientHas("timestamp"));
    }

    [Fact]
    public async Task Refuses_a_root_signed_by_one_of_two()
    {
        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(2), _world.RootKeys[0]);

        var problem = await _world.RefusesAsync(Problems.TrustSignature);

        Assert.Contains("carries 1 valid signatures", problem.Message, StringComparison.Ordinal);
        Assert.Equal(1, _world.ClientVersion("root"));
    }

    [Fact]
    public async Task Counts_one_key_under_two_ids_once()
    {
        var again = _world.Timestamp.Public.ToJson();
        again["note"] = "the same key, and another id";
        var (root, alias) = (_world.NextRoot(2), Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(again))));
        var role = root["roles"]!["timestamp"]!;
        role["threshold"] = 2;
        role["keyids"]!.AsArray().Add((JsonNode)alias);
        root["keys"]![alias] = again;
        _world.Served["2.root.json"] = TufWriter.Sign(root, _world.RootKeys);
        var timestamp = JsonNode.Parse(_world.Repository.Read("timestamp.json")!)!;
        timestamp["signatures"]!.AsArray().Add((JsonNode)new JsonObject { ["keyid"] = alias, ["sig"] = (string)timestamp["signatures"]![0]!["sig"]! });
        _world.Served["timestamp.json"] = Encoding.UTF8.GetBytes(timestamp.ToJsonString());

        await _world.RefusesAsync(Problems.TrustSignature);
    }

    [Theory]
    [InlineData("scheme", "ed25519")]
    [InlineData("keytype", "rsa")]
    public async Task Takes_the_scheme_from_the_key_alone(string member, string value)
    {
        var (root, key) = (_world.NextRoot(2), _world.Timestamp.Public.ToJson());
        key[member] = value;
        var id = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(key)));
        root["keys"]![id] = key;
        root["roles"]!["timestamp"]!["keyids"] = new JsonArray(id);
        _world.Served["2.root.json"] = TufWriter.Sign(root, _world.RootKeys);
        var timestamp = JsonNode.Parse(_world.Repository.Read("timestamp.json")!)!;
        timestamp["signatures"]![0]!["keyid"] = id;
        _world.Served["timestamp.json"] = Encoding.UTF8.GetBytes(timestamp.ToJsonString());

        await _world.RefusesAsync(Problems.TrustSignature);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("""{"signatures":[],"signed":{"_type":"timestamp","version":1.5}}""")]
    [InlineData("""{"signatures":[],"signed":{"_type":"timestamp","_type":"timestamp"}}""")]
    [InlineData("""{"signatures":[],"signed":{"_type":"timestamp","x":"\ud800"}}""")]
    [InlineData("""{"signatures":[{"keyid":"\ud800","sig":""}],"signed":{"_type":"timestamp"}}""")]
    [InlineData("""{"signatures":[],"signed":{"_type":"snapshot","spec_version":"1.0","version":1,"expires":"2031-01-01T00:00:00Z"}}""")]
    [InlineData("""{"signatures":[],"signed":{"_type":"timestamp","spec_version":"2.0","version":1,"expires":"2031-01-01T00:00:00Z"}}""")]
    [InlineData("""{"signatures":[],"signed":{"_type":"timestamp","spec_version":"1.0","version":0,"expires":"2031-01-01T00:00:00Z"}}""")]
    [InlineData("""{"signatures":[],"signed":{"_type":"timestamp","spec_version":"1.0","version":1,"expires":"tomorrow"}}""")]
    public async Task Refuses_a_timestamp_that_is_none(string text)
    {
        _world.Served["timestamp.json"] = Encoding.UTF8.GetBytes(text);

        var problem = await _world.RefusesAsync(Problems.TrustMalformed);

        Assert.Contains("timestamp", problem.Message + problem.InnerException, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.root.json", 512 << 10)]
    [InlineData("timestamp.json", 16 << 10)]
    public async Task Stops_reading_endless_data(string fileName, int limit)
    {
        _world.Served[fileName] = new byte[limit * 4];

        var problem = await _world.RefusesAsync(Problems.TrustMalformed);

        Assert.Contains($"more than {limit} bytes", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.snapshot.json")]
    [InlineData("2.targets.json")]
    public async Task Refuses_a_file_of_another_length_or_hash_than_signed(string fileName)
    {
        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        var original = _world.Repository.Read(fileName)!;

        _world.Served[fileName] = [.. original, (byte)' '];
        await _world.RefusesAsync(Problems.TrustMismatch);
        _world.Served[fileName] = new byte[4 << 20];
        await _world.RefusesAsync(Problems.TrustMismatch);
        _world.Served[fileName] = [.. original.AsSpan(0, original.Length - 1), (byte)' '];
        await _world.RefusesAsync(Problems.TrustMismatch);
        _world.Served[fileName] = null;
        await _world.RefusesAsync(Problems.TrustMismatch);
    }

    [Fact]
    public async Task Refuses_targets_that_the_snapshot_does_not_name()
    {
        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        var old = _world.Repository.Read("2.targets.json");
        _world.Release("warehouse@2", ReleaseWorld.FileOf("warehouse@2", "other card"));
        _world.Served["3.targets.json"] = old;

        await _world.RefusesAsync(Problems.TrustMismatch);
        Assert.False(_world.ClientHas("targets"));
    }

    [Fact]
    public async Task Refuses_a_snapshot_that_online_keys_made_for_targets_no_publisher_signed()
    {
        var targets = _world.SignedPart("1.targets.json");
        targets["version"] = 2;
        _world.ServeChain(timestampVersion: 2, snapshotVersion: 2, TufWriter.Sign(targets, _world.Snapshot));

        await _world.RefusesAsync(Problems.TrustSignature);
        Assert.Equal(2, _world.ClientVersion("snapshot"));
    }

    public void Dispose() => _world.Dispose();
}
