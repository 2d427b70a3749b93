using System.Threading.Channels;
using Fleet.Agent.Outbox;

namespace Fleet.Agent.Commands;

/// <summary>A number of frames that someone asked of a camera, with a time between them. Frames come from the camera's thread and are taken by another; more than a few that nobody took hold the asking up, and never the camera.</summary>
internal sealed class AskedFrames(int count, TimeSpan every, int maxWidthPx, TimeProvider time)
{
    private const int Waiting = 4;
    private readonly Channel<WaitingSample> _came = Channel.CreateBounded<WaitingSample>(Waiting);
    private int _offered;
    private long? _lastAt;

    public int MaxWidthPx => maxWidthPx;

    public DateTimeOffset OpenedAt { get; } = time.GetUtcNow();

    public bool IsDue => _offered < count && (_lastAt is not { } last || time.GetElapsedTime(last) >= every) && _came.Reader.Count < Waiting;

    public void Offer(WaitingSample sample)
    {
        if (_came.Writer.TryWrite(sample))
        {
            _offered++;
            _lastAt = time.GetTimestamp();
        }
    }

    public WaitingSample? Take() => _came.Reader.TryRead(out var sample) ? sample : null;
}

/// <summary>All that is asked of the frames of one camera now.</summary>
internal sealed class FrameAsks(TimeProvider time)
{
    private readonly Lock _gate = new();
    private volatile AskedFrames[] _open = [];

    /// <summary>Raised when a frame was offered.</summary>
    public event Action? Came;

    /// <summary>The next frame is wanted, and has to be looked at.</summary>
    public bool AreDue
    {
        get
        {
            foreach (var asked in _open)
            {
                if (asked.IsDue)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public AskedFrames Open(int count, TimeSpan every, int maxWidthPx)
    {
        var asked = new AskedFrames(count, every, maxWidthPx, time);
        lock (_gate)
        {
            _open = [.. _open, asked];
        }

        return asked;
    }

    public void Close(AskedFrames asked)
    {
        lock (_gate)
        {
            _open = [.. _open.Where(o => o != asked)];
        }
    }

    /// <summary>A frame came; <paramref name="make"/> draws up what is sent, at most so many pixels wide.</summary>
    public void Offer(Func<int, WaitingSample> make)
    {
        foreach (var asked in _open)
        {
            if (asked.IsDue)
            {
                asked.Offer(make(asked.MaxWidthPx));
                Came?.Invoke();
            }
        }
    }
}
