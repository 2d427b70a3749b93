using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace Fleet.Agent.Link;

/// <summary>The certificate that new connections show; renewal changes it while the agent runs.</summary>
internal sealed class DeviceCredential(DeviceIdentity identity, TimeProvider time) : IMqttClientCertificatesProvider, IDisposable
{
    private readonly List<X509Certificate2> _all = [identity.Certificate()];
    private readonly Lock _gate = new();

    /// <summary>Connections that are open show an older certificate now.</summary>
    public event Action? Renewed;

    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                return _all[^1];
            }
        }
    }

    /// <summary>When to ask for the next one.</summary>
    public DateTimeOffset RenewAt => identity.RenewAt;

    public string RenewalRequestPem() => identity.RenewalRequestPem();

    /// <summary>Checks the new certificate, stores it and shows it from now on.</summary>
    /// <exception cref="Fleet.Contracts.ProblemException">It is not for this device and its new key; nothing was changed.</exception>
    public void Renew(string certificatePem)
    {
        identity.Renew(certificatePem, time);
        lock (_gate)
        {
            // handshakes that have begun may still use the older ones
            _all.Add(identity.Certificate());
        }

        Renewed?.Invoke();
    }

    public X509CertificateCollection GetCertificates() => [Current];

    public void Dispose() => _all.ForEach(c => c.Dispose());
}
