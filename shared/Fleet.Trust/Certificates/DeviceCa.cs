using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>The control plane's own CA: signs its servers and its devices, and recognises the devices again.</summary>
public sealed class DeviceCa : IDisposable
{
    /// <summary>How long a device certificate holds.</summary>
    public static readonly TimeSpan DeviceLifetime = TimeSpan.FromDays(30);

    /// <summary>Private extension of our server certificates that holds the CA's certificate, because servers do not send a root in the handshake and a device knows only its pin at first.</summary>
    internal const string IssuerCertificate = "2.25.193514046488575303147362516190416231471";

    private static readonly TimeSpan CaLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(365);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);
    private readonly X509Certificate2 _certificate;
    private readonly SigningKey _key;
    private readonly TimeProvider _time;

    private DeviceCa(SigningKey key, X509Certificate2 certificate, TimeProvider time)
    {
        _key = key;
        _certificate = certificate;
        _time = time;
    }

    /// <summary>The CA's certificate, PEM.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Hex SHA-256 of the CA's public key, for <see cref="EnrolmentTicket.CaPin"/>.</summary>
    public string Pin => CaPin.Of(_certificate);

    /// <summary>Opens the CA in <paramref name="folder"/> (<c>ca.key</c>, <c>ca.pem</c>), or makes one that holds for ten years.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: key or certificate is damaged or they do not fit.</exception>
    public static DeviceCa LoadOrCreate(string folder, TimeProvider time)
    {
        DurableFile.MakeFolder(folder, secret: true);
        var certificatePath = Path.Combine(folder, "ca.pem");
        var keyPath = Path.Combine(folder, "ca.key");
        var isNew = !File.Exists(certificatePath);
        var key = isNew ? SigningKey.LoadOrCreate(keyPath) : SigningKey.Load(keyPath);
        if (isNew)
        {
            using var made = SelfSign(key, time.GetUtcNow());
            DurableFile.Write(certificatePath, Encoding.ASCII.GetBytes(made.ExportCertificatePem() + "\n"));
        }

        return new DeviceCa(key, Read(certificatePath, key), time);
    }

    /// <summary>A certificate with key for a TLS server, valid for a year; issue a new one at every start.</summary>
    /// <param name="hosts">DNS names and IP addresses clients use; at least one.</param>
    public X509Certificate2 IssueServer(IReadOnlyList<string> hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentOutOfRangeException.ThrowIfZero(hosts.Count);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=Fleet server"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(NamesOf(hosts));
        request.CertificateExtensions.Add(new X509Extension(IssuerCertificate, _certificate.RawData, critical: false));
        using var certificate = Issue(request, Chains.ServerAuthentication, ServerLifetime);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A client certificate for 30 days. Subject and extensions of the request are ignored; that its maker has the key is checked.</summary>
    /// <returns>PEM.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.EnrolmentRequest"/>: no PKCS#10, wrong signature, or another key than P-256.</exception>
    public string IssueDevice(string certificateRequestPem, DeviceId device)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN={device}"), CertificateRequests.ReadKey(certificateRequestPem), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(DeviceCertificate.NameOf(device));
        using var certificate = Issue(request, Chains.ClientAuthentication, DeviceLifetime);
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>
    /// Whether a TLS client has a certificate of this CA for a device; fits Kestrel's <c>ClientCertificateValidation</c>. Revocation and expiry are the caller's:
    /// a handshake that fails could not tell the device what to do.
    /// </summary>
    public bool ValidateDevice(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors) =>
        DeviceCertificate.TryReadDeviceId(certificate, out _) && Chains.Signed(certificate, _certificate, Chains.ClientAuthentication, _time);

    /// <inheritdoc/>
    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private static X509Certificate2 SelfSign(SigningKey key, DateTimeOffset now)
    {
        var name = new X500DistinguishedName($"CN=Fleet CA {key.Public.KeyId[..8]}");
        var request = new CertificateRequest(name, key.Ecdsa, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now - ClockSkew, now + CaLifetime);
    }

    private static X509Certificate2 Read(string path, SigningKey key)
    {
        var certificate = Certificate.Read(File.ReadAllText(path), path);
        return certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.Ecdsa.ExportSubjectPublicKeyInfo())
            ? certificate
            : throw new ProblemException(Problems.TrustMalformed, $"The certificate {path} does not belong to the key beside it; restore both from the same copy.");
    }

    private static X509Extension NamesOf(IReadOnlyList<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        return names.Build();
    }

    private X509Certificate2 Issue(CertificateRequest request, Oid usage, TimeSpan lifetime)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([usage], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var now = _time.GetUtcNow();
        var (until, caUntil) = (now + lifetime, new DateTimeOffset(_certificate.NotAfter));
        return request.Create(
            _certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_key.Ecdsa),
            now - ClockSkew,
            until < caUntil ? until : caUntil,
            RandomNumberGenerator.GetBytes(16));
    }
}
