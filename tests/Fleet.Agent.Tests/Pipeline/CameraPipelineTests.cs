using Fleet.Agent.Drift;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.Pipeline;

public sealed class CameraPipelineTests : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly FrameCounters _counters = new(A.Camera, TimeProvider.System);
    private readonly List<DetectionEvent> _events = [];
    private readonly SampleTriggers _triggers = new(A.Device, A.Camera, TimeProvider.System);
    private readonly List<WaitingSample> _previews = [];
    private readonly CameraScene _scene = new(A.Device, new DeviceLoad(TimeProvider.System), new DriftWatch(A.Camera, TimeProvider.System), TimeProvider.System);
    private readonly CameraPipeline _pipeline;
    private DevicePolicy _policy = new() { RandomShare = 0, PreviewSeconds = 0, Gather = new GatherPolicy { NovelWeight = 0 } };

    public CameraPipelineTests()
    {
        var outlets = new FrameOutlets(_events.Add, _previews.Add, () => _policy);
        var camera = new DesiredCamera(A.Camera, "rtsp://user:secret@host/stream?token=1", Version: null, Fps: null, Loop: true);
        var sinks = new FrameSinks(camera, outlets, _triggers, _scene, TimeProvider.System);
        _pipeline = new CameraPipeline(A.Camera, _counters, _pool, sinks, TimeProvider.System, NullLogger.Instance);
    }

    [Fact]
    public void The_newest_frame_takes_the_place_of_one_that_waits()
    {
        var dropped = new List<long>();
        var handover = new FrameHandover(_pool, f => dropped.Add(f.Index));
        Enumerable.Range(0, 5).ToList().ForEach(i => handover.OfferNewest(A.Frame(i)));

        Assert.Equal([0, 1, 2, 3], dropped);
        Assert.Equal(1, handover.Waiting);
    }

    [Fact]
    public async Task A_switch_under_load_loses_no_frame_and_every_frame_is_counted_once()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var handover = new FrameHandover(_pool, _ => _counters.Skipped(A.V1.Version, SkipReason.NewerFrame));
        _pipeline.Switch(Engine(A.V1));
        var running = _pipeline.RunAsync(handover, stop.Token);
        for (var i = 0; i < 200; i++)
        {
            await handover.OfferAsync(A.Frame(i), stop.Token);
            if (i % 40 == 20)
            {
                _pipeline.Switch(Engine(i % 80 == 20 ? A.V2 : A.V1))?.Dispose();
            }
        }

        await Eventually.Is(() => _counters.Read().Sum(c => c.Received) == 200);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.All(_counters.Read(), AddsUp);
        Assert.Equal(200, _counters.Read().Sum(c => c.Completed));
        Assert.Equal(0, _pipeline.Promotion.FramesLost);
        Assert.True(_pipeline.Promotion.ToFirstFrameMs >= 0);
    }

    [Fact]
    public void Failed_and_skipped_frames_are_counted_apart()
    {
        _pipeline.Look(A.Frame());
        _pipeline.Switch(Engine(A.V1, fails: i => i % 2 == 0));
        Enumerable.Range(0, 10).ToList().ForEach(i => _pipeline.Look(A.Frame(i)));

        var (none, v1) = (_counters.Read()[0], _counters.Read()[1]);
        Assert.Equal((null, 1L, 1L), (none.Version, none.Received, none.Skipped["no-version"]));
        Assert.Equal((10L, 5L, 5L), (v1.Inferred, v1.Completed, v1.Failed));
        Assert.All(_counters.Read(), AddsUp);
        Assert.Equal(5, _pipeline.Evidence!.Failed);
    }

    [Fact]
    public void An_event_is_sent_when_what_is_seen_changes_and_not_otherwise()
    {
        Show([], [A.Box(0.9f)], [A.Box(0.8f, 11)], [A.Box(0.7f, 12)], [A.Box(0.8f, 12, "bag")], []);

        // on frame 2 the box becomes an object with a number
        Assert.Equal([0, 1, 2, 4, 5], _events.Select(e => e.Frame));
        Assert.Equal([null, 1L], _events.Skip(1).Take(2).Select(e => e.Detections.Single().Track));
    }

    [Fact]
    public void A_frame_that_lacks_a_box_which_the_frames_around_it_have_is_kept()
    {
        Detection[] both = [A.Box(0.9f), A.Box(0.9f, 40)];
        Show(both, both, both, both, both, [both[0]], both, both, [both[0]], [both[0]], both);

        var kept = Assert.Single(Kept());
        var sample = kept.Frame;
        Assert.Equal(("flicker", 5L, A.V1.Version), (sample.Trigger, sample.Frame, sample.Version!.Value));
        Assert.Equal(1, Assert.Single(sample.Detections).Track);
        Assert.Equal(5, Agent.Cameras.Pictures.Decode(kept.Jpeg).Pixels[0]);
    }

    [Fact]
    public void A_sample_keeps_the_frame_its_number_and_no_secret_of_its_source()
    {
        _pipeline.Switch(new Engine(A.V1, Digest.Of([1]), _ => new Sight([], [A.Box(0.35f)], 1), () => { }));
        _pipeline.Look(A.Frame(41, width: 1280, height: 720));

        var sample = Assert.Single(Kept());
        Assert.Equal((41L, 1280, 720, "uncertain"), (sample.Frame.Frame, sample.Frame.WidthPx, sample.Frame.HeightPx, sample.Frame.Trigger));
        Assert.Equal("rtsp://user:***@host/stream?token=***", sample.Frame.Source);
        Assert.Equal(Digest.Of(sample.Jpeg), sample.Frame.Digest);
        Assert.Equal((1280, 720), Size(sample.Jpeg));
    }

    [Fact]
    public void A_live_picture_is_small_and_comes_also_without_a_version()
    {
        _policy = _policy with { PreviewSeconds = 3600 };
        _pipeline.Look(A.Frame(width: 1920, height: 1080));
        _pipeline.Look(A.Frame(width: 1920, height: 1080));

        Assert.Equal((960, 540), Size(Assert.Single(_previews).Jpeg));
    }

    public void Dispose() => _pipeline.Dispose();

    private List<WaitingSample> Kept() => [.. _triggers.End(long.MaxValue, _policy, isLast: true)?.Chosen.Select(c => c.Sample) ?? []];

    private void Show(params Detection[][] frames)
    {
        var seen = new Queue<Detection[]>(frames);
        _pipeline.Switch(new Engine(A.V1, Digest.Of([1]), _ => new Sight(seen.Dequeue(), [], 1), () => { }));
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = A.Frame(i, value: (byte)i);
            _pipeline.Look(frame);
            frame.Span.Clear();
        }
    }

    private static void AddsUp(CameraCounters c)
    {
        Assert.Equal(c.Received, c.Skipped.Values.Sum() + c.Inferred);
        Assert.Equal(c.Inferred, c.Completed + c.Failed);
        Assert.Equal(c.Completed, c.CaptureToResultMs.Counts.Sum());
        Assert.Equal(c.Completed, c.InferenceMs.Counts.Sum());
    }

    private static (int Width, int Height) Size(byte[] jpeg)
    {
        var frame = Agent.Cameras.Pictures.Decode(jpeg);
        return (frame.WidthPx, frame.HeightPx);
    }

    private static Engine Engine(Installed version, Func<long, bool>? fails = null)
    {
        var disposed = false;
        return new Engine(
            version,
            Digest.Of([1]),
            frame => disposed || fails?.Invoke(frame.Index) == true ? throw new InvalidOperationException("no") : new Sight([], [], 1),
            () => disposed = true);
    }
}
