using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A role that another role lets sign for some paths.</summary>
/// <param name="Name">Its name; its file in the snapshot is <c>NAME.json</c>.</param>
/// <param name="Signers">Who signs for it, as its delegator says; another delegator may say otherwise.</param>
/// <param name="IsTerminating">Where it covers a path, no later role is asked.</param>
/// <param name="Patterns">Paths it may sign for; <c>*</c> and <c>?</c> stop at a slash. Null where <paramref name="HashPrefixes"/> say it.</param>
/// <param name="HashPrefixes">Beginnings of the hex SHA-256 of the paths it may sign for.</param>
internal sealed record Delegation(string Name, TufRole Signers, bool IsTerminating, IReadOnlyList<string>? Patterns, IReadOnlyList<string>? HashPrefixes)
{
    /// <summary>The roles that a targets file delegates to, in order; none where it has no <c>delegations</c> with <c>roles</c>.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>.</exception>
    public static IReadOnlyList<Delegation> ReadAll(TufDocument document)
    {
        if (document.Signed.Optional("delegations", JsonValueKind.Object, document.Role) is not { } delegations
            || delegations.Optional("roles", JsonValueKind.Array, document.Role) is not { } roles)
        {
            return [];
        }

        var keys = TufRole.ReadKeys(delegations, document.Role);
        List<Delegation> all = [.. roles.EnumerateArray().Select(role => Read(role, keys, document.Role))];
        return all.DistinctBy(d => d.Name).Count() == all.Count
            ? all
            : throw new ProblemException(Problems.TrustMalformed, $"The {document.Role} metadata delegates to one role twice; wanted each name once.");
    }

    /// <summary>Whether it may sign for <paramref name="path"/>.</summary>
    public bool Covers(string path) => Patterns is not null
        ? Patterns.Any(pattern => PathPattern.Matches(pattern, path))
        : HashPrefixes!.Any(prefix => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path))).StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Verifies the role's file by the keys its delegator names.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/> or <see cref="Problems.TrustSignature"/>.</exception>
    public TufDocument Verify(byte[] bytes)
    {
        var document = TufDocument.ParseDelegated(Name, bytes);
        Signers.Verify(document, "its delegator");
        return document;
    }

    private static Delegation Read(JsonElement role, Dictionary<string, PublicKey> keys, string by)
    {
        var name = role.Text("name", by);
        if (name.Length == 0 || TufRoles.All.Contains(name) || Uri.EscapeDataString(name).Length > TufRoles.MaxNameLength)
        {
            throw new ProblemException(Problems.TrustMalformed, $"The {by} metadata delegates to '{name}'; wanted a name of its own that a file can have.");
        }

        var (patterns, prefixes) = (Texts(role, "paths", by), Texts(role, "path_hash_prefixes", by));
        return patterns is null == prefixes is null
            ? throw new ProblemException(Problems.TrustMalformed, $"The {by} metadata delegates to '{name}' with both or neither of paths and path_hash_prefixes; wanted one of them.")
            : new Delegation(name, TufRole.Read(role, keys, by), IsTrue(role, "terminating", by), patterns, prefixes);
    }

    private static bool IsTrue(JsonElement role, string name, string by) =>
        role.TryGetProperty(name, out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? flag.ValueKind == JsonValueKind.True
            : throw new ProblemException(Problems.TrustMalformed, $"The {by} metadata has a delegation without '{name}'; wanted true or false.");

    private static List<string>? Texts(JsonElement role, string name, string by) => role.Optional(name, JsonValueKind.Array, by) is { } texts
        ? [.. texts.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.String
            ? t.GetString()!
            : throw new ProblemException(Problems.TrustMalformed, $"The {by} metadata has '{name}' that are no texts."))]
        : null;
}
