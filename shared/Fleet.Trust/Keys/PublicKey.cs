using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A public key as release metadata names it. Its scheme comes from the key itself, never from a signature.</summary>
/// <remarks>
/// We sign with ECDSA P-256; RSA-PSS of 2048 to 8192 bits is verified too, for roots that others sign.
/// A key of another kind (Ed25519 is not in the base library), that cannot be read, or whose id is not its own hash, is kept under its id and verifies nothing.
/// </remarks>
public sealed class PublicKey
{
    /// <summary>TUF key type.</summary>
    public const string KeyType = "ecdsa";

    /// <summary>TUF signature scheme: P-256, SHA-256, DER signatures.</summary>
    public const string Scheme = "ecdsa-sha2-nistp256";

    private const string RsaKeyType = "rsa";
    private const string RsaScheme = "rsassa-pss-sha256";
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;
    private readonly byte[]? _spki;
    private readonly bool _isRsa;

    private PublicKey(string keyId, byte[]? spki, bool isRsa = false)
    {
        KeyId = keyId;
        _spki = spki;
        _isRsa = isRsa;
    }

    /// <summary>Hex SHA-256 of the canonical JSON of the key object, or what metadata calls it.</summary>
    public string KeyId { get; }

    /// <summary>What tells two keys apart, whatever they are called.</summary>
    internal string Identity => _spki is null ? KeyId : Convert.ToHexString(_spki);

    /// <summary>Whether <paramref name="signature"/> is this key's on <paramref name="content"/>.</summary>
    /// <param name="content">What was signed.</param>
    /// <param name="signature">DER for ECDSA; for RSA as long as the key, with a salt of 32 bytes.</param>
    /// <returns>False also for a signature that cannot be read.</returns>
    public bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        if (_spki is null)
        {
            return false;
        }

        if (_isRsa)
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(_spki, out _);
            return rsa.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_spki, out _);
        return key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Reads a P-256 key from a PEM file: a public one, or the public half of a private one.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: the file is missing or holds no such key.</exception>
    public static PublicKey Load(string path) =>
        File.Exists(path) && Spki(File.ReadAllText(path)) is { } spki
            ? FromSpki(spki)
            : throw new ProblemException(Problems.TrustMalformed, $"{path} is no PEM file with a P-256 key; ./fleet release key makes one.");

    /// <summary>Reads a P-256 key from PEM.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: it is no such key.</exception>
    public static PublicKey FromPem(string pem) => Spki(pem) is { } spki ? FromSpki(spki) : throw new ProblemException(Problems.TrustMalformed, "The text is no P-256 key in PEM.");

    /// <summary>The key as PEM, to be given away.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", _spki ?? throw new InvalidOperationException("A key that cannot be read cannot be written.")) + "\n";

    /// <summary>The TUF key object.</summary>
    public JsonObject ToJson() => new()
    {
        ["keytype"] = _isRsa ? RsaKeyType : KeyType,
        ["scheme"] = _isRsa ? RsaScheme : Scheme,
        ["keyval"] = new JsonObject { ["public"] = ToPem() },
    };

    internal static PublicKey FromSpki(byte[] spki)
    {
        var unnamed = new PublicKey("", spki);
        return new PublicKey(Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(unnamed.ToJson()))), spki);
    }

    /// <summary>Reads a TUF key object; its id is the one given, which must be its hash, or computed where null.</summary>
    internal static PublicKey FromJson(JsonElement key, string? keyId)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(key)));
        var id = keyId ?? hash;
        var pem = id == hash && key.ValueKind == JsonValueKind.Object && key.TryGetProperty("keyval", out var value) ? Text(value, "public") : null;
        return (pem, Text(key, "keytype"), Text(key, "scheme")) switch
        {
            (null, _, _) => new PublicKey(id, spki: null),
            (_, KeyType or Scheme, Scheme) => new PublicKey(id, Spki(pem)),
            (_, RsaKeyType, RsaScheme) => new PublicKey(id, RsaSpki(pem), isRsa: true),
            _ => new PublicKey(id, spki: null),
        };
    }

    internal static bool IsP256(ECDsa key) => key.KeySize == 256 && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;

    private static byte[]? Spki(string pem)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return IsP256(key) ? key.ExportSubjectPublicKeyInfo() : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static byte[]? RsaSpki(string pem)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.KeySize is >= MinRsaBits and <= MaxRsaBits ? key.ExportSubjectPublicKeyInfo() : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
