using System.Security.Cryptography;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Names and hard limits of the four top-level roles.</summary>
internal static class TufRoles
{
    public const string Root = "root";
    public const string Timestamp = "timestamp";
    public const string Snapshot = "snapshot";
    public const string Targets = "targets";

    /// <summary>Member of the root that holds the key which signs directives.</summary>
    public const string Director = "x-fleet-director";

    public static readonly string[] All = [Root, Targets, Snapshot, Timestamp];

    /// <summary>More than this is not read, whatever a document says of its length.</summary>
    public static long MaxBytes(string role) => role switch { Root => 512 << 10, Timestamp => 16 << 10, _ => 2 << 20 };
}

/// <summary>The root: which keys sign which role.</summary>
internal sealed record RootMetadata(TufDocument Document, IReadOnlyDictionary<string, TufRole> Roles, bool ConsistentSnapshot, PublicKey? Director)
{
    public static RootMetadata Parse(byte[] bytes)
    {
        var document = TufDocument.Parse(TufRoles.Root, bytes);
        var signed = document.Signed;
        var keys = signed.Member("keys", JsonValueKind.Object, TufRoles.Root).EnumerateObject().ToDictionary(k => k.Name, k => PublicKey.FromJson(k.Value, k.Name));
        var roles = signed.Member("roles", JsonValueKind.Object, TufRoles.Root);
        return new RootMetadata(
            document,
            TufRoles.All.ToDictionary(name => name, name => ReadRole(roles.Member(name, JsonValueKind.Object, TufRoles.Root), keys)),
            signed.TryGetProperty("consistent_snapshot", out var consistent) && consistent.ValueKind == JsonValueKind.True,
            signed.Optional(TufRoles.Director, JsonValueKind.Object, TufRoles.Root) is { } director ? PublicKey.FromJson(director, keyId: null) : null);
    }

    /// <summary>Verifies a file of <paramref name="role"/> by the keys this root names.</summary>
    public TufDocument Verify(string role, byte[] bytes)
    {
        var document = TufDocument.Parse(role, bytes);
        Roles[role].Verify(document, $"root version {Document.Version}");
        return document;
    }

    /// <summary>Reads a root and verifies it by its own keys.</summary>
    public static RootMetadata ParseSelfSigned(byte[] bytes)
    {
        var root = Parse(bytes);
        root.Roles[TufRoles.Root].Verify(root.Document, "it");
        return root;
    }

    private static TufRole ReadRole(JsonElement role, Dictionary<string, PublicKey> keys)
    {
        var named = role.Member("keyids", JsonValueKind.Array, TufRoles.Root).EnumerateArray().Select(id => id.ValueKind == JsonValueKind.String ? id.GetString()! : "");
        return new TufRole([.. named.Distinct().Where(keys.ContainsKey).Select(id => keys[id])], role.Whole("threshold", 1, TufRoles.Root));
    }
}

/// <summary>What one metadata file says of another.</summary>
internal sealed record MetaFile(long Version, long? Length, IReadOnlyDictionary<string, string>? Hashes)
{
    public static MetaFile Parse(JsonElement meta, string role) => new(
        meta.Whole("version", 1, role),
        meta.Optional("length", JsonValueKind.Number, role) is null ? null : meta.Whole("length", 1, role),
        meta.Optional("hashes", JsonValueKind.Object, role) is { } hashes ? hashes.EnumerateObject().ToDictionary(h => h.Name, h => hashes.Text(h.Name, role)) : null);

    /// <summary>Whether <paramref name="bytes"/> have the stated length and every hash we know.</summary>
    public bool Fits(byte[] bytes) =>
        (Length is null || Length == bytes.Length) && (Hashes is null || (Hashes.Count > 0 && Hashes.All(h => Fits(h.Key, h.Value, bytes))));

    private static bool Fits(string algorithm, string hex, byte[] bytes) => algorithm switch
    {
        "sha256" => string.Equals(hex, Convert.ToHexString(SHA256.HashData(bytes)), StringComparison.OrdinalIgnoreCase),
        "sha512" => string.Equals(hex, Convert.ToHexString(SHA512.HashData(bytes)), StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}

/// <summary>The timestamp: which snapshot is current.</summary>
internal sealed record TimestampMetadata(TufDocument Document, MetaFile Snapshot)
{
    public static TimestampMetadata Read(TufDocument document) => new(
        document,
        MetaFile.Parse(document.Signed.Member("meta", JsonValueKind.Object, TufRoles.Timestamp).Member("snapshot.json", JsonValueKind.Object, TufRoles.Timestamp), TufRoles.Timestamp));
}

/// <summary>The snapshot: which targets files belong together.</summary>
internal sealed record SnapshotMetadata(TufDocument Document, IReadOnlyDictionary<string, MetaFile> Files)
{
    public MetaFile Targets => Files["targets.json"];

    public static SnapshotMetadata Read(TufDocument document)
    {
        var meta = document.Signed.Member("meta", JsonValueKind.Object, TufRoles.Snapshot);
        _ = meta.Member("targets.json", JsonValueKind.Object, TufRoles.Snapshot);
        return new SnapshotMetadata(document, meta.EnumerateObject().ToDictionary(f => f.Name, f => MetaFile.Parse(f.Value, TufRoles.Snapshot)));
    }
}

/// <summary>The targets: the released files.</summary>
internal sealed record TargetsMetadata(TufDocument Document, IReadOnlyDictionary<string, TrustedTarget> Files)
{
    public static TargetsMetadata Read(TufDocument document) => new(
        document,
        document.Signed.Member("targets", JsonValueKind.Object, TufRoles.Targets).EnumerateObject().ToDictionary(t => t.Name, t => ReadTarget(t.Name, t.Value)));

    public TrustedTargets Under(RootMetadata root) => new(Document.Version, Document.ExpiresAt, Files, root.Director);

    private static TrustedTarget ReadTarget(string path, JsonElement target)
    {
        var hex = target.Member("hashes", JsonValueKind.Object, TufRoles.Targets).Text("sha256", TufRoles.Targets);
        return Digest.TryParse($"sha256:{hex}", null, out var digest)
            ? new TrustedTarget(path, target.Whole("length", 0, TufRoles.Targets), digest, target.Optional("custom", JsonValueKind.Object, TufRoles.Targets))
            : throw new ProblemException(Problems.TrustMalformed, $"The target {path} has no SHA-256 of 64 lower-case hex digits.");
    }
}
