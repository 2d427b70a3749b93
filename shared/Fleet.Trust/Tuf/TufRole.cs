using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Who signs a role, and how many of them must.</summary>
internal sealed record TufRole(IReadOnlyList<PublicKey> Keys, long Threshold)
{
    /// <summary>Reads who signs; a key id that is named twice, or names no key, counts once or not at all.</summary>
    /// <param name="role">The object with <c>keyids</c> and <c>threshold</c>.</param>
    /// <param name="keys">The keys beside it, by id.</param>
    /// <param name="document">Which metadata says so, for the message.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>.</exception>
    public static TufRole Read(JsonElement role, IReadOnlyDictionary<string, PublicKey> keys, string document)
    {
        var named = role.Member("keyids", JsonValueKind.Array, document).EnumerateArray().Select(id => id.ValueKind == JsonValueKind.String ? id.GetString()! : "");
        return new TufRole([.. named.Distinct().Where(keys.ContainsKey).Select(id => keys[id])], role.Whole("threshold", 1, document));
    }

    /// <summary>The key objects of a root or of delegations, by id.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>.</exception>
    public static Dictionary<string, PublicKey> ReadKeys(JsonElement parent, string document) =>
        parent.Member("keys", JsonValueKind.Object, document).EnumerateObject().ToDictionary(k => k.Name, k => PublicKey.FromJson(k.Value, k.Name));

    /// <summary>Counts keys, not signatures or names: one key under two ids counts once.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustSignature"/>.</exception>
    public void Verify(TufDocument document, string namedBy)
    {
        var valid = Count(document);
        if (valid < Threshold)
        {
            throw new ProblemException(
                Problems.TrustSignature,
                $"The {document.Role} metadata version {document.Version} carries {valid} valid signatures of {document.Signatures.Count}; {namedBy} wants {Threshold} of {Keys.Count} keys.");
        }
    }

    /// <summary>How many of the keys signed; one key under two ids counts once.</summary>
    public int Count(TufDocument document) => Keys.Where(key => IsSignedBy(document, key)).Select(key => key.Identity).Distinct().Count();

    /// <summary>Ids of the keys that signed.</summary>
    public IReadOnlyList<string> Who(TufDocument document) => [.. Keys.Where(key => IsSignedBy(document, key)).Select(key => key.KeyId)];

    /// <summary>Whether another role is signed by exactly the same keys.</summary>
    public bool HasSameKeys(TufRole other) => Keys.Select(k => k.Identity).ToHashSet().SetEquals(other.Keys.Select(k => k.Identity));

    private static bool IsSignedBy(TufDocument document, PublicKey key) =>
        document.Signatures.TryGetValue(key.KeyId, out var hex)
        && hex.Length is > 0 and <= 2048 && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit)
        && key.Verify(document.SignedBytes, Convert.FromHexString(hex));
}
