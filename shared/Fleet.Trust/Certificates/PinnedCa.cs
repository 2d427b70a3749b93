using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Fleet.Trust;

/// <summary>A client's view of servers: their chain must end in one known CA, and they must carry the name that was asked for.</summary>
public sealed class PinnedCa
{
    /// <summary>Trusts servers of the CA whose public key has this hex SHA-256; before the CA itself is known.</summary>
    public static PinnedCa FromPin(string pin, TimeProvider time) => throw new NotImplementedException();

    /// <summary>Trusts servers of this CA.</summary>
    public static PinnedCa FromPem(string caPem, TimeProvider time) => throw new NotImplementedException();

    /// <summary>Fits <see cref="RemoteCertificateValidationCallback"/> of SslStream, SocketsHttpHandler and MQTT options.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => throw new NotImplementedException();
}

/// <summary>The pin of a CA.</summary>
public static class CaPin
{
    /// <summary>Hex SHA-256 of the certificate's public key (SPKI).</summary>
    public static string Of(X509Certificate2 ca) => throw new NotImplementedException();
}
