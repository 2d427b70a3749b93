using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Contracts;

namespace Fleet.Agent.Updates;

/// <summary>Brings one camera to the version that is wanted: reads everything afresh, plans one step, stores it, takes it.</summary>
internal sealed partial class CameraReconciler(CameraPipeline pipeline, StateStore store, UpdateSteps steps, TimeProvider time, ILogger log) : IDisposable
{
    private readonly CandidateEngine _candidate = new(() => store.Current.Desired?.Policy ?? new DevicePolicy(), pipeline.PicturesAsync);
    private readonly CameraId _camera = pipeline.Camera;
    private readonly CommittedStart _start = new(pipeline.Camera, store, steps, time, log);
    private Engine? _good;
    private VersionId? _returnedFrom;

    /// <summary>Bytes of the update that is under way.</summary>
    public FetchTally Fetched { get; private set; } = new();

    /// <summary>Bytes that the update had to fetch when it began; 0 when all were there.</summary>
    public long BytesWanted { get; private set; }

    /// <summary>It waits for frames: each that is completed may decide.</summary>
    public bool IsWaiting { get; private set; }

    public DevicePolicy Policy => _candidate.Policy();

    /// <summary>How far the engine of <paramref name="version"/> is; null while none is being prepared.</summary>
    public ReportedPreparing? Preparing(VersionId version) => steps.Preparing(version);

    /// <summary>Why the camera has no version although it should; null otherwise.</summary>
    public ReportedProblem? Problem => _start.Problem;

