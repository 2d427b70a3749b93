using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>One file that the publisher signed for.</summary>
/// <param name="Path">Target path.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="Custom">What the publisher said of it: an object with <c>model</c>, <c>version</c>, <c>counter</c>; null where there is none.</param>
public sealed record TrustedTarget(string Path, long SizeBytes, Digest Digest, JsonElement? Custom);

/// <summary>The verified content of the release repository.</summary>
/// <param name="Version">Version of <c>targets.json</c>; 0 before any was seen.</param>
/// <param name="ExpiresAt">When the publisher's signature ends.</param>
/// <param name="Files">Every released file, by target path.</param>
/// <param name="Director">The key that signs directives, as the root names it; null where the root names none.</param>
public sealed record TrustedTargets(long Version, DateTimeOffset ExpiresAt, IReadOnlyDictionary<string, TrustedTarget> Files, PublicKey? Director)
{
    /// <summary>Whether <paramref name="file"/> is released exactly so: same path, length and digest.</summary>
    public bool Contains(TargetFile file) =>
        Files.TryGetValue(file.Path, out var target) && target.SizeBytes == file.SizeBytes && target.Digest == file.Digest;
}
