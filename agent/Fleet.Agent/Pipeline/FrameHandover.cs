using System.Threading.Channels;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Hands frames from a camera to its detector. A live camera's newest frame takes the place of one that waits; a file waits until there is room.</summary>
internal sealed class FrameHandover(FramePool pool, Action<Frame> dropped)
{
    private const int WaitingOfFile = 2;
    private readonly Channel<Frame> _waiting = Channel.CreateBounded<Frame>(new BoundedChannelOptions(WaitingOfFile) { SingleReader = true, SingleWriter = false });
    private readonly Lock _newest = new();
    private volatile bool _isLive;

    public int Waiting => _waiting.Reader.Count;

    /// <summary>Whether the newest frame came from a source that does not wait.</summary>
    public bool IsLive => _isLive;

    /// <summary>Puts a live frame in the one place there is.</summary>
    public void OfferNewest(Frame frame)
    {
        _isLive = true;
        lock (_newest)
        {
            while (_waiting.Reader.Count > 0 && _waiting.Reader.TryRead(out var older))
            {
                dropped(older);
                pool.Return(older);
            }

            if (!_waiting.Writer.TryWrite(frame))
            {
                dropped(frame);
                pool.Return(frame);
            }
        }
    }

    /// <summary>Waits for room.</summary>
    public ValueTask OfferAsync(Frame frame, CancellationToken cancellationToken)
    {
        _isLive = false;
        return _waiting.Writer.WriteAsync(frame, cancellationToken);
    }

    public ValueTask<Frame> TakeAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAsync(cancellationToken);

    /// <summary>Empties it, when nobody takes any more.</summary>
    public void Drain(Action<Frame> left)
    {
        while (_waiting.Reader.TryRead(out var frame))
        {
            left(frame);
            pool.Return(frame);
        }
    }
}
