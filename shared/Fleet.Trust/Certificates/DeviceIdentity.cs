using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A device's key and what enrolment gave it, in a folder: <c>device.key</c> (0600) and <c>enrolment.json</c> (0600).</summary>
public sealed class DeviceIdentity : IDisposable
{
    /// <summary>What enrolment answered; null before.</summary>
    public EnrolResponse? Enrolment => throw new NotImplementedException();

    /// <summary>The request to send when enrolling or renewing, PEM, signed with the device's key.</summary>
    public string CertificateRequestPem => throw new NotImplementedException();

    /// <summary>Opens the identity in <paramref name="folder"/>; makes the key where there is none.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: a file is damaged.</exception>
    public static DeviceIdentity LoadOrCreate(string folder) => throw new NotImplementedException();

    /// <summary>Checks an answer (certificate for this key and device, CA with the ticket's pin, chain) and stores it.</summary>
    /// <param name="answer">From the control plane.</param>
    /// <param name="caPin">From the ticket.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMismatch"/> or <see cref="Problems.TrustMalformed"/>; nothing was stored.</exception>
    public void Accept(EnrolResponse answer, string caPin, TimeProvider time) => throw new NotImplementedException();

    /// <summary>The certificate with its key, for TLS clients; the caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">The device is not enrolled.</exception>
    public X509Certificate2 Certificate() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
