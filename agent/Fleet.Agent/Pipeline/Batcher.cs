using Fleet.Agent.Engines;
using Fleet.Contracts;
using Fleet.Inference;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>One version's cameras at one network: whoever comes first runs the frames of all who wait. Where that does not pay, each camera runs its own.</summary>
/// <param name="shared">Opens the network for several frames; called when the second camera comes.</param>
/// <param name="apart">Cameras that can run at once without this, if there are so many.</param>
/// <param name="targetP95Ms">The end to end time to stay below.</param>
/// <param name="time">For the frames' age.</param>
internal sealed class Batcher(Func<Detector> shared, int apart, Func<double> targetP95Ms, TimeProvider time)
{
    private readonly Lock _running = new();
    private readonly Lock _waiting = new();
    private readonly List<Seat> _seats = [];
    private readonly Queue<Seat> _queue = new();
    private readonly Seat[] _taken = new Seat[EngineOptions.MaxBatch];
    private readonly Frame[] _frames = new Frame[EngineOptions.MaxBatch];
    private readonly Found[] _found = new Found[EngineOptions.MaxBatch];
    private readonly BatchMeter _meter = new(EngineOptions.MaxBatch);
    private Detector? _detector;
    private volatile BatchPlan _plan = BatchPlan.First;

    /// <summary>One sentence; null while a single camera runs the version.</summary>
    public string? Says => _detector is null && _plan.Mode == BatchMode.Trying ? null : _plan.Says;

    public BatchMode Mode => _plan.Mode;

    /// <summary>A camera comes; <paramref name="own"/> is its own network and stays its own.</summary>
    public Seat Join(Detector own)
    {
        var seat = new Seat(own);
        lock (_running)
        {
            _seats.Add(seat);
            if (_seats.Count > 1 && _detector is null && _plan.Mode != BatchMode.Apart)
            {
                Open_NeedsLock();
            }
        }

        return seat;
    }

    /// <summary>A camera goes; it must not be looking.</summary>
    public void Leave(Seat seat)
    {
        lock (_running)
        {
            _seats.Remove(seat);
            if (_seats.Count < 2)
            {
                Close_NeedsLock();
            }
        }
    }

    /// <summary>Looks at a frame: alone, or with the frames of others.</summary>
    public Sight Look(Seat seat, Frame frame)
    {
        if (_detector is null)
        {
            return seat.Alone(frame);
        }

        lock (_waiting)
        {
            seat.Begin(frame);
            _queue.Enqueue(seat);
        }

        while (true)
        {
            lock (_running)
            {
                if (seat.IsDone)
                {
                    break;
                }

                Run_NeedsLock();
            }
        }

        return seat.Take();
    }

    private void Open_NeedsLock()
    {
        var opened = shared();
        if (opened.MaxBatch == 1)
        {
            opened.Dispose();
            _plan = new BatchPlan(BatchMode.Apart, Limit: 1, "The network takes one frame at a time, so each camera runs by itself.");
            return;
        }

        _detector = opened;
    }

    private void Close_NeedsLock()
    {
        _detector?.Dispose();
        _detector = null;
    }

    private void Run_NeedsLock()
    {
        var count = Gather();
        try
        {
            if (_detector is { } detector)
            {
                detector.Detect(_frames.AsSpan(0, count), _found);
                Settle_NeedsLock(count, detector.InferenceMs);
            }
            else
            {
                // it was closed while these waited
                for (var i = 0; i < count; i++)
                {
                    _taken[i].Finish(_taken[i].Alone(_frames[i]));
                }
            }
        }
#pragma warning disable CA1031 // whatever a run throws belongs to every frame in it
        catch (Exception e)
#pragma warning restore CA1031
        {
            for (var i = 0; i < count; i++)
            {
                _taken[i].Fail(e);
            }
        }
    }

    private int Gather()
    {
        lock (_waiting)
        {
            var count = 0;
            for (; count < _plan.Limit && _queue.TryDequeue(out var seat); count++)
            {
                (_taken[count], _frames[count]) = (seat, seat.Frame!);
            }

            return count;
        }
    }

    private void Settle_NeedsLock(int count, double ms)
    {
        _meter.Ran(count, ms);
        for (var i = 0; i < count; i++)
        {
            _meter.Completed(time.GetElapsedTime(_frames[i].CapturedTimestamp).TotalMilliseconds);
            _taken[i].Finish(new Sight(_found[i].Detections, _found[i].Doubtful, ms / count));
        }

        if (!_meter.IsFull)
        {
            return;
        }

        var largest = Math.Min(_detector!.MaxBatch, _seats.Count);
        _plan = BatchController.Next(_plan, _meter.Take(), new BatchFacts(largest, Math.Min(apart, _seats.Count), targetP95Ms()));
        if (_plan.Mode == BatchMode.Apart)
        {
            Close_NeedsLock();
        }
    }
}

/// <summary>A camera's place at a batcher; it has one frame there at a time.</summary>
internal sealed class Seat(Detector own)
{
    private Sight? _sight;
    private Exception? _failure;

    public Frame? Frame { get; private set; }

    public bool IsDone => _sight is not null || _failure is not null;

    public Sight Alone(Frame frame) => new(own.Detect(frame), own.Doubtful, own.InferenceMs);

    public void Begin(Frame frame) => (Frame, _sight, _failure) = (frame, null, null);

    public void Finish(Sight sight) => _sight = sight;

    public void Fail(Exception failure) => _failure = failure;

    public Sight Take() => _failure is { } failure
        ? throw new ProblemException(Problems.EngineFailed, failure.Message, failure)
        : _sight!;
}
