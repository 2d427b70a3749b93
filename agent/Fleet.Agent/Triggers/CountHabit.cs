namespace Fleet.Agent.Triggers;

/// <summary>How many objects a camera usually shows: mean and variance that follow slow change.</summary>
internal sealed class CountHabit
{
    /// <summary>Before so many frames nothing is usual.</summary>
    private const int FewFrames = 100;

    /// <summary>What was usual so many frames ago counts for a third.</summary>
    private const int Memory = 3000;

    private long _frames;
    private double _variance;

    public double Mean { get; private set; }

    /// <summary>Standard deviations that <paramref name="count"/> lies from what is usual, one object at the least; takes it in.</summary>
    public double Look(int count)
    {
        var apart = count - Mean;
        var deviations = _frames < FewFrames ? 0 : Math.Abs(apart) / Math.Sqrt(Math.Max(_variance, 1));
        var rate = 1.0 / Math.Min(++_frames, Memory);
        Mean += rate * apart;
        _variance = (1 - rate) * (_variance + (rate * apart * apart));
        return deviations;
    }
}
