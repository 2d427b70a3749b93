using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>The control plane's own CA: signs its servers and its devices, and recognises the devices again.</summary>
public sealed class DeviceCa : IDisposable
{
    /// <summary>The CA's certificate, PEM.</summary>
    public string CertificatePem => throw new NotImplementedException();

    /// <summary>Hex SHA-256 of the CA's public key, for <see cref="EnrolmentTicket.CaPin"/>.</summary>
    public string Pin => throw new NotImplementedException();

    /// <summary>Opens the CA in <paramref name="folder"/> (<c>ca.key</c>, <c>ca.pem</c>), or makes one that holds for ten years.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: key or certificate is damaged or they do not fit.</exception>
    public static DeviceCa LoadOrCreate(string folder, TimeProvider time) => throw new NotImplementedException();

    /// <summary>A certificate with key for a TLS server, valid for a year; issue a new one at every start.</summary>
    /// <param name="hosts">DNS names and IP addresses clients use; at least one.</param>
    public X509Certificate2 IssueServer(IReadOnlyList<string> hosts) => throw new NotImplementedException();

    /// <summary>A client certificate for 30 days. Subject and extensions of the request are ignored; that its maker has the key is checked.</summary>
    /// <returns>PEM.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.EnrolmentRequest"/>: no PKCS#10, wrong signature, or another key than P-256.</exception>
    public string IssueDevice(string certificateRequestPem, DeviceId device) => throw new NotImplementedException();

    /// <summary>Whether a TLS client is a device of this CA, in date and meant for clients; fits Kestrel's <c>ClientCertificateValidation</c>. Revocation is the caller's.</summary>
    public bool ValidateDevice(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Reads device certificates.</summary>
public static class DeviceCertificate
{
    /// <summary>Whom a device certificate names. Call it on a validated certificate only.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: CN and <c>urn:fleet:device:ID</c> are missing or differ.</exception>
    public static DeviceId ReadDeviceId(X509Certificate2 certificate) => throw new NotImplementedException();
}
