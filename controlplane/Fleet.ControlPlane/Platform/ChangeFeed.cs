using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Platform;

/// <summary>Tells whoever listens that something changed. A listener that is too slow loses the oldest notices: they only say "read again".</summary>
internal sealed class ChangeFeed
{
    private const int QueueLength = 1024;
    private ImmutableArray<Channel<ChangeMessage>> _listeners = [];

    public void Publish(string kind, string id)
    {
        var message = new ChangeMessage(kind, id);
        foreach (var listener in _listeners)
        {
            listener.Writer.TryWrite(message);
        }
    }

    public async IAsyncEnumerable<ChangeMessage> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<ChangeMessage>(new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest });
        ImmutableInterlocked.Update(ref _listeners, (all, one) => all.Add(one), queue);
        try
        {
            await foreach (var message in queue.Reader.ReadAllAsync(cancellationToken))
            {
                yield return message;
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _listeners, (all, one) => all.Remove(one), queue);
        }
    }
}
