using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fleet.Trust;

/// <summary>Builds chains that may end in one CA only, without network and without the trust store of the machine.</summary>
internal static class Chains
{
    public static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    public static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>
    /// Whether <paramref name="ca"/> signed <paramref name="leaf"/> for <paramref name="usage"/> and both are in date. A clock behind the certificate's first day
    /// counts as that day: a device with a dead battery must be able to connect, and only an expired certificate is a danger.
    /// </summary>
    public static bool Holds(X509Certificate2 leaf, X509Certificate2 ca, Oid usage, TimeProvider time) =>
        time.GetUtcNow().UtcDateTime < leaf.NotAfter.ToUniversalTime() && Signed(leaf, ca, usage, time);

    /// <summary>As <see cref="Holds"/>, whether or not <paramref name="leaf"/> has expired.</summary>
    public static bool Signed(X509Certificate2 leaf, X509Certificate2 ca, Oid usage, TimeProvider time)
    {
        using var chain = new X509Chain();
        var now = time.GetUtcNow().UtcDateTime;
        var from = leaf.NotBefore.ToUniversalTime();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca);
        chain.ChainPolicy.ApplicationPolicy.Add(usage);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now < from ? from : now;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.ChainPolicy.VerificationTime < ca.NotAfter.ToUniversalTime() && chain.Build(leaf);
    }
}