    /// <summary>Takes steps until nothing is left to be done now.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (store.Current.Desired is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (UpdatePlanner.Next(Facts()))
            {
                case (UpdateStep.Nothing or UpdateStep.Wait) and var step:
                    IsWaiting = step is UpdateStep.Wait;
                    _start.Forgive(pipeline.Engine, Policy);
                    NoteReturn();
                    return;
                case UpdateStep.Clear:
                    Clear();
                    break;
                case UpdateStep.Restore { Version: var version }:
                    await RestoreAsync(version, cancellationToken);
                    break;
                case UpdateStep.Return:
                    Return();
                    break;
                case UpdateStep.GiveUp giveUp:
                    _start.GiveUp(giveUp);
                    break;
                case UpdateStep.Rest rest:
                    IsWaiting = false;
                    _start.Rest(rest);
                    return;
                case UpdateStep.Begin { Version: var version }:
                    Begin(version);
                    break;
                case UpdateStep.Judge { Update: var update, Verdict: var verdict, Problem: var problem }:
                    End(update, verdict, problem);
                    break;
                case UpdateStep.Take { Update: { State: UpdateState.Activating } update, Version: var version }:
                    Activate(update, version);
                    break;
                case UpdateStep.Take { Update: var update, Version: var version }:
                    await TakeAsync(update, version, cancellationToken);
                    break;
            }
        }
    }

    public void Dispose()
    {
        _candidate.Dispose();
        if (_good is { } good && good != pipeline.Engine)
        {
            good.Dispose();
        }
    }

    private Installed? Wanted() => store.Current.Desired is { } desired
        && desired.Cameras.FirstOrDefault(c => c.Id == _camera)?.Version is { } id && desired.Versions.FirstOrDefault(v => v.Id == id) is { } version
        ? Installed.Of(version)
        : null;

    private CameraFacts Facts()
    {
        var (state, wanted) = (store.Current, Wanted());
        var desired = state.Desired!;
        return new CameraFacts(
            wanted, desired.Generation, state.SlotsOf(_camera), wanted is null ? null : state.UpdateOf(_camera, wanted.Version),
            pipeline.Engine?.Version, pipeline.Evidence, desired.Policy) { Rested = _start.Rested };
    }

    private void Begin(Installed version)
    {
        Fetched = new();
        BytesWanted = steps.Missing(version);
        _start.Problem = null;
        store.Change(s => s.WithoutUnended(_camera).With(new UpdateRecord(_camera, version.Version, version.Variant, s.Desired!.Generation, UpdateState.Reserving)));
        Begun(log, _camera, version.Version);
    }

    private async Task TakeAsync(UpdateRecord update, Installed version, CancellationToken cancellationToken)
    {
        if (update.State == UpdateState.Proving && !_candidate.Has(version))
        {
            Move(update, UpdateEvent.Restarted, new StepResult(UpdateEvent.Restarted));
            return;
        }

        _start.Rouse();
        var result = await steps.TakeAsync(update, version, _candidate, Fetched, cancellationToken);
        if (!version.Is(Wanted()))
        {
            // it was called back meanwhile, and what the step needed may be gone: its end says nothing of the version
            store.Change(s => s.WithoutUnended(_camera));
            _candidate.Dispose();
            return;
        }

        Move(update, result.Event, result);
        if (result.Event == UpdateEvent.Again)
        {
            throw new ProblemException(Problems.ServerBusy, $"{_camera}: {result.Problem?.Detail}");
        }
    }

    /// <summary>Stores slots and step, then switches: a cut in between starts the committed version and begins the update again.</summary>
    private void Activate(UpdateRecord update, Installed version)
    {
        if (!_candidate.Has(version))
        {
            Move(update, UpdateEvent.Restarted, new StepResult(UpdateEvent.Restarted));
            return;
        }

        store.Change(s =>
        {
            var slots = s.SlotsOf(_camera);
            return s.With(slots.Put(slots.Spare, version) with { Active = slots.Spare }).With(update with { State = UpdateState.Watching, BytesFetched = Fetched.Received, BytesSaved = Fetched.Saved });
        });
        _start.Problem = null;
        Retire(pipeline.Switch(_candidate.Take(version)));
    }

    private void End(UpdateRecord update, UpdateEvent verdict, ReportedProblem? problem)
    {
        var next = UpdateTable.Next(update.State, verdict, canGoBack: store.Current.SlotsOf(_camera).Good is not null)!.Value;
        var ended = Measured(update) with { State = next, Problem = problem };
        switch (next)
        {
            case UpdateState.Committed:
                Commit(ended);
                return;
            case UpdateState.RolledBack:
                var decided = time.GetTimestamp();
                store.Change(s => s.With(ended));
                Return(decided);
                _returnedFrom = update.Version;
                break;
            default:
                store.Change(s => s.With(ended));
                break;
        }

        if (UpdateTable.HasEnded(next))
        {
            Failed(log, _camera, update.Version, next, problem?.Detail);
        }
    }

    private void Commit(UpdateRecord ended)
    {
        var former = _good;
        _good = pipeline.Engine;
        store.Change(s => s.With(s.SlotsOf(_camera) with { Good = s.SlotsOf(_camera).Active, Crashes = 0 }).With(ended));
        if (former != _good)
        {
            former?.Dispose();
        }

        Committed(log, _camera, ended.Version);
    }

    /// <summary>The committed version serves again, from the next frame on; the other slot is emptied.</summary>
    /// <param name="decided">When that was decided; null for now.</param>
    private void Return(long? decided = null)
    {
        store.Change(s => s.SlotsOf(_camera) is { Good: { } slot } slots
            ? s.WithoutUnended(_camera).With(slots.Put(CameraSlots.Other(slot), null) with { Active = slot })
            : s);
        Retire(pipeline.Switch(_good, decided));
    }

    private void Move(UpdateRecord update, UpdateEvent on, StepResult result)
    {
        var next = UpdateTable.Next(update.State, on, canGoBack: store.Current.SlotsOf(_camera).Good is not null)
            ?? throw new InvalidOperationException($"{update.State} cannot end in {on}.");
        var isOver = UpdateTable.HasEnded(next);
        store.Change(s => s.With(update with
        {
            State = next,
            BytesFetched = Fetched.Received,
            BytesSaved = Fetched.Saved,
            Problem = isOver || on == UpdateEvent.Again ? result.Problem : null,
            Remark = result.Remark ?? update.Remark,
        }));
        if (isOver)
        {
            _candidate.Dispose();
            Failed(log, _camera, update.Version, next, result.Problem?.Detail);
        }
    }

    private async Task RestoreAsync(Installed version, CancellationToken cancellationToken)
    {
        if (await _start.StartAsync(version, Policy, cancellationToken) is { } engine)
        {
            _good = store.Current.SlotsOf(_camera).Good is null ? null : engine;
            Retire(pipeline.Switch(engine));
        }
    }

    private void Clear()
    {
        store.Change(s => s.With(new CameraSlots(_camera)));
        _start.Problem = null;
        var before = pipeline.Switch(null);
        before?.Dispose();
        if (_good is not null && _good != before)
        {
            _good.Dispose();
        }

        _good = null;
        _candidate.Dispose();
    }

    private void NoteReturn()
    {
        if (_returnedFrom is { } version && pipeline.Promotion.ToFirstFrameMs is { } ms)
        {
            _returnedFrom = null;
            store.Change(s => s.UpdateOf(_camera, version) is { State: UpdateState.RolledBack } update ? s.With(update with { ReturnedMs = ms }) : s);
        }
    }

    private UpdateRecord Measured(UpdateRecord update) => update with
    {
        PromoteToFirstFrameMs = pipeline.Promotion.ToFirstFrameMs,
        PauseMs = pipeline.Promotion.PauseMs,
        FramesLost = pipeline.Promotion.FramesLost,
        FramesCompleted = pipeline.Evidence?.Completed ?? 0,
        BytesFetched = Math.Max(update.BytesFetched, Fetched.Received),
        BytesSaved = Math.Max(update.BytesSaved, Fetched.Saved),
    };

    private void Retire(Engine? engine)
    {
        if (engine is not null && engine != _good)
        {
            engine.Dispose();
        }
    }

    [LoggerMessage(1400, LogLevel.Information, "Camera {Camera}: update to {Version} begins.")]
    private static partial void Begun(ILogger log, CameraId camera, VersionId version);

    [LoggerMessage(1401, LogLevel.Information, "Camera {Camera}: {Version} is committed.")]
    private static partial void Committed(ILogger log, CameraId camera, VersionId version);

    [LoggerMessage(1402, LogLevel.Warning, "Camera {Camera}: update to {Version} ended as {State}: {Reason}")]
    private static partial void Failed(ILogger log, CameraId camera, VersionId version, UpdateState state, string? reason);
}
