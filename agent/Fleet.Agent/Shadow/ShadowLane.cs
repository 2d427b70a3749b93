using System.Collections.Concurrent;
using Fleet.Agent.Cameras;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Privacy;
using Fleet.Agent.State;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Shadow;

/// <summary>A frame that the version in service has completed.</summary>
/// <param name="Frame">The frame; valid during the call only.</param>
/// <param name="Version">The version in service.</param>
/// <param name="Found">What it found.</param>
/// <param name="Tracked">Where objects must be, found or not: covered as they are.</param>
/// <param name="Zones">Of the camera.</param>
internal readonly record struct ShownFrame(Frame Frame, VersionId Version, IReadOnlyList<Detection> Found, Func<IReadOnlyList<Detection>> Tracked, IReadOnlyList<Zone> Zones);

/// <summary>Runs a candidate beside the version in service of one camera, on copies of its frames and on a thread of its own. The camera never waits: while the candidate is at work, or has used up its share of the time, frames pass it by.</summary>
internal sealed class ShadowLane(CameraId camera, Func<DevicePolicy> policy, Func<WaitingSample, string, bool> keep, TimeProvider time) : IAsyncDisposable
{
    private const int SampleQuality = 92;

    private readonly ConcurrentDictionary<(VersionId Champion, VersionId Candidate), ShadowTally> _tallies = new();
    private readonly Lock _gate = new();
    private readonly Frame _frame = new(1, 1, 1);
    private DesiredShadow? _wanted;
    private Engine? _engine;
    private Task _work = Task.CompletedTask;
    private long _restUntil;
    private long? _keptAt;
    private long _seen;

    public IEnumerable<ShadowCounters> Counters => _tallies.Values.Select(t => t.Read());

    /// <summary>Ends when the candidate is free.</summary>
    public Task Work
    {
        get
        {
            lock (_gate)
            {
                return _work;
            }
        }
    }

    public Installed? Running
    {
        get
        {
            lock (_gate)
            {
                return _engine?.Version;
            }
        }
    }

    /// <summary>Puts a candidate beside the camera; null takes it away. What it is doing now is waited for.</summary>
    public async Task SetAsync(DesiredShadow? wanted, Engine? engine)
    {
        Engine? before;
        Task work;
        lock (_gate)
        {
            (before, _engine, _wanted, _seen, _restUntil, work) = (_engine, engine, wanted, 0, 0, _work);
        }

        await work;
        before?.Dispose();
    }

    /// <summary>Takes on other bounds for the same candidate.</summary>
    public void Bound(DesiredShadow wanted)
    {
        lock (_gate)
        {
            _wanted = wanted;
        }
    }

    /// <summary>Called on the camera's thread. Copies the frame when the candidate is free and may compute, and returns at once.</summary>
    public void Offer(in ShownFrame shown, string source)
    {
        lock (_gate)
        {
            if (_engine is not { } engine || _wanted is not { } wanted || engine.Version.Version == shown.Version || _seen++ % wanted.EveryNth != 0)
            {
                return;
            }

            var tally = _tallies.GetOrAdd((shown.Version, engine.Version.Version), pair => new ShadowTally(camera, pair.Champion, pair.Candidate));
            if (!_work.IsCompleted || time.GetTimestamp() < _restUntil)
            {
                tally.PassedOver();
                return;
            }

            _frame.CopyFrom(shown.Frame);
            (_frame.Index, _frame.CapturedAt) = (shown.Frame.Index, shown.Frame.CapturedAt);
            _work = Begin(engine, tally, wanted.MaxShare, new Champion(shown.Version, shown.Found, shown.Tracked(), shown.Zones, source));
        }
    }

    public async ValueTask DisposeAsync() => await SetAsync(wanted: null, engine: null);

    private Task Begin(Engine engine, ShadowTally tally, double maxShare, Champion champion) => Task.Run(() => Look(engine, tally, maxShare, champion));

    private void Look(Engine engine, ShadowTally tally, double maxShare, Champion champion)
    {
        var began = time.GetTimestamp();
        try
        {
            var sight = engine.Try(_frame);
            var ms = time.GetElapsedTime(began).TotalMilliseconds;
            var found = ShadowCompare.Of(champion.Found, sight.Detections);
            tally.Compared(found, ms);
            if (!found.Agrees)
            {
                Keep(champion, sight, found);
            }
        }
#pragma warning disable CA1031 // whatever a network's run throws is a failed frame of the candidate
        catch (Exception)
#pragma warning restore CA1031
        {
            tally.Failed(time.GetElapsedTime(began).TotalMilliseconds);
        }

        var busy = time.GetElapsedTime(began);
        lock (_gate)
        {
            _restUntil = time.GetTimestamp() + (long)(busy.TotalSeconds * (1 - maxShare) / maxShare * time.TimestampFrequency);
        }
    }

    /// <summary>Disagreements are spread over the hour: a quarter of the camera's samples may be such.</summary>
    private void Keep(Champion champion, Sight sight, ShadowCompare found)
    {
        var now = policy();
        if (now.SamplesPerHour < 1 || (_keptAt is { } last && time.GetElapsedTime(last) < TimeSpan.FromHours(1) / Math.Max(1, now.SamplesPerHour / 4.0)))
        {
            return;
        }

        if (Redactor.Touches(now.Redactions, champion.Zones))
        {
            Redactor.Apply(_frame, [.. champion.Found, .. champion.Tracked, .. sight.Detections, .. sight.Doubtful], champion.Zones, now.Redactions);
        }

        var jpeg = Pictures.ToJpeg(_frame, SampleQuality, int.MaxValue);
        var message = new FrameMessage(
            Digest.Of(jpeg), camera, champion.Source, champion.Version, _frame.Index, _frame.CapturedAt, _frame.WidthPx, _frame.HeightPx,
            champion.Found, TriggerNames.Shadow, found.Strength, InclusionProbability: 1);
        if (keep(new WaitingSample(message, jpeg), found.Words))
        {
            _keptAt = time.GetTimestamp();
        }
    }

    private sealed record Champion(VersionId Version, IReadOnlyList<Detection> Found, IReadOnlyList<Detection> Tracked, IReadOnlyList<Zone> Zones, string Source);
}
