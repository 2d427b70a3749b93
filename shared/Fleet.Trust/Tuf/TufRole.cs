using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Who signs a role, and how many of them must.</summary>
internal sealed record TufRole(IReadOnlyList<PublicKey> Keys, long Threshold)
{
    /// <summary>Counts keys, not signatures or names: one key under two ids counts once.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustSignature"/>.</exception>
    public void Verify(TufDocument document, string namedBy)
    {
        var valid = Keys.Where(key => IsSignedBy(document, key)).Select(key => key.Identity).Distinct().Count();
        if (valid < Threshold)
        {
            throw new ProblemException(
                Problems.TrustSignature,
                $"The {document.Role} metadata version {document.Version} carries {valid} valid signatures of {document.Signatures.Count}; {namedBy} wants {Threshold} of {Keys.Count} keys.");
        }
    }

    /// <summary>Whether another role is signed by exactly the same keys.</summary>
    public bool HasSameKeys(TufRole other) => Keys.Select(k => k.Identity).ToHashSet().SetEquals(other.Keys.Select(k => k.Identity));

    private static bool IsSignedBy(TufDocument document, PublicKey key) =>
        document.Signatures.TryGetValue(key.KeyId, out var hex)
        && hex.Length is > 0 and <= 2048 && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit)
        && key.Verify(document.SignedBytes, Convert.FromHexString(hex));
}
