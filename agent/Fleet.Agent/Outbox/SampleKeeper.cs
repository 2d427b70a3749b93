using System.Threading.Channels;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Outbox;

/// <summary>Writes samples to the outbox beside the frame path; when the disk is slower than the triggers, new ones are not kept and counted.</summary>
internal sealed class SampleKeeper(SampleOutbox outbox, StateStore store)
{
    private const int Waiting = 16;
    private readonly Channel<WaitingSample> _samples = Channel.CreateBounded<WaitingSample>(Waiting);

    /// <summary>Samples not kept because too many waited to be written.</summary>
    public long Missed { get; private set; }

    public void Keep(WaitingSample sample)
    {
        if (!_samples.Writer.TryWrite(sample))
        {
            Missed++;
        }
    }

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (await _samples.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_samples.Reader.TryRead(out var sample))
            {
                outbox.Add(sample, (store.Current.Desired?.Policy ?? new DevicePolicy()).OutboxBytes);
            }
        }
    }
}
