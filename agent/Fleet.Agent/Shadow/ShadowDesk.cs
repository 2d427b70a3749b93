using System.Collections.Concurrent;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;

namespace Fleet.Agent.Shadow;

/// <summary>Brings the candidates that are wanted into the shadow of their cameras, one after the other, by the steps that an update takes before it would serve.</summary>
internal sealed partial class ShadowDesk(StateStore store, UpdateSteps steps, SampleKeeper samples, TimeProvider time, ILogger<ShadowDesk> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<CameraId, ShadowLane> _lanes = new();

    public Signal Wake { get; } = new();

    public IEnumerable<ShadowCounters> Counters => _lanes.Values.SelectMany(l => l.Counters);

    private static DevicePolicy PolicyOf(AgentState state) => state.Desired?.Policy ?? new DevicePolicy();

    /// <summary>A camera's lane; its counters outlive a camera that is set anew.</summary>
    public ShadowLane Of(CameraId camera) => _lanes.GetOrAdd(camera, _ => new ShadowLane(camera, () => PolicyOf(store.Current), samples.KeepShadow, time));

    public IReadOnlyList<ReportedShadow>? Read()
    {
        var state = store.Current;
        var wanted = (state.Desired?.Cameras ?? []).Where(c => c.Shadow is not null)
            .Select(c => new ReportedShadow(c.Id, c.Shadow!.Version, Of(c.Id).Running?.Version == c.Shadow.Version, state.ShadowOf(c)?.Problem)).ToList();
        return wanted.Count > 0 ? wanted : null;
    }

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (store.Current.Desired is not { } desired)
        {
            return;
        }

        foreach (var (camera, lane) in _lanes)
        {
            if (lane.Running is { } running && Wanted(desired, camera) is var now && now.Version?.Is(running) != true)
            {
                await lane.SetAsync(wanted: null, engine: null);
            }
        }

        Forget(desired);
        foreach (var camera in desired.Cameras.Where(c => c.Shadow is not null))
        {
            await BringAsync(desired, camera, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes.Values)
        {
            await lane.DisposeAsync();
        }
    }

    private static (DesiredShadow? Shadow, Installed? Version) Wanted(Desired desired, CameraId camera)
    {
        var shadow = desired.Cameras.FirstOrDefault(c => c.Id == camera)?.Shadow;
        return (shadow, shadow is not null && desired.Versions.FirstOrDefault(v => v.Id == shadow.Version) is { } version ? Installed.Of(version) : null);
    }

    private void Forget(Desired desired)
    {
        var state = store.Current;
        if (state.Shadows.Any(s => Wanted(desired, s.Camera).Shadow?.Version != s.Version))
        {
            store.Change(s => s with { Shadows = [.. s.Shadows.Where(x => Wanted(desired, x.Camera).Shadow?.Version == x.Version)] });
        }
    }

    private async Task BringAsync(Desired desired, DesiredCamera camera, CancellationToken cancellationToken)
    {
        var (lane, (shadow, wanted)) = (Of(camera.Id), Wanted(desired, camera.Id));
        if (wanted is null || store.Current.ShadowOf(camera)?.Problem is not null)
        {
            return;
        }

        if (lane.Running?.Is(wanted) == true)
        {
            lane.Bound(shadow!);
            return;
        }

        var record = store.Current.ShadowOf(camera) ?? new ShadowRecord(camera.Id, wanted.Version, desired.Generation);
        store.Change(s => s.With(record));
        using var candidate = new CandidateEngine(() => PolicyOf(store.Current), (_, _, _) => Task.FromResult<IReadOnlyList<byte[]>>([]));
        if (await PrepareAsync(record, wanted, candidate, cancellationToken))
        {
            await lane.SetAsync(shadow, candidate.Take(wanted));
            Runs(log, camera.Id, wanted.Version);
        }
    }

    /// <returns>Whether the candidate is ready. A link that is away is tried again; any other failure is noted, and the candidate is not tried again.</returns>
    private async Task<bool> PrepareAsync(ShadowRecord record, Installed version, CandidateEngine candidate, CancellationToken cancellationToken)
    {
        var update = new UpdateRecord(record.Camera, version.Version, version.Variant, record.Generation, UpdateState.Reserving);
        while (update.State != UpdateState.Activating)
        {
            var result = await steps.TakeAsync(update, version, candidate, new FetchTally(), cancellationToken);
            if (result.Event == UpdateEvent.Again)
            {
                throw new ProblemException(Problems.ServerBusy, $"{record.Camera}: {result.Problem?.Detail}");
            }

            update = update with { State = UpdateTable.Next(update.State, result.Event, canGoBack: true)!.Value };
            if (UpdateTable.HasEnded(update.State))
            {
                var problem = result.Problem ?? new ReportedProblem(Problems.EngineFailed.Code, $"{version.Version} ended as {update.State}.");
                store.Change(s => s.With(record with { Problem = problem }));
                Refused(log, record.Camera, version.Version, problem.Detail);
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(1800, LogLevel.Information, "Camera {Camera}: {Version} runs in the shadow.")]
    private static partial void Runs(ILogger log, CameraId camera, VersionId version);

    [LoggerMessage(1801, LogLevel.Warning, "Camera {Camera}: {Version} does not run in the shadow: {Reason}")]
    private static partial void Refused(ILogger log, CameraId camera, VersionId version, string reason);
}
