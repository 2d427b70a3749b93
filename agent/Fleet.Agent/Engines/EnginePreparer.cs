using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Inference;

namespace Fleet.Agent.Engines;

/// <summary>The next <paramref name="count"/> pictures of a camera; fewer where it gives fewer within <paramref name="limit"/>.</summary>
internal delegate Task<IReadOnlyList<byte[]>> PicturesAsync(int count, TimeSpan limit, CancellationToken cancellationToken);

/// <summary>Finds the engine that serves a version: built, tried and raced in children, one version at a time, while the version before serves.</summary>
internal sealed partial class EnginePreparer : IDisposable
{
    private const int RaceFrames = 4;
    private static readonly TimeSpan PicturesWithin = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim _one = new(1);
    private readonly PrepareStages _stages;
    private readonly PrepareParts _parts;
    private readonly StateStore _store;
    private readonly ILogger _log;

    public EnginePreparer(PrepareParts parts, StateStore store, ILogger<EnginePreparer> log)
    {
        (_parts, _store, _log, _stages) = (parts, store, log, new PrepareStages(parts.Time));
        new EngineCache(parts.Paths.Engines, parts.Time).Sweep();
    }

    /// <summary>How far the engine of <paramref name="version"/> is; null while none is being prepared.</summary>
    public ReportedPreparing? Progress(VersionId version) => _stages.Of(version);

    /// <summary>The engine to serve with. It lies in the cache when this returns.</summary>
    /// <exception cref="ProblemException">None can be had: <see cref="Problems.EngineBudget"/>, <see cref="Problems.EngineGolden"/> or another.</exception>
    public Task<Entrant> PrepareAsync(Installed version, DevicePolicy policy, PicturesAsync pictures, CancellationToken cancellationToken) =>
        AloneAsync(version, policy, async work =>
        {
            if (work.Entrants is [var only])
            {
                return await work.BuildAsync(only, cancellationToken);
            }

            return work.Chosen(_store.Current.RaceOf(version.Version)) is { } chosen && work.IsBuilt(chosen)
                ? chosen
                : await RaceAsync(work, await pictures(RaceFrames, PicturesWithin, cancellationToken), cancellationToken);
        }, cancellationToken);

    /// <summary>The engine of a version that served before, without another race.</summary>
    /// <exception cref="ProblemException">It cannot be had any more.</exception>
    public Task<Entrant> RestoreAsync(Installed version, DevicePolicy policy, CancellationToken cancellationToken) =>
        AloneAsync(version, policy, work => work.BuildAsync(work.Chosen(_store.Current.RaceOf(version.Version)) ?? work.Entrants[0], cancellationToken), cancellationToken);

    public void Dispose() => _one.Dispose();

    private async Task<Entrant> RaceAsync(PrepareWork work, IReadOnlyList<byte[]> pictures, CancellationToken cancellationToken)
    {
        var (result, race) = await work.RaceAsync(pictures, cancellationToken);
        _store.Change(s => s.With(race));
        if (result.Winner is { } winner)
        {
            Won(_log, work.Version.Version, winner.Name, race.Rows.Count, race.Remark ?? "");
            return winner;
        }

        var isAccuracy = race.Rows.All(r => r.P50Ms is null && r.Golden is not ("none" or "reproduced"));
        throw new ProblemException(
            isAccuracy ? Problems.EngineGolden : Problems.EngineFailed,
            $"No variant of {work.Version.Version} can serve here. {string.Join(" ", race.Rows.Select(r => $"{r.Variant}: {(r.Golden is "none" or "reproduced" ? r.WhyNot : r.Golden)}"))}");
    }

    private async Task<Entrant> AloneAsync(Installed version, DevicePolicy policy, Func<PrepareWork, Task<Entrant>> prepareAsync, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            using var stage = _stages.Begin(version.Version);
            return await prepareAsync(new PrepareWork(_parts, version, policy, stage.Tell));
        }
        finally
        {
            _one.Release();
        }
    }

    [LoggerMessage(1420, LogLevel.Information, "{Version}: {Variant} won a race of {Count}. {Remark}")]
    private static partial void Won(ILogger log, VersionId version, string variant, int count, string remark);
}
