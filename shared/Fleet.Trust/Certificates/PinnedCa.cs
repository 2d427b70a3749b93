using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A client's view of servers: their chain must end in one known CA, and they must carry the name that was asked for.</summary>
public sealed class PinnedCa
{
    private readonly string _pin;
    private readonly X509Certificate2? _ca;
    private readonly TimeProvider _time;

    private PinnedCa(string pin, X509Certificate2? ca, TimeProvider time) => (_pin, _ca, _time) = (pin, ca, time);

    /// <summary>Trusts servers of the CA whose public key has this hex SHA-256; before the CA itself is known. Such a server shows the CA in its own certificate, as <see cref="DeviceCa.IssueServer"/> makes it.</summary>
    public static PinnedCa FromPin(string pin, TimeProvider time) => new(pin, ca: null, time);

    /// <summary>Trusts servers of this CA.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>: it is no certificate.</exception>
    public static PinnedCa FromPem(string caPem, TimeProvider time)
    {
        var ca = Certificate.Read(caPem, "The CA");
        return new PinnedCa(CaPin.Of(ca), ca, time);
    }

    /// <summary>Fits <see cref="RemoteCertificateValidationCallback"/> of SslStream, SocketsHttpHandler and MQTT options. The host that was connected to must stand in the certificate.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & (SslPolicyErrors.RemoteCertificateNotAvailable | SslPolicyErrors.RemoteCertificateNameMismatch)) != 0)
        {
            return false;
        }

        using var server = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        if (_ca is not null)
        {
            return Chains.Holds(server, _ca, Chains.ServerAuthentication, _time);
        }

        using var shown = ShownCa(server);
        return shown is not null && CaPin.Of(shown) == _pin && Chains.Holds(server, shown, Chains.ServerAuthentication, _time);
    }

    private static X509Certificate2? ShownCa(X509Certificate2 server)
    {
        if (server.Extensions[DeviceCa.IssuerCertificate] is not { } extension)
        {
            return null;
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(extension.RawData);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
