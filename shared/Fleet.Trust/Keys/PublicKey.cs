using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Trust;

/// <summary>A public key as release metadata names it. Its scheme comes from the key itself, never from a signature.</summary>
/// <remarks>A key of another kind or that cannot be read is kept under its id and verifies nothing.</remarks>
public sealed class PublicKey
{
    /// <summary>TUF key type.</summary>
    public const string KeyType = "ecdsa";

    /// <summary>TUF signature scheme: P-256, SHA-256, DER signatures.</summary>
    public const string Scheme = "ecdsa-sha2-nistp256";

    private readonly byte[]? _spki;

    private PublicKey(string keyId, byte[]? spki)
    {
        KeyId = keyId;
        _spki = spki;
    }

    /// <summary>Hex SHA-256 of the canonical JSON of the key object, or what metadata calls it.</summary>
    public string KeyId { get; }

    /// <summary>What tells two keys apart, whatever they are called.</summary>
    internal string Identity => _spki is null ? KeyId : Convert.ToHexString(_spki);

    /// <summary>Whether <paramref name="signature"/> is this key's on <paramref name="content"/>.</summary>
    /// <param name="content">What was signed.</param>
    /// <param name="signature">DER.</param>
    /// <returns>False also for a signature that is no DER.</returns>
    public bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        if (_spki is null)
        {
            return false;
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_spki, out _);
        return key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>The TUF key object.</summary>
    public JsonObject ToJson() => new()
    {
        ["keytype"] = KeyType,
        ["scheme"] = Scheme,
        ["keyval"] = new JsonObject { ["public"] = PemEncoding.WriteString("PUBLIC KEY", _spki ?? throw new InvalidOperationException("A key that cannot be read cannot be written.")) + "\n" },
    };

    internal static PublicKey FromSpki(byte[] spki)
    {
        var unnamed = new PublicKey("", spki);
        return new PublicKey(Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(unnamed.ToJson()))), spki);
    }

    /// <summary>Reads a TUF key object; its id is the one given, or computed where null.</summary>
    internal static PublicKey FromJson(JsonElement key, string? keyId)
    {
        var id = keyId ?? Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(key)));
        var fits = Text(key, "keytype") is KeyType or Scheme && Text(key, "scheme") == Scheme;
        return new PublicKey(id, fits && key.TryGetProperty("keyval", out var value) && Text(value, "public") is { } pem ? Spki(pem) : null);
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

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
