using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Fleet.Trust;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Devices;

/// <summary>Says which device a validated certificate is, and whether it may still come in.</summary>
internal sealed class DeviceGate(IDbContextFactory<FleetStore> stores)
{
    /// <exception cref="ProblemException">It is no device's, not the newest one of its device, or the device was revoked.</exception>
    public async Task<DeviceId> AdmitAsync(X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var id = DeviceCertificate.ReadDeviceId(certificate);
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await store.Set<DeviceRow>().Where(d => d.Id == id).Select(d => new { d.Revoked, d.CertificateHash }).SingleOrDefaultAsync(cancellationToken);
        return row switch
        {
            null => throw new ProblemException(Problems.DeviceUnknown, $"No device is called {id}; enrol it."),
            { Revoked: true } => throw new ProblemException(Problems.DeviceRevoked, $"{id} was revoked; an operator can let it enrol again."),
            _ when row.CertificateHash != Hash(certificate) => throw new ProblemException(Problems.DeviceRevoked, $"{id} was enrolled again; this certificate is no longer valid."),
            _ => id,
        };
    }

    public static string Hash(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
