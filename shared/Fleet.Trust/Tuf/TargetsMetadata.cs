using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>The targets, or a role that they delegate to: the files it signs for, and whom it lets sign for more.</summary>
/// <param name="Document">The file.</param>
/// <param name="Entries">Every file it names, whatever its hashes.</param>
/// <param name="Files">Those with a SHA-256, which alone can be told to a device.</param>
/// <param name="Delegations">In the order in which they are asked.</param>
internal sealed record TargetsMetadata(
    TufDocument Document,
    IReadOnlyDictionary<string, TargetEntry> Entries,
    IReadOnlyDictionary<string, TrustedTarget> Files,
    IReadOnlyList<Delegation> Delegations)
{
    /// <summary>By model: files of a release with a lower counter are not installed any more.</summary>
    public IReadOnlyDictionary<string, long> Floors { get; init; } = new Dictionary<string, long>();

    public static TargetsMetadata Read(TufDocument document)
    {
        var entries = document.Signed.Member("targets", JsonValueKind.Object, document.Role).EnumerateObject().ToDictionary(t => t.Name, t => TargetEntry.Read(t.Value, document.Role));
        var files = entries.Where(e => e.Value.Hashes.ContainsKey(TargetHashes.Sha256)).ToDictionary(e => e.Key, e => Trusted(e.Key, e.Value));
        return new TargetsMetadata(document, entries, files, Delegation.ReadAll(document)) { Floors = ReadFloors(document) };
    }

    public TrustedTargets Under(RootMetadata root) => new(Document.Version, Document.ExpiresAt, Files, root.Director) { Floors = Floors };

    private static Dictionary<string, long> ReadFloors(TufDocument document) => document.Signed.Optional(TufRoles.Floors, JsonValueKind.Object, document.Role) is { } floors
        ? floors.EnumerateObject().ToDictionary(f => f.Name, f => floors.Whole(f.Name, 1, document.Role))
        : [];

    internal static TrustedTarget Trusted(string path, TargetEntry entry) => Digest.TryParse($"sha256:{entry.Hashes[TargetHashes.Sha256]}", null, out var digest)
        ? new TrustedTarget(path, entry.SizeBytes, digest, entry.Custom)
        : throw new ProblemException(Problems.TrustMalformed, $"The target {path} has no SHA-256 of 64 lower-case hex digits.");
}

/// <summary>What a role says of one file.</summary>
internal sealed record TargetEntry(long SizeBytes, IReadOnlyDictionary<string, string> Hashes, JsonElement? Custom)
{
    public static TargetEntry Read(JsonElement target, string role)
    {
        var hashes = target.Member("hashes", JsonValueKind.Object, role);
        return new TargetEntry(
            target.Whole("length", 0, role),
            hashes.EnumerateObject().ToDictionary(h => h.Name, h => hashes.Text(h.Name, role)),
            target.Optional("custom", JsonValueKind.Object, role));
    }
}
