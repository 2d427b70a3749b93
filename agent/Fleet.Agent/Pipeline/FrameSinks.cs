using Fleet.Agent.Cameras;
using Fleet.Agent.Outbox;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Agent.Pipeline;

/// <summary>Where completed frames go; none of these may block.</summary>
/// <param name="Event">Sends an event.</param>
/// <param name="Sample">Keeps a sample.</param>
/// <param name="Preview">Sends a live picture.</param>
/// <param name="Policy">How the device behaves now.</param>
internal sealed record FrameOutlets(Action<DetectionEvent> Event, Action<WaitingSample> Sample, Action<WaitingSample> Preview, Func<DevicePolicy> Policy);

/// <summary>Sends what is worth sending of each frame: events on change, samples by trigger, a live picture now and then.</summary>
internal sealed class FrameSinks(DeviceId device, DesiredCamera camera, FrameOutlets outlets, SampleTriggers triggers, TimeProvider time)
{
    private const int SampleQuality = 92;
    private const int PreviewQuality = 80;
    private const int PreviewWidthPx = 960;
    private readonly SceneChange _change = new();
    private readonly string _source = CameraAddress.Redact(camera.Source);
    private long? _previewed;

    public void Seen(Frame frame, VersionId version, Sight sight)
    {
        if (_change.IsNew(sight.Detections))
        {
            outlets.Event(new DetectionEvent(device, camera.Id, version, frame.Index, frame.CapturedAt, frame.WidthPx, frame.HeightPx, sight.Detections));
        }

        if (triggers.Judge(frame.Index, sight.Detections, sight.Doubtful, outlets.Policy()) is { } keep)
        {
            outlets.Sample(Message(frame, Pictures.ToJpeg(frame, SampleQuality), version, [.. sight.Detections, .. sight.Doubtful], keep));
        }

        Preview(frame, version, sight.Detections);
    }

    public void Unseen(Frame frame) => Preview(frame, version: null, []);

    private void Preview(Frame frame, VersionId? version, IReadOnlyList<Detection> detections)
    {
        var every = outlets.Policy().PreviewSeconds;
        if (every <= 0 || (_previewed is { } last && time.GetElapsedTime(last).TotalSeconds < every))
        {
            return;
        }

        _previewed = time.GetTimestamp();
        outlets.Preview(Message(frame, Pictures.ToJpeg(frame, PreviewQuality, PreviewWidthPx), version, detections, new Keep("preview", 0, 1)));
    }

    private WaitingSample Message(Frame frame, byte[] jpeg, VersionId? version, IReadOnlyList<Detection> detections, Keep keep) => new(
        new FrameMessage(
            Digest.Of(jpeg), camera.Id, _source, version, frame.Index, frame.CapturedAt, frame.WidthPx, frame.HeightPx,
            detections, keep.Trigger, keep.Score, keep.InclusionProbability),
        jpeg);
}
