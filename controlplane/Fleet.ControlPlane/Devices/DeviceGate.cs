using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Fleet.Trust;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Devices;

/// <summary>Says which device a certificate of our CA is, and whether it may still come in.</summary>
internal sealed class DeviceGate(IDbContextFactory<FleetStore> stores, DeviceKnocks knocks, TimeProvider time)
{
    /// <summary>How long the old certificate serves after its successor was first used: connections that are open may end by themselves.</summary>
    public static readonly TimeSpan PreviousLife = TimeSpan.FromMinutes(10);

    /// <summary>The device. The first use of a renewed certificate ends the one before.</summary>
    /// <exception cref="ProblemException">It is no device's, has expired, is none of the device's valid ones, or the device was revoked. The knock is written down.</exception>
    public Task<DeviceId> AdmitAsync(X509Certificate2 certificate, IPAddress? address, CancellationToken cancellationToken) =>
        AdmitAsync(Read(certificate), address, cancellationToken);

    /// <summary>As with the certificate itself, for one that was shown earlier.</summary>
    /// <exception cref="ProblemException">As above.</exception>
    public async Task<DeviceId> AdmitAsync(ShownCertificate shown, IPAddress? address, CancellationToken cancellationToken)
    {
        try
        {
            await RequireValidAsync(shown, cancellationToken);
            return shown.Device;
        }
        catch (ProblemException refused)
        {
            await knocks.TellAsync(shown.Device, refused.Kind, address, cancellationToken);
            throw;
        }
    }

    /// <summary>What of a certificate decides.</summary>
    /// <exception cref="ProblemException">It is no device's.</exception>
    public static ShownCertificate Read(X509Certificate2 certificate) =>
        new(DeviceCertificate.ReadDeviceId(certificate), Hash(certificate), new DateTimeOffset(certificate.NotAfter).ToUniversalTime());

    public static string Hash(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private async Task RequireValidAsync(ShownCertificate shown, CancellationToken cancellationToken)
    {
        var (id, hash, until) = shown;
        var now = time.GetUtcNow();
        await using var store = await stores.CreateDbContextAsync(cancellationToken);
        var row = await store.Set<DeviceRow>().Where(d => d.Id == id)
            .Select(d => new Standing(d.Revoked, d.CertificateHash, d.NextCertificateHash, d.PreviousCertificateHash, d.PreviousUntil)).SingleOrDefaultAsync(cancellationToken)
            ?? throw new ProblemException(Problems.DeviceUnknown, $"No device is called {id}; enrol it.");
        if (row.Revoked)
        {
            throw new ProblemException(Problems.DeviceRevoked, $"{id} was revoked; an operator can let it enrol again.");
        }

        if (until <= now)
        {
            throw new ProblemException(Problems.DeviceExpired, $"The certificate of {id} expired at {until:u}. Make a token with 'fleet device enrol {id}' or in the console, and run 'fleet-agent enrol TOKEN' on the device: what it holds is kept.");
        }

        if (!row.Knows(hash, now) && !(row.Next == hash && await PromoteAsync(store, id, hash, now, cancellationToken)))
        {
            throw new ProblemException(Problems.DeviceRevoked, $"{id} has a newer certificate; this one is no longer valid. If another computer took its name, revoke {id} and enrol it again.");
        }
    }

    private static async Task<bool> PromoteAsync(FleetStore store, DeviceId id, string hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now + PreviousLife;
        await store.Set<DeviceRow>().Where(d => d.Id == id && !d.Revoked && d.NextCertificateHash == hash).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.PreviousCertificateHash, d => d.CertificateHash).SetProperty(d => d.PreviousUntil, until)
                .SetProperty(d => d.CertificateHash, hash).SetProperty(d => d.NextCertificateHash, (string?)null)
                .SetProperty(d => d.NextCertificatePem, (string?)null).SetProperty(d => d.NextKeyHash, (string?)null),
            cancellationToken);

        // two requests may have tried at once: either has done it, unless the device was revoked or enrolled again in between
        return await store.Set<DeviceRow>().AnyAsync(d => d.Id == id && !d.Revoked && d.CertificateHash == hash, cancellationToken);
    }

    private sealed record Standing(bool Revoked, string Current, string? Next, string? Previous, DateTimeOffset? PreviousUntil)
    {
        public bool Knows(string hash, DateTimeOffset now) => Current == hash || (Previous == hash && PreviousUntil > now);
    }
}

/// <summary>A certificate of our CA, as far as it decides whether its device may come in.</summary>
internal sealed record ShownCertificate(DeviceId Device, string Hash, DateTimeOffset Until);
