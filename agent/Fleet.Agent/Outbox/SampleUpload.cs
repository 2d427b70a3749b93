using Fleet.Agent.Link;
using Fleet.Contracts;

namespace Fleet.Agent.Outbox;

/// <summary>Sends samples, the most valuable first; one leaves the outbox only when the server has said that it has it.</summary>
internal sealed partial class SampleUpload(SampleOutbox outbox, DeviceApi api, TimeProvider time, ILogger<SampleUpload> log)
{
    private const int Attempts = 3;

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (outbox.Next() is { } sample)
        {
            var onlyRefused = outbox.OnlyRefused();
            try
            {
                await Connection.Retry(Attempts, time).ExecuteAsync(async token => await ResumableUpload.SendAsync(api, sample, token), cancellationToken);
                outbox.Sent(sample.Frame.Digest);
            }
            catch (ProblemException e) when (e.Kind.Fault is Fault.Caller or Fault.Device)
            {
                if (!onlyRefused)
                {
                    Refused(log, sample.Frame.Digest, e.Kind.Code, e.Message);
                }

                outbox.Refused(sample.Frame.Digest);
                if (onlyRefused)
                {
                    return;
                }
            }
        }
    }

    [LoggerMessage(1210, LogLevel.Warning, "The server refused sample {Digest} ({Code}); it is kept and tried again after the others: {Reason}")]
    private static partial void Refused(ILogger log, Digest digest, string code, string reason);
}
