using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Reads device certificates.</summary>
public static class DeviceCertificate
{
    private const string AlternativeName = "2.5.29.17";

    /// <summary>Whom a device certificate names. Call it on a validated certificate only.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: CN and <c>urn:fleet:device:ID</c> are missing or differ.</exception>
    public static DeviceId ReadDeviceId(X509Certificate2 certificate) => TryReadDeviceId(certificate, out var device)
        ? device
        : throw new ProblemException(Problems.TrustMalformed, $"The certificate of '{certificate.Subject}' names no device; wanted CN=ID and the alternative name urn:fleet:device:ID.");

    /// <summary>As <see cref="ReadDeviceId"/>; false where the certificate names no device.</summary>
    public static bool TryReadDeviceId([NotNullWhen(true)] X509Certificate2? certificate, out DeviceId device)
    {
        device = default;
        return certificate is not null
            && DeviceId.TryParse(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), null, out device)
            && certificate.Extensions[AlternativeName] is { } name
            && name.RawData.AsSpan().SequenceEqual(NameOf(device).RawData);
    }

    internal static X509Extension NameOf(DeviceId device)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"urn:fleet:device:{device}"));
        return names.Build();
    }
}
