namespace Fleet.Agent.Pipeline;

/// <summary>Whether the device keeps up with its cameras: high while live frames are dropped because newer ones came.</summary>
internal sealed class DeviceLoad(TimeProvider time)
{
    private const double HighShare = 0.05;
    private const int FewFrames = 10;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private long _since = time.GetTimestamp();
    private int _done;
    private int _dropped;
    private bool _isHigh;
    private DateTimeOffset? _firstDoneAt;

    /// <summary>When the first frame was done; null before it.</summary>
    public DateTimeOffset? FirstDoneAt
    {
        get
        {
            lock (_gate)
            {
                return _firstDoneAt;
            }
        }
    }

    /// <summary>By the last five seconds that are over.</summary>
    public bool IsHigh
    {
        get
        {
            lock (_gate)
            {
                Turn_NeedsLock();
                return _isHigh;
            }
        }
    }

    public void Done()
    {
        lock (_gate)
        {
            Turn_NeedsLock();
            _done++;
            _firstDoneAt ??= time.GetUtcNow();
        }
    }

    public void Dropped()
    {
        lock (_gate)
        {
            Turn_NeedsLock();
            _dropped++;
        }
    }

    private void Turn_NeedsLock()
    {
        if (time.GetElapsedTime(_since) >= Window)
        {
            _isHigh = _done + _dropped >= FewFrames && _dropped > HighShare * (_done + _dropped);
            (_since, _done, _dropped) = (time.GetTimestamp(), 0, 0);
        }
    }
}
