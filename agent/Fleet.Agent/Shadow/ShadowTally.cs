using Fleet.Contracts;

namespace Fleet.Agent.Shadow;

/// <summary>Counts what one candidate found against one champion.</summary>
internal sealed class ShadowTally(CameraId camera, VersionId champion, VersionId version)
{
    private readonly Lock _gate = new();
    private ShadowCounters _counters = new(camera, champion, version, 0, 0, 0, 0, 0, 0, 0, 0);

    public ShadowCounters Read()
    {
        lock (_gate)
        {
            return _counters;
        }
    }

    public void Compared(ShadowCompare found, double ms) => Change(c => c with
    {
        Compared = c.Compared + 1,
        Agreed = c.Agreed + (found.Agrees ? 1 : 0),
        Matched = c.Matched + found.Matched,
        OnlyChampion = c.OnlyChampion + found.OnlyChampion,
        OnlyCandidate = c.OnlyCandidate + found.OnlyCandidate,
        TotalMs = c.TotalMs + ms,
    });

    public void Failed(double ms) => Change(c => c with { Failed = c.Failed + 1, TotalMs = c.TotalMs + ms });

    public void PassedOver() => Change(c => c with { PassedOver = c.PassedOver + 1 });

    private void Change(Func<ShadowCounters, ShadowCounters> change)
    {
        lock (_gate)
        {
            _counters = change(_counters);
        }
    }
}
