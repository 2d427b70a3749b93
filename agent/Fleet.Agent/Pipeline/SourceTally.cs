using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Counts what a camera gives, where it comes in; what becomes of it is counted elsewhere, so that the two can be held against each other.</summary>
internal sealed class SourceTally(CameraId camera, TimeProvider time)
{
    /// <summary>The rate is a mean over about so many seconds.</summary>
    private const double MemorySeconds = 5;

    /// <summary>Without a frame for so long there is no rate.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long _received;
    private long _broken;
    private long _opened;
    private long _failures;
    private long _stalls;
    private int _widthPx;
    private int _heightPx;
    private double _intervalSeconds;
    private long _last;
    private DateTimeOffset? _lastAt;

    /// <summary>Frames came: one that can be used, and others lost before it.</summary>
    /// <returns>The size before, where the camera changed it.</returns>
    public (int WidthPx, int HeightPx)? Came(Frame frame, long lost, long broken)
    {
        lock (_gate)
        {
            _received += 1 + lost + broken;
            _broken += broken;
            Measure_NeedsLock(frame.CapturedTimestamp, frames: 1 + lost + broken);
            _lastAt = frame.CapturedAt;
            var before = (_widthPx, _heightPx);
            (_widthPx, _heightPx) = (frame.WidthPx, frame.HeightPx);
            return before.Item1 > 0 && before != (_widthPx, _heightPx) ? before : null;
        }
    }

    /// <summary>Frames that came after the last one that could be used.</summary>
    public void Lost(long broken)
    {
        lock (_gate)
        {
            _received += broken;
            _broken += broken;
        }
    }

    public void Opened()
    {
        lock (_gate)
        {
            _opened++;
            (_last, _intervalSeconds) = (0, 0);
        }
    }

    public void Failed(bool isStall)
    {
        lock (_gate)
        {
            _failures++;
            _stalls += isStall ? 1 : 0;
        }
    }

    public SourceCounters Read()
    {
        lock (_gate)
        {
            var isSilent = _last == 0 || _intervalSeconds <= 0 || time.GetElapsedTime(_last) > Silence + TimeSpan.FromSeconds(_intervalSeconds);
            return new SourceCounters(camera, _received, _received - _broken, _opened, _failures, _stalls, _widthPx, _heightPx, isSilent ? 0 : Math.Round(1 / _intervalSeconds, 2), _lastAt);
        }
    }

    private void Measure_NeedsLock(long now, long frames)
    {
        if (_last != 0)
        {
            var interval = time.GetElapsedTime(_last, now).TotalSeconds / frames;
            var weight = Math.Min(1, interval * frames / MemorySeconds);
            _intervalSeconds = _intervalSeconds <= 0 ? interval : _intervalSeconds + (Math.Max(weight, 0.02) * (interval - _intervalSeconds));
        }

        _last = now;
    }
}
