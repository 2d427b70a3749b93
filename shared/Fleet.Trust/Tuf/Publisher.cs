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

        return SignNext(current, signed, [key], time);
    }

    /// <summary>Signs the same content for another 90 days.</summary>
    /// <inheritdoc cref="Add"/>
    public static byte[] Renew(byte[] root, byte[] currentTargets, SigningKey key, TimeProvider time)
    {
        var current = Verify(root, currentTargets, key, time);
        return SignNext(current, Copy(current), [key], time);
    }

    /// <summary>Adds a signature to what another publisher drafted, where it releases exactly what the approver looked at.</summary>
    /// <param name="root">The root the approver trusts, as served.</param>
    /// <param name="currentTargets">The <c>targets.json</c> in force; verified against <paramref name="root"/>.</param>
    /// <param name="draft">Its successor, signed by fewer publishers than the root asks for.</param>
    /// <param name="files">The files that the approver means to release.</param>
    /// <param name="key">The approver's key, another than the author's.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The draft with one signature more.</returns>
    /// <exception cref="ProblemException">As of <see cref="Add"/>; <see cref="Problems.TrustMismatch"/>: the draft changes more or something else; <see cref="Problems.TrustSignature"/>: it has this signature, or none of a publisher.</exception>
    public static byte[] Approve(byte[] root, byte[] currentTargets, byte[] draft, IReadOnlyList<TargetFile> files, SigningKey key, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Approve(root, Verify(root, currentTargets, key, time), draft, (files, null), key, time);
    }

    private static byte[] Approve(
        byte[] root, TargetsMetadata current, byte[] draft, (IReadOnlyList<TargetFile> Files, IReadOnlyDictionary<string, long>? Floors) meant, SigningKey key, TimeProvider time)
    {
        var next = TargetsMetadata.Read(TufDocument.Parse(TufRoles.Targets, draft));
        var publishers = RootMetadata.ParseSelfSigned(root).Roles[TufRoles.Targets];
        (publishers with { Threshold = 1 }).Verify(next.Document, "an approval");
        next.Document.RequireFresh(time);
        if (next.Document.Signatures.ContainsKey(key.Public.KeyId))
        {
            throw new ProblemException(Problems.TrustSignature, $"The key {key.Public.KeyId} signed this already; another publisher approves it.");
        }

        RequireOnly(current, next, meant.Files, meant.Floors);
        return TufWriter.AddSignature(draft, next.Document, key);
    }

    /// <summary>Lets devices install <paramref name="version"/> and what was released after it, and nothing of its model that is older, whoever asks.</summary>
    /// <param name="root">The root the publisher trusts, as served.</param>
    /// <param name="currentTargets">The current <c>targets.json</c>; verified against <paramref name="root"/>.</param>
    /// <param name="version">The oldest that may still be installed; released.</param>
    /// <param name="key">The publisher's key.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The new file; <paramref name="currentTargets"/> itself where the floor is there or higher already.</returns>
    /// <exception cref="ProblemException">As of <see cref="Add"/>; <see cref="Problems.RequestInvalid"/>: the version is not released.</exception>
    public static byte[] RaiseFloor(byte[] root, byte[] currentTargets, VersionId version, SigningKey key, TimeProvider time)
    {
        var current = Verify(root, currentTargets, key, time);
        var model = version.Model.ToString();
        var counter = CounterOf(current, version);
        if (current.Floors.GetValueOrDefault(model) >= counter)
        {
            return currentTargets;
        }

        var signed = Copy(current);
        (signed[TufRoles.Floors] ??= new JsonObject())[model] = counter;
        return SignNext(current, signed, [key], time);
    }

    /// <summary>Adds a signature to a floor that another publisher drafted, where the draft changes that and nothing else.</summary>
    /// <inheritdoc cref="RaiseFloor"/>
    public static byte[] ApproveFloor(byte[] root, byte[] currentTargets, byte[] draft, VersionId version, SigningKey key, TimeProvider time)
    {
        var current = Verify(root, currentTargets, key, time);
        return Approve(root, current, draft, ([], new Dictionary<string, long>(current.Floors) { [version.Model.ToString()] = CounterOf(current, version) }), key, time);
    }

    internal static void RequireOnly(TargetsMetadata current, TargetsMetadata next, IReadOnlyList<TargetFile> files, IReadOnlyDictionary<string, long>? floors = null)
    {
        var wanted = current.Entries.Keys.Concat(files.Select(f => f.Path)).ToHashSet();
        var isSame = current.Files.All(f => next.Files.TryGetValue(f.Key, out var other) && other.Digest == f.Value.Digest && other.SizeBytes == f.Value.SizeBytes)
            && files.All(f => next.Files.TryGetValue(f.Path, out var other) && other.Digest == f.Digest && other.SizeBytes == f.SizeBytes);
        var strange = next.Entries.Keys.Where(path => !wanted.Contains(path)).ToList();
        isSame &= next.Floors.OrderBy(f => f.Key, StringComparer.Ordinal).SequenceEqual((floors ?? current.Floors).OrderBy(f => f.Key, StringComparer.Ordinal));
        if (!isSame || strange.Count > 0 || next.Delegations.Count != current.Delegations.Count || next.Document.Version != current.Document.Version + 1)
        {
            throw new ProblemException(
                Problems.TrustMismatch,
                $"The draft is not the release of these files alone: {(strange.Count > 0 ? $"it also names {string.Join(", ", strange.Take(5))}" : "it lacks some, has others' bytes, or is not the successor of what is in force")}. Approve the version it was made for, or have it signed again.");
        }
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
        1 + current.Files.Values.Select(file => file.CounterOf(version.Model)).DefaultIfEmpty(0).Max();

    private static long CounterOf(TargetsMetadata current, VersionId version) =>
        current.Files.Values.Where(file => file.IsOf(version)).Select(file => file.CounterOf(version.Model)).DefaultIfEmpty(0).Max() is > 0 and var counter
            ? counter
            : throw new ProblemException(Problems.RequestInvalid, $"{version} is not released, so it cannot be the oldest that devices install; release it first.");

    /// <summary>All of the signed part, members included that we do not know.</summary>
    internal static JsonObject Copy(TargetsMetadata current) => JsonNode.Parse(current.Document.Signed.GetRawText())!.AsObject();

    internal static byte[] SignNext(TargetsMetadata current, JsonObject signed, IEnumerable<SigningKey> keys, TimeProvider time)
    {
        signed["version"] = current.Document.Version + 1;
        signed["expires"] = TufDocument.WriteTime(time.GetUtcNow() + TufWriter.TargetsLifetime);
        return TufWriter.Sign(signed, keys);
    }
}
