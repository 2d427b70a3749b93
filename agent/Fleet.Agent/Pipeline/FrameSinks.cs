using Fleet.Agent.Cameras;
using Fleet.Agent.Commands;
using Fleet.Agent.Outbox;
using Fleet.Agent.Privacy;
using Fleet.Agent.Shadow;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Vision.Tracking;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Where completed frames go; none of these may block.</summary>
/// <param name="Event">Sends an event.</param>
/// <param name="Preview">Sends a live picture.</param>
/// <param name="Policy">How the device behaves now.</param>
/// <param name="Asks">What somebody asked of the camera's frames; null where nobody can.</param>
/// <param name="Shadow">Where a candidate looks at the same frames; null where none can.</param>
internal sealed record FrameOutlets(Action<DetectionEvent> Event, Action<WaitingSample> Preview, Func<DevicePolicy> Policy, FrameAsks? Asks = null, ShadowLane? Shadow = null);

/// <summary>Follows objects from frame to frame and sends what is worth sending of each: events on change, samples by trigger, a live picture now and then.</summary>
internal sealed class FrameSinks(DesiredCamera camera, FrameOutlets outlets, SampleTriggers triggers, CameraScene scene, TimeProvider time)
{
    private const int SampleQuality = 92;
    private const int PreviewQuality = 80;
    private const int PreviewWidthPx = 960;
    private readonly SceneChange _change = new();
    private readonly BoxTracker _tracker = scene.Watch.Tracker;
    private readonly VanishedFrame _vanished = new();
    private readonly string _source = CameraAddress.Redact(camera.Source);
    private long? _previewed;
    private readonly Frame _covered = new(1, 1, 1);
    private readonly FrameEmbedding _embedder = new();
    private readonly sbyte[] _embedding = new sbyte[FrameEmbedding.Length];
    private readonly Func<IReadOnlyList<Detection>> _tracked = () => [.. scene.Watch.Tracker.Tracks.Select(t => new Detection(t.Label, t.Score, t.Box))];
    private Sight? _last;

    public void Apply(DesiredCamera wanted) => scene.Apply(wanted);

    /// <summary>A frame that was looked at.</summary>
    public void Seen(Frame frame, VersionId version, Sight sight)
    {
        _last = sight;
        scene.Watch.Look(sight.Detections, sight.Doubtful, new FrameTime(TimeOf(frame), frame.WidthPx, frame.HeightPx));
        var isNew = _change.IsNew(sight.Detections, _tracker.IdsOfFound);
        Tell(frame, version, sight, isNew);
        _embedder.Write(frame, _embedding);
        scene.Drift.Look(frame, _embedding, version, sight.Detections, outlets.Policy().Gather);
        Sample(frame, version, sight);
        Answer(frame, version, sight);
        outlets.Shadow?.Offer(new ShownFrame(frame, version, sight.Detections, _tracked, scene.Zones), _source);
        Preview(frame, version, sight);
    }

    /// <summary>Whether a frame needs no look: nothing moved on it, and chance did not choose it as a sample.</summary>
    public bool IsStill(Frame frame, Engine engine, bool isLive)
    {
        var policy = outlets.Policy();
        var isByChance = triggers.Arrive(frame.Index, policy);
        return !isByChance
            && outlets.Asks is not { AreDue: true }
            && engine.Completed >= policy.WatchFrames
            && scene.Gate.IsStill(frame, engine.Version.Version, isLive, policy);
    }

    /// <summary>A frame on which nothing moved: the last detections hold.</summary>
    public void Still(Frame frame, VersionId version)
    {
        scene.Watch.Hold(TimeOf(frame));
        if (_last is { } last)
        {
            Tell(frame, version, last, isNew: false);
            Preview(frame, version, last);
        }
    }

    public void Unseen(Frame frame)
    {
        Answer(frame, version: null, sight: null);
        Preview(frame, version: null, sight: null);
    }

    /// <summary>A frame that nothing looked at as it may be written down.</summary>
    public Frame Covered(Frame frame) => Covered(frame, sight: null);

