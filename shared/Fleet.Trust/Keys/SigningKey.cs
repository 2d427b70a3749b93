using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A private ECDSA P-256 key.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    private SigningKey(ECDsa key)
    {
        _key = key;
        Public = PublicKey.FromSpki(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Its public half.</summary>
    public PublicKey Public { get; }

    /// <summary>A fresh key.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a key from a PEM file.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: the file is missing or is no P-256 private key.</exception>
    public static SigningKey Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new ProblemException(Problems.TrustMalformed, $"There is no key file {path}; wanted a PEM file with a P-256 private key.");
        }

        return FromPem(File.ReadAllText(path), path);
    }

    /// <summary>Loads the key at <paramref name="path"/>, or makes and saves one where there is none.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: a file is there but holds no P-256 private key.</exception>
    public static SigningKey LoadOrCreate(string path)
    {
        if (File.Exists(path))
        {
            return Load(path);
        }

        var key = Create();
        key.Save(path);
        return key;
    }

    /// <summary>Writes the key as PKCS#8 PEM, readable by its owner only, durable when this returns.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Save(string path) => DurableFile.Write(path, System.Text.Encoding.ASCII.GetBytes(_key.ExportPkcs8PrivateKeyPem() + "\n"), DurableFile.Secret);

    /// <summary>Signs <paramref name="content"/> with SHA-256.</summary>
    /// <returns>The signature, DER.</returns>
    public byte[] Sign(ReadOnlySpan<byte> content) => _key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The key of a certificate that has one.</summary>
    internal static SigningKey Of(X509Certificate2 certificate) =>
        new(certificate.GetECDsaPrivateKey() ?? throw new ArgumentException("The certificate has no P-256 key.", nameof(certificate)));

    /// <summary>The key itself, for certificates; owned by this object.</summary>
    internal ECDsa Ecdsa => _key;

    private static SigningKey FromPem(string pem, string source)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (!PublicKey.IsP256(key))
            {
                throw new CryptographicException("not on P-256");
            }

            return new SigningKey(key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new ProblemException(Problems.TrustMalformed, $"{source} holds no P-256 private key in PEM; make a new one or restore it from a copy.", e);
        }
    }
}
