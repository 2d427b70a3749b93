using System.Collections.Concurrent;
using Fleet.Contracts;

namespace Fleet.Agent.Engines;

/// <summary>How far each preparation is, for the report.</summary>
internal sealed class PrepareStages(TimeProvider time)
{
    private readonly ConcurrentDictionary<VersionId, (string Stage, double Share, long Began)> _stages = new();

    public ReportedPreparing? Of(VersionId version) => _stages.TryGetValue(version, out var now)
        ? new ReportedPreparing(now.Stage, (long)time.GetElapsedTime(now.Began).TotalSeconds, now.Share)
        : null;

    public Stage Begin(VersionId version)
    {
        var began = time.GetTimestamp();
        _stages[version] = ("starting", 0, began);
        return new Stage((stage, share) => _stages[version] = (stage, share, began), () => _stages.TryRemove(version, out _));
    }

    internal sealed class Stage(Action<string, double> tell, Action end) : IDisposable
    {
        public void Tell(string stage, double share) => tell(stage, share);

        public void Dispose() => end();
    }
}
