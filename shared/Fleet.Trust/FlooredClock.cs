namespace Fleet.Trust;

/// <summary>A clock that never shows a time before one known to have passed: a device whose battery died does not accept what expired long ago.</summary>
/// <param name="inner">The clock of the machine.</param>
/// <param name="floor">The build time, or the newest verified <c>IssuedAt</c> if that is later.</param>
public sealed class FlooredClock(TimeProvider inner, DateTimeOffset floor) : TimeProvider
{
    private long _floorTicks = floor.UtcTicks;

    /// <summary>The newest time known to have passed; store it, and give it to the next start.</summary>
    public DateTimeOffset Floor => new(Interlocked.Read(ref _floorTicks), TimeSpan.Zero);

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <summary>Raises the floor to <paramref name="seen"/>, a time out of a verified document; an earlier time changes nothing.</summary>
    public void Raise(DateTimeOffset seen)
    {
        long now;
        do
        {
            now = Interlocked.Read(ref _floorTicks);
        }
        while (seen.UtcTicks > now && Interlocked.CompareExchange(ref _floorTicks, seen.UtcTicks, now) != now);
    }

    /// <summary>Forgets what was raised before: whoever raised it had a stolen key, which counts for nothing any more.</summary>
    public void Restart(DateTimeOffset seen) => Interlocked.Exchange(ref _floorTicks, seen.UtcTicks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var (now, floor) = (inner.GetUtcNow(), Floor);
        return now < floor ? floor : now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => inner.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
}
