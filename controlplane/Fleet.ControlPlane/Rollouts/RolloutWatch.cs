using System.Collections.Frozen;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>Whose counters rollouts wait for: a guard counts messages, so each has to be looked at when it comes.</summary>
internal sealed class RolloutWatch(TimeProvider time)
{
    private volatile FrozenSet<DeviceId> _devices = FrozenSet<DeviceId>.Empty;
    private TimeSpan _pause;
    private long _ended;

    /// <summary>Whether a message of one of these is to be looked at.</summary>
    public bool Wants(IEnumerable<DeviceId> heard) => _devices is { Count: > 0 } devices && heard.Any(devices.Contains);

    /// <summary>A look reads the whole fleet: it rests as long as it took, so that half the time is left to others however many devices speak.</summary>
    public Task RestAsync(CancellationToken cancellationToken) =>
        _pause - time.GetElapsedTime(_ended) is var left && left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;

    /// <summary>A look has ended.</summary>
    /// <param name="devices">Those whose next message counts.</param>
    /// <param name="began">When it began.</param>
    public void Looked(IEnumerable<DeviceId> devices, long began)
    {
        _devices = devices.ToFrozenSet();
        _ended = time.GetTimestamp();
        _pause = time.GetElapsedTime(began, _ended);
    }
}
