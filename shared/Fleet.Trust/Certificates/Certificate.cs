using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>Reads certificates and says in a sentence where one cannot be read.</summary>
internal static class Certificate
{
    /// <exception cref="ProblemException"><see cref="Problems.TrustMalformed"/>.</exception>
    public static X509Certificate2 Read(string pem, string source)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new ProblemException(Problems.TrustMalformed, $"{source} holds no certificate in PEM; restore it from a copy, or enrol again.", e);
        }
    }
}

/// <summary>Reads certificate requests (PKCS#10).</summary>
internal static class CertificateRequests
{
    /// <summary>The P-256 key of a request whose maker has proved to hold it. Nothing else of a request is used.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EnrolmentRequest"/>.</exception>
    public static System.Security.Cryptography.X509Certificates.PublicKey ReadKey(string pem)
    {
        try
        {
            var key = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256).PublicKey;
            using var ecdsa = key.GetECDsaPublicKey();
            return ecdsa is not null && PublicKey.IsP256(ecdsa) ? key : throw new CryptographicException("not on P-256");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ProblemException(Problems.EnrolmentRequest, "The certificate request cannot be used; wanted PKCS#10 in PEM, signed with its own P-256 key.", e);
        }
    }
}
