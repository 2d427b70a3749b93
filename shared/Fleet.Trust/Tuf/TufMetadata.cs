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

    /// <summary>Member of the targets that says from which release of a model on files may be installed.</summary>
    public const string Floors = "x-fleet-floors";

    /// <summary>Longest name of a delegated role, escaped for a file name.</summary>
    public const int MaxNameLength = 200;

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
        var keys = TufRole.ReadKeys(signed, TufRoles.Root);
        var roles = signed.Member("roles", JsonValueKind.Object, TufRoles.Root);
        return new RootMetadata(
            document,
            TufRoles.All.ToDictionary(name => name, name => TufRole.Read(roles.Member(name, JsonValueKind.Object, TufRoles.Root), keys, TufRoles.Root)),
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
}

/// <summary>What one metadata file says of another.</summary>
internal sealed record MetaFile(long Version, long? Length, IReadOnlyDictionary<string, string>? Hashes)
{
    public static MetaFile Parse(JsonElement meta, string role) => new(
        meta.Whole("version", 1, role),
        meta.Optional("length", JsonValueKind.Number, role) is null ? null : meta.Whole("length", 1, role),
        meta.Optional("hashes", JsonValueKind.Object, role) is { } hashes ? hashes.EnumerateObject().ToDictionary(h => h.Name, h => hashes.Text(h.Name, role)) : null);

    /// <summary>Whether <paramref name="bytes"/> have the stated length and every stated hash; a hash we cannot compute fits nothing.</summary>
    public bool Fits(byte[] bytes) =>
        (Length is null || Length == bytes.Length) && (Hashes is null || TargetHashes.Fit(Hashes, bytes));
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
