namespace Fleet.Agent.Pipeline;

/// <summary>Measures runs without making garbage; one thread at a time.</summary>
internal sealed class BatchMeter(int maxBatch)
{
    private const int Window = 64;
    private const int EnoughRuns = 12;
    private const int Skipped = 2;
    private readonly double[] _endToEndMs = new double[Window];
    private readonly double[] _sumMs = new double[maxBatch];
    private readonly int[] _runs = new int[maxBatch];
    private int _frames;
    private int _windowRuns;

    /// <summary>A window is full.</summary>
    public bool IsFull => _frames >= Window;

    /// <summary>One run of the network; the first of each size are left out, because memory is made and code compiled in them.</summary>
    public void Ran(int frames, double ms)
    {
        _windowRuns++;
        if (_runs[frames - 1]++ >= Skipped)
        {
            _sumMs[frames - 1] += ms / frames;
        }
    }

    public void Completed(double endToEndMs)
    {
        _endToEndMs[_frames % Window] = endToEndMs;
        _frames++;
    }

    /// <summary>What was measured; a new window begins.</summary>
    public BatchWindow Take()
    {
        var sorted = _endToEndMs[..Math.Min(_frames, Window)];
        Array.Sort(sorted);
        var window = new BatchWindow(
            sorted.Length == 0 ? 0 : sorted[(int)(0.95 * (sorted.Length - 1))],
            _windowRuns == 0 ? 0 : (double)_frames / _windowRuns,
            [.. _sumMs.Select((sum, i) => _runs[i] >= EnoughRuns ? sum / (_runs[i] - Skipped) : (double?)null)]);
        (_frames, _windowRuns) = (0, 0);
        return window;
    }
}
