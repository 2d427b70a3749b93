namespace Fleet.Agent.Pipeline;

/// <summary>Keeps a camera to the rate that is wanted, by the clock that never jumps. Rates need not be whole numbers.</summary>
internal sealed class FrameRate(TimeProvider time)
{
    private double _due;
    private long _spared;

    /// <summary>A live frame may be taken: not too many have been lately. A little early is no matter, so that a rate equal to the camera's own loses none.</summary>
    public bool IsDue(double fps)
    {
        var (now, interval) = (time.GetTimestamp(), time.TimestampFrequency / fps);
        if (now < _due - (interval / 10))
        {
            return false;
        }

        _due = Math.Max(_due + interval, now);
        return true;
    }

    /// <summary>One frame in 2 to the power of <paramref name="level"/> is spared.</summary>
    public bool Spares(int level) => _spared++ % (1 << level) == 0;

    /// <summary>Waits until the next frame of a file is due.</summary>
    public async ValueTask WaitAsync(double fps, CancellationToken cancellationToken)
    {
        var (now, interval) = (time.GetTimestamp(), time.TimestampFrequency / fps);
        if (_due > now)
        {
            await Task.Delay(TimeSpan.FromSeconds((_due - now) / time.TimestampFrequency), time, cancellationToken);
        }

        _due = (_due < now - interval ? now : _due) + interval;
    }
}
