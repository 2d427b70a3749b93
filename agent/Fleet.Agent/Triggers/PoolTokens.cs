using Fleet.Contracts;

namespace Fleet.Agent.Triggers;

/// <summary>How many frames of a camera may be kept now: they come in evenly, what is not used waits for at most an hour, and no hour has more than its number.</summary>
/// <remarks>Where more may be kept than come, chance takes no more than its share of those that came: the others are for triggers, which say why.</remarks>
internal sealed class PoolTokens(TimeProvider time)
{
    /// <summary>What is there at the start, as a share of an hour: samples come soon after it.</summary>
    public const double AtStart = 1 / 12.0;

    private const double Rounding = 1e-9;
    private readonly Queue<(long At, int Count)> _kept = new();
    private long _filledAt = time.GetTimestamp();
    private bool _isStarted;
    private double _shareOfArrived = 1;
    private double _randoms;
    private double _picks;

    /// <summary>A frame came.</summary>
    public void Arrive(DevicePolicy policy) => _shareOfArrived = Math.Min(_shareOfArrived + policy.RandomShare, Math.Max(1, policy.SamplesPerHour * policy.RandomShare));

    /// <summary>Whole frames that may be kept now, by chance and by trigger.</summary>
    public (int Randoms, int Picks) Ready(DevicePolicy policy)
    {
        Fill(policy);
        var left = Math.Max(0, policy.SamplesPerHour - KeptThisHour());
        var randoms = Math.Min((int)(Math.Min(_randoms, _shareOfArrived) + Rounding), left);
        return (randoms, Math.Min((int)(_picks + Rounding), left - randoms));
    }

    /// <summary>Whole frames that may be kept when <paramref name="ahead"/> has passed.</summary>
    public (int Randoms, int Picks) Expected(DevicePolicy policy, TimeSpan ahead)
    {
        Fill(policy);
        var coming = policy.SamplesPerHour * ahead.TotalHours;
        return ((int)Math.Ceiling(_randoms + (policy.RandomShare * coming) - Rounding), (int)Math.Ceiling(_picks + ((1 - policy.RandomShare) * coming) - Rounding));
    }

    public void Use(int randoms, int picks)
    {
        _shareOfArrived -= randoms;
        _randoms -= randoms;
        _picks -= picks;
        if (randoms + picks > 0)
        {
            _kept.Enqueue((time.GetTimestamp(), randoms + picks));
        }
    }

    private void Fill(DevicePolicy policy)
    {
        var hours = time.GetElapsedTime(_filledAt).TotalHours;
        if (!_isStarted)
        {
            (_isStarted, hours) = (true, hours + AtStart);
        }

        _filledAt = time.GetTimestamp();
        double hourly = policy.SamplesPerHour;
        var (randomly, picked) = (hourly * policy.RandomShare, hourly * (1 - policy.RandomShare));
        _randoms = Math.Clamp(_randoms + (randomly * hours), 0, Math.Max(1, randomly));
        _picks = Math.Clamp(_picks + (picked * hours), 0, picked > 0 ? Math.Max(1, picked) : 0);
    }

    private int KeptThisHour()
    {
        while (_kept.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= TimeSpan.FromHours(1))
        {
            _kept.Dequeue();
        }

        return _kept.Sum(k => k.Count);
    }
}
