using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>
/// A device's key and what enrolment gave it, in a folder: <c>device.key</c>, <c>enrolment.json</c> and, while a new certificate is asked for, <c>next.key</c>;
/// all readable by the owner only.
/// </summary>
/// <remarks>
/// The new key is on disk before anything is asked for with it, and the moment <c>enrolment.json</c> is replaced decides: whichever key fits the
/// certificate in it is the device's. A power cut anywhere leaves the old pair or the new one, and asking again with the same key costs nothing.
/// </remarks>
public sealed class DeviceIdentity : IDisposable
{
    private readonly string _folder;
    private SigningKey _key;
    private SigningKey? _next;

    private DeviceIdentity(string folder, SigningKey key, SigningKey? next, EnrolResponse? enrolment) =>
        (_folder, _key, _next, Enrolment) = (folder, key, next, enrolment);

    /// <summary>What enrolment answered, with the newest certificate; null before.</summary>
    public EnrolResponse? Enrolment { get; private set; }

    /// <summary>A new key was made, and no certificate for it has come yet.</summary>
    public bool IsChanging => _next is not null;

    /// <summary>The request to send when enrolling, PEM, signed with the device's key; with a new key where the device is enrolled already.</summary>
    public string CertificateRequestPem => RequestOf(Enrolment is null ? _key : NextKey());

    /// <summary>
    /// When to ask for a new certificate: between two thirds and three quarters of the present one's life. Where in between, the certificate decides,
    /// so that a fleet that was enrolled in one hour does not ask in one hour.
    /// </summary>
    /// <exception cref="InvalidOperationException">The device is not enrolled.</exception>
    public DateTimeOffset RenewAt
    {
        get
        {
            using var certificate = Trust.Certificate.Read(Enrolled().CertificatePem, EnrolmentPath);
            var (from, until) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
            var life = until - from;
            return from + (life * 2 / 3) + (life / 12 * (certificate.GetCertHash(HashAlgorithmName.SHA256)[0] / 256.0));
        }
    }

    private string EnrolmentPath => Path.Combine(_folder, "enrolment.json");

    private string KeyPath => Path.Combine(_folder, "device.key");

    private string NextKeyPath => Path.Combine(_folder, "next.key");

    /// <summary>Opens the identity in <paramref name="folder"/>; makes the key where there is none, and ends a change of keys that was cut short.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: a file is damaged, or no key fits the certificate.</exception>
    public static DeviceIdentity LoadOrCreate(string folder)
    {
        DurableFile.MakeFolder(folder, secret: true);
        var (path, nextPath) = (Path.Combine(folder, "enrolment.json"), Path.Combine(folder, "next.key"));
        var enrolment = File.Exists(path) ? Read(path) : null;
        var next = File.Exists(nextPath) ? SigningKey.Load(nextPath) : null;
        var identity = new DeviceIdentity(folder, SigningKey.LoadOrCreate(Path.Combine(folder, "device.key")), next, enrolment);
        identity.Settle();
        return identity;
    }

    /// <summary>Checks an answer to enrolment (certificate for this device's key, CA with the ticket's pin, chain, a root signed by itself) and stores it.</summary>
    /// <param name="answer">From the control plane.</param>
    /// <param name="caPin">From the ticket.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/> or another <c>Trust…</c> problem; nothing was stored.</exception>
    public void Accept(EnrolResponse answer, string caPin, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(answer);
        using var ca = Trust.Certificate.Read(answer.CaPem, "The CA of the enrolment answer");
        if (CaPin.Of(ca) != caPin)
        {
            throw new ProblemException(Problems.TrustMismatch, $"The control plane answered with the CA {CaPin.Of(ca)}; the enrolment token pins {caPin}: make a new token on the control plane you mean.");
        }

        _ = RootMetadata.ParseSelfSigned(Encoding.UTF8.GetBytes(answer.RootMetadata));
        Store(answer, ca, Enrolment is null ? _key : NextKey(), time);
    }

    /// <summary>The request to send when renewing, PEM, signed with a new key; the same one until <see cref="Renew"/>.</summary>
    /// <exception cref="InvalidOperationException">The device is not enrolled.</exception>
    public string RenewalRequestPem()
    {
        _ = Enrolled();
        return RequestOf(NextKey());
    }

    /// <summary>Checks a renewed certificate (for the new key and this device, of the same CA) and changes to it.</summary>
    /// <param name="certificatePem">From the control plane.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/> or <see cref="Problems.TrustMalformed"/>; nothing was changed.</exception>
    public void Renew(string certificatePem, TimeProvider time)
    {
        var enrolment = Enrolled();
        using var ca = Trust.Certificate.Read(enrolment.CaPem, EnrolmentPath);
        Store(enrolment with { CertificatePem = certificatePem }, ca, NextKey(), time);
    }

    /// <summary>The certificate with its key, for TLS clients; the caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">The device is not enrolled.</exception>
    public X509Certificate2 Certificate()
    {
        using var certificate = Trust.Certificate.Read(Enrolled().CertificatePem, EnrolmentPath);
        return certificate.CopyWithPrivateKey(_key.Ecdsa);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        _next?.Dispose();
    }

    private static string RequestOf(SigningKey key) =>
        new CertificateRequest(new X500DistinguishedName("CN=fleet-device"), key.Ecdsa, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n";

    private static bool Fits(X509Certificate2 certificate, SigningKey key) =>
        certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.Ecdsa.ExportSubjectPublicKeyInfo());

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

    private EnrolResponse Enrolled() => Enrolment ?? throw new InvalidOperationException("The device is not enrolled.");

    private SigningKey NextKey() => _next ??= SigningKey.LoadOrCreate(NextKeyPath);

    private void Store(EnrolResponse answer, X509Certificate2 ca, SigningKey key, TimeProvider time)
    {
        using var certificate = Trust.Certificate.Read(answer.CertificatePem, "The control plane's answer");
        var isSameDevice = Enrolment is null || Enrolment.Device == answer.Device;
        if (!isSameDevice || !Fits(certificate, key) || DeviceCertificate.ReadDeviceId(certificate) != answer.Device || !Chains.Holds(certificate, ca, Chains.ClientAuthentication, time))
        {
            throw new ProblemException(Problems.TrustMismatch, $"The certificate in the answer ('{certificate.Subject}') is not one of this control plane's CA for device {(Enrolment ?? answer).Device} with the key that was sent; enrol again.");
        }

        DurableFile.Write(EnrolmentPath, JsonSerializer.SerializeToUtf8Bytes(answer, FleetJson.Strict.EnrolResponse), DurableFile.Secret);
        Enrolment = answer;
        Settle();
    }

    /// <summary>Where the certificate belongs to the new key, that one takes the old one's place.</summary>
    private void Settle()
    {
        if (Enrolment is null)
        {
            return;
        }

        using var certificate = Trust.Certificate.Read(Enrolment.CertificatePem, EnrolmentPath);
        if (_next is not null && Fits(certificate, _next))
        {
            DurableFile.Move(NextKeyPath, KeyPath);
            _key.Dispose();
            (_key, _next) = (_next, null);
        }
        else if (!Fits(certificate, _key))
        {
            throw new ProblemException(Problems.TrustMalformed, $"No key in {_folder} fits the certificate in {EnrolmentPath}; restore both from the same copy, or remove the folder and enrol the device again.");
        }
    }
}
