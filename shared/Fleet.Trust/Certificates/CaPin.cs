using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fleet.Trust;

/// <summary>The pin of a CA: what an enrolment token carries, so that a device knows the CA before it has its certificate.</summary>
public static class CaPin
{
    /// <summary>Hex SHA-256 of the certificate's public key (SPKI), lower case.</summary>
    public static string Of(X509Certificate2 ca)
    {
        ArgumentNullException.ThrowIfNull(ca);
        return Convert.ToHexStringLower(SHA256.HashData(ca.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>As <see cref="Of(X509Certificate2)"/>, from PEM.</summary>
    /// <exception cref="Contracts.ProblemException"><see cref="Contracts.Problems.TrustMalformed"/>: it is no certificate.</exception>
    public static string Of(string caPem)
    {
        using var ca = Certificate.Read(caPem, "The CA");
        return Of(ca);
    }
}
