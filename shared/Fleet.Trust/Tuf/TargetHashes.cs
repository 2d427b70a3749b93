using System.Security.Cryptography;

namespace Fleet.Trust;

/// <summary>The hashes that metadata states of a file, by algorithm.</summary>
internal static class TargetHashes
{
    public const string Sha256 = "sha256";
    private const string Sha512 = "sha512";

    /// <summary>Whether every stated hash is that of <paramref name="bytes"/>. None, or one of an algorithm we do not know, fits nothing.</summary>
    public static bool Fit(IReadOnlyDictionary<string, string> stated, byte[] bytes) =>
        stated.Count > 0 && stated.All(hash => Fits(hash.Value, hash.Key switch
        {
            Sha256 => SHA256.HashData(bytes),
            Sha512 => SHA512.HashData(bytes),
            _ => null,
        }));

    /// <inheritdoc cref="Fit(IReadOnlyDictionary{string, string}, byte[])"/>
    public static bool Fit(IReadOnlyDictionary<string, string> stated, IReadOnlyDictionary<string, byte[]> computed) =>
        stated.Count > 0 && stated.All(hash => Fits(hash.Value, computed.GetValueOrDefault(hash.Key)));

    /// <summary>What to compute while a file streams by; disposed by the caller.</summary>
    public static Dictionary<string, IncrementalHash> Start() => new()
    {
        [Sha256] = IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
        [Sha512] = IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
    };

    private static bool Fits(string hex, byte[]? hash) => hash is not null && string.Equals(hex, Convert.ToHexString(hash), StringComparison.OrdinalIgnoreCase);
}
