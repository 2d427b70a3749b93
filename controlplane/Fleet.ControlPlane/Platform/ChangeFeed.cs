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

    /// <summary>Yields each change, and null at once and whenever nothing changed for <paramref name="beat"/>.</summary>
    public async IAsyncEnumerable<ChangeMessage?> ListenAsync(TimeSpan beat, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<ChangeMessage>(new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest });
        ImmutableInterlocked.Update(ref _listeners, (all, one) => all.Add(one), queue);
        try
        {
            yield return null;
            while (!cancellationToken.IsCancellationRequested)
            {
                if (queue.Reader.TryRead(out var message))
                {
                    yield return message;
                }
                else if (!await HasNewsAsync(queue, beat, time, cancellationToken))
                {
                    yield return null;
                }
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _listeners, (all, one) => all.Remove(one), queue);
        }
    }

    private static async Task<bool> HasNewsAsync(Channel<ChangeMessage> queue, TimeSpan beat, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(beat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await queue.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested || cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
