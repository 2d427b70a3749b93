using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Enrolment;

/// <summary>The key that a certificate is asked for with.</summary>
internal static class RequestKey
{
    /// <summary>SHA-256 of the public key.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EnrolmentRequest"/>.</exception>
    public static string Hash(string certificateRequestPem)
    {
        try
        {
            var request = CertificateRequest.LoadSigningRequestPem(certificateRequestPem, HashAlgorithmName.SHA256);
            return Convert.ToHexStringLower(SHA256.HashData(request.PublicKey.ExportSubjectPublicKeyInfo()));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ProblemException(Problems.EnrolmentRequest, "The certificate request cannot be read; send PKCS#10 in PEM, signed with a P-256 key.", e);
        }
    }
}
