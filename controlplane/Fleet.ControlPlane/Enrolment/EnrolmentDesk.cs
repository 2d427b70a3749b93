using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Platform.Trust;
using Fleet.Trust;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Enrolment;

/// <summary>Turns a one-time token into a device with a certificate.</summary>
internal sealed partial class EnrolmentDesk(
    FleetStore store, ServerTrust trust, Endpoints endpoints, EnrolmentNotice notice, TimeProvider time, ILogger<EnrolmentDesk> logger)
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan RepeatLife = TimeSpan.FromMinutes(10);

    public async Task<EnrolmentTokenResponse> MakeTokenAsync(EnrolmentTokenRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await store.Set<EnrolmentTokenRow>().Where(t => t.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        var secret = OneTimeSecret.Create();
        var row = new EnrolmentTokenRow
        {
            Hash = OneTimeSecret.Hash(secret),
            Device = request.Device,
            Labels = request.Labels,
            Site = request.Site,
            ExpiresAt = now + TokenLife,
        };
        store.Add(row);
        await store.SaveChangesAsync(cancellationToken);
        var ticket = new EnrolmentTicket(endpoints.DeviceUrl, trust.Ca.Pin, secret);
        return new EnrolmentTokenResponse(EnrolmentToken.Encode(ticket), row.Device, row.ExpiresAt);
    }

    /// <summary>Unspent tokens of a revoked device die with it.</summary>
    public Task WithdrawAsync(DeviceId device, CancellationToken cancellationToken) =>
        store.Set<EnrolmentTokenRow>().Where(t => t.Device == device).ExecuteDeleteAsync(cancellationToken);

    /// <summary>The same secret with the same key within ten minutes gives the same certificate, so that a power cut costs nothing.</summary>
    public async Task<EnrolResponse> EnrolAsync(EnrolRequest request, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var token = await store.Set<EnrolmentTokenRow>().FindAsync([OneTimeSecret.Hash(request.Secret)], cancellationToken);
        var keyHash = RequestKey.Hash(request.CertificateRequestPem);
        if (token is null || token.ExpiresAt <= time.GetUtcNow())
        {
            throw new ProblemException(Problems.EnrolmentToken, "The enrolment token is unknown or has expired; make a new one.");
        }

        if (request.Device is { } asking && asking != token.Device)
        {
            throw new ProblemException(Problems.EnrolmentToken, $"The enrolment token is for {token.Device}, and {asking} asked with it. Make one for {asking}; this one can still be used for {token.Device}.");
        }

        if (token.UsedAt is null)
        {
            await EnrolFirstAsync(token, request, keyHash, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await notice.EnrolledAsync(token.Device);
        }
        else if (token.KeyHash != keyHash || time.GetUtcNow() - token.UsedAt > RepeatLife)
        {
            LogUsedAgain(token.Device.ToString());
            throw new ProblemException(Problems.EnrolmentToken, "The enrolment token was used already; make a new one.");
        }

        return new EnrolResponse(
            token.Device, trust.Tenant, token.CertificatePem!, trust.Ca.CertificatePem, Encoding.UTF8.GetString(trust.Releases.CurrentRoot()), endpoints.MqttHost, endpoints.MqttPort);
    }

    private async Task EnrolFirstAsync(EnrolmentTokenRow token, EnrolRequest request, string keyHash, CancellationToken cancellationToken)
    {
        token.CertificatePem = trust.Ca.IssueDevice(request.CertificateRequestPem, token.Device);
        token.UsedAt = time.GetUtcNow();
        token.KeyHash = keyHash;
        var device = await store.Set<DeviceRow>().FindAsync([token.Device], cancellationToken);
        if (device is null)
        {
            device = new DeviceRow { Id = token.Device };
            store.Add(device);
        }

        using var certificate = X509Certificate2.CreateFromPem(token.CertificatePem);
        device.Enrol(DeviceGate.Hash(certificate));
        device.Labels = token.Labels ?? device.Labels;
        device.Site = token.Site ?? device.Site;
        await store.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "The enrolment token of {Device} was used again with another key or too late: someone else may have it")]
    private partial void LogUsedAgain(string device);
}

/// <summary>Tells the rest of the program of a new device.</summary>
internal sealed class EnrolmentNotice(ChangeFeed changes, Wake<DirectiveReconciler> directives, DeviceConnections connections)
{
    /// <summary>Whoever is connected under this name has another certificate and is shown out.</summary>
    public Task EnrolledAsync(DeviceId device)
    {
        changes.Publish("device", device.ToString());
        directives.Now();
        return connections.EndAsync(device);
    }
}
