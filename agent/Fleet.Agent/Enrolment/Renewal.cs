using Fleet.Agent.Link;
using Fleet.Contracts;

namespace Fleet.Agent.Enrolment;

/// <summary>Asks for a new certificate with a new key after two thirds of the present one's life. Repeated after a power cut it asks with the same key and gets the same.</summary>
internal sealed partial class Renewal(DeviceApi api, DeviceCredential credential, TimeProvider time, ILogger<Renewal> log)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    /// <summary>Until the next look.</summary>
    public TimeSpan Period()
    {
        var left = credential.RenewAt - time.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < LookAgain ? left : LookAgain;
    }

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < credential.RenewAt)
        {
            return;
        }

        var answer = await api.RenewAsync(new RenewRequest(credential.RenewalRequestPem()), cancellationToken);
        credential.Renew(answer.CertificatePem);
        Renewed(log, new DateTimeOffset(credential.Current.NotAfter).ToUniversalTime());
    }

    [LoggerMessage(1550, LogLevel.Information, "The device's certificate was renewed with a new key; it holds until {Until:u}.")]
    private static partial void Renewed(ILogger log, DateTimeOffset until);
}
