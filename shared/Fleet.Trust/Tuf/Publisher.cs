using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>What a person who releases versions does, away from the server.</summary>
public static class Publisher
{
    /// <summary>Adds a version's files to <c>targets.json</c> and signs it.</summary>
    /// <param name="root">The root the publisher trusts, as served.</param>
    /// <param name="currentTargets">The current <c>targets.json</c>; verified against <paramref name="root"/>.</param>
    /// <param name="version">What is released.</param>
    /// <param name="files">All files of the version, at least one.</param>
    /// <param name="key">The publisher's key.</param>
    /// <param name="time">The clock; the signature holds for 90 days.</param>
    /// <returns>The new file; <paramref name="currentTargets"/> itself where all files are in it already.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.TrustSignature"/>: root or targets are not signed as they must be, or the root does not name this key; <see cref="Problems.TrustExpired"/>: the root; <see cref="Problems.TrustMismatch"/>: a path is there with other bytes.</exception>
    public static byte[] Add(byte[] root, byte[] currentTargets, VersionId version, IReadOnlyList<TargetFile> files, SigningKey key, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(files);
        var current = Verify(root, currentTargets, key, time);
        var added = files.Where(file => IsNew(current, file)).ToList();
        if (added.Count == 0)
        {
            return currentTargets;
        }

        var signed = Copy(current);
        var counter = NextCounter(current, version);
        foreach (var file in added)
        {
            signed["targets"]![file.Path] = TufWriter.Target(file, version, counter);
        }

        return SignNext(current, signed, key, time);
    }

    /// <summary>Signs the same content for another 90 days.</summary>
    /// <inheritdoc cref="Add"/>
    public static byte[] Renew(byte[] root, byte[] currentTargets, SigningKey key, TimeProvider time)
    {
        var current = Verify(root, currentTargets, key, time);
        return SignNext(current, Copy(current), key, time);
    }

    private static TargetsMetadata Verify(byte[] root, byte[] currentTargets, SigningKey key, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(time);
        var trusted = RootMetadata.ParseSelfSigned(root);
        trusted.Document.RequireFresh(time);
        if (trusted.Roles[TufRoles.Targets].Keys.All(k => k.KeyId != key.Public.KeyId))
        {
            throw new ProblemException(
                Problems.TrustSignature,
                $"The key {key.Public.KeyId} is no publisher's key by root version {trusted.Document.Version}; use one of {string.Join(", ", trusted.Roles[TufRoles.Targets].Keys.Select(k => k.KeyId))}.");
        }

        return TargetsMetadata.Read(trusted.Verify(TufRoles.Targets, currentTargets));
    }

    private static bool IsNew(TargetsMetadata current, TargetFile file)
    {
        if (!current.Files.TryGetValue(file.Path, out var known))
        {
            return true;
        }

        return known.Digest == file.Digest && known.SizeBytes == file.SizeBytes
            ? false
            : throw new ProblemException(Problems.TrustMismatch, $"The target {file.Path} was released with {known.Digest} and is given {file.Digest}; released files never change: register a new version.");
    }

    /// <summary>Counts releases of a model, whatever their version numbers, so that a floor can be set under them.</summary>
    private static long NextCounter(TargetsMetadata current, VersionId version) =>
        1 + current.Files.Values.Select(file => CounterOf(file, version.Model)).DefaultIfEmpty(0).Max();

    private static long CounterOf(TrustedTarget file, ModelName model) => file.Custom is { } custom
        && custom.TryGetProperty("model", out var name) && name.ValueKind == JsonValueKind.String && name.ValueEquals(model.ToString())
        && custom.TryGetProperty("counter", out var counter) && counter.ValueKind == JsonValueKind.Number && counter.TryGetInt64(out var value)
            ? value
            : 0;

    /// <summary>All of the signed part, members included that we do not know.</summary>
    private static JsonObject Copy(TargetsMetadata current) => JsonNode.Parse(current.Document.Signed.GetRawText())!.AsObject();

    private static byte[] SignNext(TargetsMetadata current, JsonObject signed, SigningKey key, TimeProvider time)
    {
        signed["version"] = current.Document.Version + 1;
        signed["expires"] = TufDocument.WriteTime(time.GetUtcNow() + TufWriter.TargetsLifetime);
        return TufWriter.Sign(signed, key);
    }
}
