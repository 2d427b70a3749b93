using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Makes and signs metadata files.</summary>
internal static class TufWriter
{
    public static readonly TimeSpan RootLifetime = TimeSpan.FromDays(365);
    public static readonly TimeSpan TargetsLifetime = TimeSpan.FromDays(90);
    public static readonly TimeSpan SnapshotLifetime = TimeSpan.FromDays(7);
    public static readonly TimeSpan TimestampLifetime = TimeSpan.FromDays(1);

    /// <summary>A file with one signature of each of <paramref name="keys"/>.</summary>
    public static byte[] Sign(JsonObject signed, params IEnumerable<SigningKey> keys)
    {
        var content = CanonicalJson.Of(signed);
        var signatures = keys.Select(key => (JsonNode)new JsonObject { ["keyid"] = key.Public.KeyId, ["sig"] = Convert.ToHexStringLower(key.Sign(content)) });
        return Encoding.UTF8.GetBytes(new JsonObject { ["signatures"] = new JsonArray([.. signatures]), ["signed"] = signed }.ToJsonString());
    }

    /// <summary>The file with one signature more; the signed part keeps its bytes' meaning, so that the others stay valid.</summary>
    public static byte[] AddSignature(byte[] file, TufDocument document, SigningKey key)
    {
        var json = JsonNode.Parse(file)!.AsObject();
        json["signatures"]!.AsArray().Add((JsonNode)new JsonObject { ["keyid"] = key.Public.KeyId, ["sig"] = Convert.ToHexStringLower(key.Sign(document.SignedBytes)) });
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    public static JsonObject Root(long version, DateTimeOffset expiresAt, IReadOnlyDictionary<string, RoleKeys> roles, PublicKey director)
    {
        var signed = Head(TufRoles.Root, version, expiresAt);
        signed["consistent_snapshot"] = true;
        var keys = roles.Values.SelectMany(r => r.Keys).DistinctBy(k => k.KeyId);
        signed["keys"] = new JsonObject(keys.Select(k => KeyValuePair.Create(k.KeyId, (JsonNode?)k.ToJson())));
        signed["roles"] = new JsonObject(roles.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)new JsonObject
        {
            ["keyids"] = new JsonArray([.. r.Value.Keys.Select(k => (JsonNode)k.KeyId)]),
            ["threshold"] = r.Value.Threshold,
        })));
        signed[TufRoles.Director] = director.ToJson();
        return signed;
    }

    public static JsonObject Targets(long version, DateTimeOffset expiresAt, JsonObject files)
    {
        var signed = Head(TufRoles.Targets, version, expiresAt);
        signed["targets"] = files;
        return signed;
    }

    public static JsonObject Snapshot(long version, DateTimeOffset expiresAt, TufDocument targets)
    {
        var signed = Head(TufRoles.Snapshot, version, expiresAt);
        signed["meta"] = new JsonObject { ["targets.json"] = Meta(targets.Version, targets.Bytes) };
        return signed;
    }

    public static JsonObject Timestamp(long version, DateTimeOffset expiresAt, TufDocument snapshot)
    {
        var signed = Head(TufRoles.Timestamp, version, expiresAt);
        signed["meta"] = new JsonObject { ["snapshot.json"] = Meta(snapshot.Version, snapshot.Bytes) };
        return signed;
    }

    public static JsonObject Target(TargetFile file, VersionId version, long counter) => new()
    {
        ["length"] = file.SizeBytes,
        ["hashes"] = new JsonObject { ["sha256"] = file.Digest.Hex },
        ["custom"] = new JsonObject { ["model"] = version.Model.ToString(), ["version"] = version.Number, ["counter"] = counter },
    };

    private static JsonObject Meta(long version, byte[] bytes) => new()
    {
        ["version"] = version,
        ["length"] = bytes.Length,
        ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) },
    };

    private static JsonObject Head(string role, long version, DateTimeOffset expiresAt) => new()
    {
        ["_type"] = role,
        ["spec_version"] = "1.0.34",
        ["version"] = version,
        ["expires"] = TufDocument.WriteTime(expiresAt),
    };
}

/// <summary>The keys of a role and how many of them must sign.</summary>
internal sealed record RoleKeys(int Threshold, IReadOnlyList<PublicKey> Keys);
