using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Platform.Trust;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Enrolment;

/// <summary>Gives a device that is known a certificate for a new key.</summary>
internal sealed class RenewalDesk(FleetStore store, ServerTrust trust)
{
    /// <summary>The same key gives the same certificate until it is used, so that a lost answer or a power cut costs nothing.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.DeviceRevoked"/>: it was asked for with a certificate that is not the newest in use.</exception>
    public async Task<RenewResponse> RenewAsync(DeviceId device, X509Certificate2 shown, RenewRequest request, CancellationToken cancellationToken)
    {
        var keyHash = RequestKey.Hash(request.CertificateRequestPem);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await store.Set<DeviceRow>().SingleAsync(d => d.Id == device, cancellationToken);
        if (row.Revoked || row.CertificateHash != DeviceGate.Hash(shown))
        {
            throw new ProblemException(Problems.DeviceRevoked, $"{device} has a newer certificate; renew with that one.");
        }

        if (row.NextKeyHash != keyHash)
        {
            row.NextCertificatePem = trust.Ca.IssueDevice(request.CertificateRequestPem, device);
            using var issued = X509Certificate2.CreateFromPem(row.NextCertificatePem);
            (row.NextCertificateHash, row.NextKeyHash) = (DeviceGate.Hash(issued), keyHash);
            await store.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return new RenewResponse(row.NextCertificatePem!);
    }
}
