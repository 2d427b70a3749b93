using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Changes who may sign: keys are renewed, added and revoked by the next root, which root keys sign away from the server.</summary>
/// <remarks>Keys are with several people: one begins with <see cref="Begin"/>, the others add their signatures with <see cref="Sign"/>, and <see cref="RequireEnough"/> says whether it is complete.</remarks>
public static class Ceremony
{
    /// <summary>Makes the next root, for another year, and the released files anew where they must be signed anew; the keys at hand sign.</summary>
    /// <param name="root">The newest root; it may have expired.</param>
    /// <param name="currentTargets">The <c>targets.json</c> in force, signed as <paramref name="root"/> asks.</param>
    /// <param name="change">What changes.</param>
    /// <param name="keys">Private keys that are at hand; those sign that may.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProblemException">
    /// <see cref="Problems.RequestInvalid"/>: the change names an unknown key, or more signers are asked for than there are keys.
    /// <see cref="Problems.TrustSignature"/>: root or targets are not signed as they must be.
    /// </exception>
    public static SignedKeys Begin(byte[] root, byte[] currentTargets, KeyChange change, IReadOnlyCollection<SigningKey> keys, TimeProvider time)
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
        if (change.Online is { } online)
        {
            (roles[TufRoles.Snapshot], roles[TufRoles.Timestamp]) = (new RoleKeys(1, [online.Snapshot]), new RoleKeys(1, [online.Timestamp]));
        }

        var director = change.Online?.Director ?? old.Director ?? throw new ProblemException(Problems.TrustMalformed, "The root names no key for directives; it was not made by this software.");
        var signed = TufWriter.Sign(TufWriter.Root(old.Document.Version + 1, time.GetUtcNow() + TufWriter.RootLifetime, roles, director), Roots(old, [.. roles[TufRoles.Root].Keys], keys));
        var next = RootMetadata.Parse(signed);
        return new SignedKeys(signed, Suffices(next, currentTargets) ? null : Publisher.SignNext(targets, Publisher.Copy(targets), Holders(next.Roles[TufRoles.Targets].Keys, keys), time));
    }

    /// <summary>Adds the signatures of further keys to what somebody began.</summary>
    /// <param name="root">The newest root, as the signer trusts it.</param>
    /// <param name="currentTargets">The <c>targets.json</c> in force.</param>
    /// <param name="begun">What was begun.</param>
    /// <param name="keys">Private keys that are at hand; those sign that may and have not.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/>: it is not the successor of <paramref name="root"/>, or its list releases other files than those in force; <see cref="Problems.TrustMalformed"/>.</exception>
    public static SignedKeys Sign(byte[] root, byte[] currentTargets, SignedKeys begun, IReadOnlyCollection<SigningKey> keys, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(begun);
        ArgumentNullException.ThrowIfNull(keys);
        var old = RootMetadata.ParseSelfSigned(root);
        var next = RootMetadata.Parse(begun.Root);
        if (next.Document.Version != old.Document.Version + 1)
        {
            throw new ProblemException(Problems.TrustMismatch, $"The change of keys was begun for root version {next.Document.Version}, and version {old.Document.Version} is in force; begin it anew.");
        }

        next.Document.RequireFresh(time);
        var signedRoot = Roots(old, next.Roles[TufRoles.Root].Keys, keys).Aggregate(begun.Root, (file, key) => With(TufRoles.Root, file, key));
        if (begun.Targets is not { } list)
        {
            return begun with { Root = signedRoot };
        }

        Publisher.RequireOnly(TargetsMetadata.Read(old.Verify(TufRoles.Targets, currentTargets)), TargetsMetadata.Read(TufDocument.Parse(TufRoles.Targets, list)), []);
        return new SignedKeys(signedRoot, Holders(next.Roles[TufRoles.Targets].Keys, keys).Aggregate(list, (file, key) => With(TufRoles.Targets, file, key)));
    }

    /// <summary>Whether everybody signed who must.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustSignature"/>: says which signatures lack.</exception>
    public static void RequireEnough(byte[] root, SignedKeys signed)
    {
        ArgumentNullException.ThrowIfNull(signed);
        var (old, next) = (RootMetadata.ParseSelfSigned(root), RootMetadata.Parse(signed.Root));
        old.Roles[TufRoles.Root].Verify(next.Document, $"root version {old.Document.Version}");
        next.Roles[TufRoles.Root].Verify(next.Document, "it");
        if (signed.Targets is { } targets)
        {
            next.Verify(TufRoles.Targets, targets);
        }
    }

    private static IEnumerable<SigningKey> Roots(RootMetadata old, IReadOnlyList<PublicKey> next, IReadOnlyCollection<SigningKey> keys) => Holders([.. old.Roles[TufRoles.Root].Keys, .. next], keys);

    private static byte[] With(string role, byte[] file, SigningKey key) =>
        TufDocument.Parse(role, file) is var document && document.Signatures.ContainsKey(key.Public.KeyId) ? file : TufWriter.AddSignature(file, document, key);

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
}
