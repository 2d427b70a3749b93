using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A device's key and what enrolment gave it, in a folder: <c>device.key</c> and <c>enrolment.json</c>, both readable by the owner only.</summary>
public sealed class DeviceIdentity : IDisposable
{
    private readonly string _enrolmentPath;
    private readonly SigningKey _key;

    private DeviceIdentity(string enrolmentPath, SigningKey key, EnrolResponse? enrolment) => (_enrolmentPath, _key, Enrolment) = (enrolmentPath, key, enrolment);

    /// <summary>What enrolment answered; null before.</summary>
    public EnrolResponse? Enrolment { get; private set; }

    /// <summary>The request to send when enrolling or renewing, PEM, signed with the device's key.</summary>
    public string CertificateRequestPem =>
        new CertificateRequest(new X500DistinguishedName("CN=fleet-device"), _key.Ecdsa, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n";

    /// <summary>Opens the identity in <paramref name="folder"/>; makes the key where there is none.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: a file is damaged.</exception>
    public static DeviceIdentity LoadOrCreate(string folder)
    {
        DurableFile.MakeFolder(folder, secret: true);
        var path = Path.Combine(folder, "enrolment.json");
        var enrolment = File.Exists(path) ? Read(path) : null;
        return new DeviceIdentity(path, SigningKey.LoadOrCreate(Path.Combine(folder, "device.key")), enrolment);
    }

    /// <summary>Checks an answer (certificate for this key and device, CA with the ticket's pin, chain, a root signed by itself) and stores it.</summary>
    /// <param name="answer">From the control plane.</param>
    /// <param name="caPin">From the ticket.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/> or another <c>Trust…</c> problem; nothing was stored.</exception>
    public void Accept(EnrolResponse answer, string caPin, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(answer);
        using var certificate = Trust.Certificate.Read(answer.CertificatePem, "The enrolment answer");
        using var ca = Trust.Certificate.Read(answer.CaPem, "The CA of the enrolment answer");
        if (CaPin.Of(ca) != caPin)
        {
            throw new ProblemException(Problems.TrustMismatch, $"The control plane answered with the CA {CaPin.Of(ca)}; the enrolment token pins {caPin}: make a new token on the control plane you mean.");
        }

        var isOwnKey = certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(_key.Ecdsa.ExportSubjectPublicKeyInfo());
        if (!isOwnKey || DeviceCertificate.ReadDeviceId(certificate) != answer.Device || !Chains.Holds(certificate, ca, Chains.ClientAuthentication, time))
        {
            throw new ProblemException(Problems.TrustMismatch, $"The certificate in the enrolment answer ('{certificate.Subject}') is not one of the pinned CA for device {answer.Device} with this device's key; enrol again.");
        }

        _ = RootMetadata.ParseSelfSigned(Encoding.UTF8.GetBytes(answer.RootMetadata));
        DurableFile.Write(_enrolmentPath, JsonSerializer.SerializeToUtf8Bytes(answer, FleetJson.Strict.EnrolResponse), DurableFile.Secret);
        Enrolment = answer;
    }

    /// <summary>The certificate with its key, for TLS clients; the caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">The device is not enrolled.</exception>
    public X509Certificate2 Certificate()
    {
        var enrolment = Enrolment ?? throw new InvalidOperationException("The device is not enrolled.");
        using var certificate = Trust.Certificate.Read(enrolment.CertificatePem, _enrolmentPath);
        return certificate.CopyWithPrivateKey(_key.Ecdsa);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static EnrolResponse Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), FleetJson.Tolerant.EnrolResponse) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problems.TrustMalformed, $"{path} cannot be read; restore it from a copy, or delete it and enrol the device again.", e);
        }
    }
}
