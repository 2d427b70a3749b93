using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Changes who may sign: keys are renewed, added and revoked by the next root, which root keys sign away from the server.</summary>
public static class Ceremony
{
    /// <summary>Makes and signs the next root, for another year, and signs the released files anew where they need it.</summary>
    /// <param name="root">The newest root; it may have expired.</param>
    /// <param name="currentTargets">The <c>targets.json</c> in force, signed as <paramref name="root"/> asks.</param>
    /// <param name="change">What changes.</param>
    /// <param name="keys">Private keys that are at hand; those sign that may.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.RequestInvalid"/>: the change names an unknown key, or more signers are asked for than there are keys.
    /// <see cref="Problems.TrustSignature"/>: root or targets are not signed as they must be, or too few of the keys needed are at hand.
    /// </exception>
    public static SignedKeys Next(byte[] root, byte[] currentTargets, KeyChange change, IReadOnlyCollection<SigningKey> keys, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(time);
        var old = RootMetadata.ParseSelfSigned(root);
        var targets = TargetsMetadata.Read(old.Verify(TufRoles.Targets, currentTargets));
        RequireKnown(old, change.Remove);
        var roles = old.Roles.ToDictionary(r => r.Key, r => new RoleKeys((int)r.Value.Threshold, r.Value.Keys));
        roles[TufRoles.Root] = Changed(TufRoles.Root, roles[TufRoles.Root], change.AddRoots, change.Remove, change.Roots);
        roles[TufRoles.Targets] = Changed("publisher", roles[TufRoles.Targets], change.AddPublishers, change.Remove, change.Publishers);
        var director = old.Director ?? throw new ProblemException(Problems.TrustMalformed, "The root names no key for directives; it was not made by this software.");
        var signed = TufWriter.Sign(TufWriter.Root(old.Document.Version + 1, time.GetUtcNow() + TufWriter.RootLifetime, roles, director), Holders([.. old.Roles[TufRoles.Root].Keys, .. roles[TufRoles.Root].Keys], keys));
        RequireEnough(old, RootMetadata.Parse(signed));
        return new SignedKeys(signed, Suffices(RootMetadata.Parse(signed), currentTargets) ? null : SignAnew(RootMetadata.Parse(signed), targets, keys, time));
    }

    private static RoleKeys Changed(string name, RoleKeys role, IReadOnlyList<PublicKey> added, IReadOnlyList<string> removed, int? threshold)
    {
        List<PublicKey> keys = [.. role.Keys.Concat(added).DistinctBy(k => k.KeyId).Where(k => !removed.Contains(k.KeyId, StringComparer.Ordinal))];
        var needed = threshold ?? role.Threshold;
        return needed >= 1 && needed <= keys.Count
            ? new RoleKeys(needed, keys)
            : throw new ProblemException(Problems.RequestInvalid, $"There would be {keys.Count} {name} keys of which {needed} must sign; add keys, or let fewer sign (at least 1).");
    }

    private static void RequireKnown(RootMetadata old, IReadOnlyList<string> removed)
    {
        var known = old.Roles[TufRoles.Root].Keys.Concat(old.Roles[TufRoles.Targets].Keys).Select(k => k.KeyId).ToList();
        if (removed.FirstOrDefault(id => !known.Contains(id)) is { } unknown)
        {
            throw new ProblemException(Problems.RequestInvalid, $"The key '{unknown}' is no publisher's or root key by root version {old.Document.Version}; those are {string.Join(", ", known.Distinct())}.");
        }
    }

    private static void RequireEnough(RootMetadata old, RootMetadata next)
    {
        old.Roles[TufRoles.Root].Verify(next.Document, $"root version {old.Document.Version}");
        next.Roles[TufRoles.Root].Verify(next.Document, "it");
    }

    private static IEnumerable<SigningKey> Holders(IEnumerable<PublicKey> may, IReadOnlyCollection<SigningKey> keys) =>
        keys.DistinctBy(k => k.Public.KeyId).Where(k => may.Any(m => m.KeyId == k.Public.KeyId));

    private static bool Suffices(RootMetadata root, byte[] targets)
    {
        try
        {
            root.Verify(TufRoles.Targets, targets);
            return true;
        }
        catch (ProblemException e) when (e.Kind == Problems.TrustSignature)
        {
            return false;
        }
    }

    private static byte[] SignAnew(RootMetadata root, TargetsMetadata targets, IReadOnlyCollection<SigningKey> keys, TimeProvider time)
    {
        var bytes = Publisher.SignNext(targets, Publisher.Copy(targets), Holders(root.Roles[TufRoles.Targets].Keys, keys), time);
        root.Verify(TufRoles.Targets, bytes);
        return bytes;
    }
}