    private TimeSpan TimeOf(Frame frame) => time.GetElapsedTime(0, frame.CapturedTimestamp);

    private void Tell(Frame frame, VersionId version, Sight sight, bool isNew)
    {
        var places = scene.Watch.Events;
        if (isNew || places.Count > 0)
        {
            outlets.Event(new DetectionEvent(
                scene.Device, camera.Id, version, frame.Index, frame.CapturedAt, frame.WidthPx, frame.HeightPx, Found(sight), places.Count > 0 ? [.. places] : null));
        }
    }

    /// <summary>A frame may be kept for what is on it, or, one frame later, for what is not.</summary>
    private void Sample(Frame frame, VersionId version, Sight sight)
    {
        var policy = outlets.Policy();
        if (_tracker.Returned > 0 && _vanished.Version is { } before)
        {
            var lacking = _vanished.Facts with { Flickers = _tracker.Returned };
            if (triggers.Wants(lacking, _vanished.Embedding, policy))
            {
                triggers.Add(lacking, Message(_vanished.Frame, SampleQuality, before, _vanished.Detections));
            }
        }

        _vanished.Forget();
        var facts = triggers.Look(frame, _embedding, sight.Detections, sight.Doubtful, policy);
        if (triggers.Wants(facts, _embedding, policy))
        {
            triggers.Add(facts, Message(Covered(frame, sight), SampleQuality, version, All(sight)));
        }

        if (_tracker.Vanished > 0)
        {
            _vanished.Keep(Covered(frame, sight), _embedding, version, All(sight), facts);
        }
    }

    /// <summary>Whoever asked for a frame gets this one.</summary>
    private void Answer(Frame frame, VersionId? version, Sight? sight)
    {
        if (outlets.Asks is { AreDue: true } asks)
        {
            Give(asks, frame, version, sight);
        }
    }

    private void Give(FrameAsks asks, Frame frame, VersionId? version, Sight? sight) =>
        asks.Offer(width => Message(Covered(frame, sight), SampleQuality, version, sight is null ? [] : width == int.MaxValue ? All(sight) : Found(sight), width));

    /// <summary>The frame itself where no rule touches it, else a copy that is valid until the next call. Objects that are followed are covered where they must be, found or not.</summary>
    private Frame Covered(Frame frame, Sight? sight)
    {
        var (rules, zones) = (outlets.Policy().Redactions, scene.Zones);
        if (!Redactor.Touches(rules, zones))
        {
            return frame;
        }

        _covered.CopyFrom(frame);
        Redactor.Apply(_covered, sight is null ? null : [.. sight.Detections, .. sight.Doubtful, .. _tracker.Tracks.Select(t => new Detection(t.Label, t.Score, t.Box))], zones, rules);
        return _covered;
    }

    private void Preview(Frame frame, VersionId? version, Sight? sight)
    {
        var every = outlets.Policy().PreviewSeconds;
        if (every <= 0 || (_previewed is { } last && time.GetElapsedTime(last).TotalSeconds < every))
        {
            return;
        }

        _previewed = time.GetTimestamp();
        outlets.Preview(Message(Covered(frame, sight), PreviewQuality, version, sight is null ? [] : Found(sight), PreviewWidthPx));
    }

    private List<Detection> Found(Sight sight) => Numbered.Of(sight.Detections, _tracker.IdsOfFound);

    private List<Detection> All(Sight sight) => [.. Found(sight), .. Numbered.Of(sight.Doubtful, _tracker.IdsOfDoubtful)];

    /// <summary>A picture that is a live one until a trigger keeps it.</summary>
    private WaitingSample Message(Frame frame, int quality, VersionId? version, IReadOnlyList<Detection> detections, int maxWidthPx = int.MaxValue)
    {
        var jpeg = Pictures.ToJpeg(frame, quality, maxWidthPx);
        return new WaitingSample(
            new FrameMessage(
                Digest.Of(jpeg), camera.Id, _source, version, frame.Index, frame.CapturedAt, frame.WidthPx, frame.HeightPx,
                detections, "preview", Score: 0, InclusionProbability: 1),
            jpeg);
    }
}
