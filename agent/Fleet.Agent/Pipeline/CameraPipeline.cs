using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>What became of a switch to another version.</summary>
/// <param name="ToFirstFrameMs">From the decision to the first completed frame; null before it.</param>
/// <param name="FramesLost">Frames that no version completed because of it.</param>
/// <param name="PauseMs">From the last frame of the version before to the first of the new one; null before it, and where none served before.</param>
internal sealed record Promotion(double? ToFirstFrameMs, long FramesLost, double? PauseMs = null);

/// <summary>Looks at the frames of one camera with the version in service, and tells the sinks.</summary>
internal sealed partial class CameraPipeline(CameraId camera, FrameCounters counters, FramePool pool, FrameSinks sinks, TimeProvider time, ILogger log) : IDisposable
{
    private readonly Lock _running = new();

    /// <summary>Shut while a switch waits: a busy camera would take the lock again before the switch ever gets it.</summary>
    private readonly ManualResetEventSlim _noSwitchWaits = new(initialState: true);
    private volatile Engine? _engine;
    private double? _beforeMeanMs;
    private long _promotedAt;
    private long _switchedAt;
    private long? _doneAt;
    private long? _lastBeforeAt;
    private bool _awaitsFirst;
    private volatile PictureRequest? _request;
    private Promotion _promotion = new(ToFirstFrameMs: null, FramesLost: 0);

    /// <summary>Raised after every frame that a version completed or failed on.</summary>
    public event Action? Progressed;

    public CameraId Camera => camera;

    public FrameCounters Counters => counters;

    /// <summary>Read without waiting for the frame that is being looked at: a camera asks for it whenever it drops a frame.</summary>
    public Engine? Engine => _engine;

    public Promotion Promotion
    {
        get
        {
            lock (_running)
            {
                return _promotion;
            }
        }
    }

    public WatchEvidence? Evidence
    {
        get
        {
            lock (_running)
            {
                return _engine is { } engine
                    ? new WatchEvidence(engine.Completed, engine.Failed, engine.MeanMs, _beforeMeanMs, time.GetElapsedTime(_switchedAt), engine.Fault)
                    : null;
            }
        }
    }

    /// <summary>Takes on what may change while the camera runs, from the next frame on.</summary>
    public void Apply(DesiredCamera wanted) => sinks.Apply(wanted);

    /// <summary>Puts <paramref name="next"/> in service between two frames: the frame that is being looked at is finished by the version before, the next one goes to the new.</summary>
    /// <param name="next">What serves from now on; null for nothing.</param>
    /// <param name="decidedAt">When the switch was decided, by the clock; null for now.</param>
    /// <returns>The version before; not used any more when this returns.</returns>
    public Engine? Switch(Engine? next, long? decidedAt = null)
    {
        var decided = decidedAt ?? time.GetTimestamp();
        var droppedBefore = counters.SkippedFor(SkipReason.NoVersion);
        _noSwitchWaits.Reset();
        lock (_running)
        {
            _noSwitchWaits.Set();
            var before = _engine;
            _engine = next;
            (_lastBeforeAt, _doneAt) = (before is null ? null : _doneAt, null);
            _beforeMeanMs = before is { Completed: >= 5 } ? before.MeanMs : null;
            (_promotedAt, _switchedAt, _awaitsFirst) = (decided, time.GetTimestamp(), next is not null);
            _promotion = new Promotion(ToFirstFrameMs: null, FramesLost: before is null ? 0 : counters.SkippedFor(SkipReason.NoVersion) - droppedBefore);
            return before;
        }
    }

    /// <summary>The next frames as JPEG, whether a version serves or not; fewer where the camera gives fewer in time.</summary>
    public async Task<IReadOnlyList<byte[]>> PicturesAsync(int count, TimeSpan limit, CancellationToken cancellationToken)
    {
        var request = new PictureRequest(count);
        _request = request;
        try
        {
            return await request.Taken.WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return request.SoFar;
        }
        finally
        {
            _request = null;
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(FrameHandover handover, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await handover.TakeAsync(cancellationToken);
            Look(frame, handover.IsLive);
            pool.Return(frame);
        }
    }

    public void Dispose()
    {
        _engine?.Dispose();
        _noSwitchWaits.Dispose();
    }

    /// <summary>One frame, from the version in service to the sinks.</summary>
    internal void Look(Frame frame, bool isLive = false)
    {
        var queueMs = time.GetElapsedTime(frame.CapturedTimestamp).TotalMilliseconds;
        _request?.Offer(sinks.Covered(frame));
        _noSwitchWaits.Wait();
        lock (_running)
        {
            if (_engine is not { } engine)
            {
                counters.Skipped(version: null, SkipReason.NoVersion);
                sinks.Unseen(frame);
                return;
            }

            var version = engine.Version.Version;
            if (sinks.IsStill(frame, engine, isLive))
            {
                counters.Skipped(version, SkipReason.Still);
                sinks.Still(frame, version);
                return;
            }

            try
            {
                var sight = engine.Look(frame);
                engine.Complete(sight.InferenceMs);
                counters.Completed(version, sight.Detections.Count, time.GetUtcNow(), time.GetElapsedTime(frame.CapturedTimestamp).TotalMilliseconds, queueMs, sight.InferenceMs);
                NoteDone_NeedsLock();
                sinks.Seen(frame, version, sight);
            }
#pragma warning disable CA1031 // whatever a network's run throws is a failed frame of that version
            catch (Exception e)
#pragma warning restore CA1031
            {
                Fail_NeedsLock(engine, e);
            }
        }

        Progressed?.Invoke();
    }

    private void NoteDone_NeedsLock()
    {
        var now = time.GetTimestamp();
        if (_awaitsFirst)
        {
            _awaitsFirst = false;
            _promotion = _promotion with
            {
                ToFirstFrameMs = time.GetElapsedTime(_promotedAt, now).TotalMilliseconds,
                PauseMs = _lastBeforeAt is { } last ? time.GetElapsedTime(last, now).TotalMilliseconds : null,
            };
        }

        _doneAt = now;
    }

    private void Fail_NeedsLock(Engine engine, Exception e)
    {
        if (engine.Failed == 0)
        {
            FrameFailed(log, camera, engine.Version.Version, e);
        }

        engine.Fail(e.Message);
        counters.Failed(engine.Version.Version);
        if (_awaitsFirst)
        {
            _promotion = _promotion with { FramesLost = _promotion.FramesLost + 1 };
        }
    }

    [LoggerMessage(1300, LogLevel.Warning, "Camera {Camera}: {Version} failed on a frame; further failures of it are counted only.")]
    private static partial void FrameFailed(ILogger log, CameraId camera, VersionId version, Exception e);
}
