using Fleet.Agent.Drift;
using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.State;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Pipeline;

public sealed class WatchedSceneTests : IDisposable
{
    private static readonly DesiredCamera Dock = new(A.Camera, "rtsp://host/stream", Version: null, Fps: null, Loop: true);
    private static readonly Zone Left = new("left", [new(0, 0), new(0.4, 0), new(0.4, 1), new(0, 1)]);
    private readonly FakeTimeProvider _time = new();
    private readonly FrameCounters _counters;
    private readonly List<DetectionEvent> _events = [];
    private readonly List<WaitingSample> _previews = [];
    private readonly DeviceLoad _load;
    private readonly CameraScene _scene;
    private readonly CameraPipeline _pipeline;
    private DevicePolicy _policy = new() { SamplesPerHour = 0, PreviewSeconds = 0, WatchFrames = 1 };
    private Detection[] _seen = [A.Box(0.9f)];
    private long _frame;

    public WatchedSceneTests()
    {
        (_counters, _load) = (new FrameCounters(A.Camera, _time), new DeviceLoad(_time));
        _scene = new CameraScene(A.Device, _load, new DriftWatch(A.Camera, _time), _time);
        var outlets = new FrameOutlets(_events.Add, _previews.Add, () => _policy);
        var sinks = new FrameSinks(Dock, outlets, new SampleTriggers(A.Device, A.Camera, _time), _scene, _time);
        _pipeline = new CameraPipeline(A.Camera, _counters, new FramePool(), sinks, _time, NullLogger.Instance);
        Serve(A.V1);
    }

    [Fact]
    public void A_still_live_scene_costs_two_inferences_a_second_and_what_was_found_holds()
    {
        _pipeline.Apply(Dock with { Zones = [Left] });
        Show(150);

        var counters = _counters.Read()[0];
        Assert.InRange(counters.Completed, 20, 23);
        Assert.Equal((150L, 150 - counters.Completed), (counters.Received, counters.Skipped["still"]));
        Assert.Equal(1, Assert.Single(_scene.Watch.Tracker.Tracks).Id);
        Assert.Equal(10, _scene.Watch.ReadZones(A.Camera)[0].DwellSeconds, 0.8);
    }

    [Fact]
    public void What_moves_is_looked_at_on_every_frame()
    {
        Show(45, value: i => (byte)(i * 30));

        Assert.Equal(45, _counters.Read()[0].Completed);
    }

    [Theory]
    [InlineData(MotionGating.Off, null, true, false)]
    [InlineData(MotionGating.Auto, null, true, true)]
    [InlineData(MotionGating.Auto, null, false, false)]
    [InlineData(MotionGating.Always, null, false, true)]
    [InlineData(MotionGating.Off, MotionGating.Always, false, true)]
    [InlineData(MotionGating.Always, MotionGating.Off, true, false)]
    public void Live_cameras_rest_by_themselves_files_when_told_and_a_camera_overrules_the_policy(MotionGating policy, MotionGating? camera, bool isLive, bool rests)
    {
        _policy = _policy with { Motion = policy };
        _pipeline.Apply(Dock with { Motion = camera });
        Show(30, isLive);

        Assert.Equal(rests, _counters.Read()[0].Skipped.ContainsKey("still"));
    }

    [Fact]
    public void A_file_rests_while_the_device_cannot_keep_up_with_its_cameras()
    {
        for (var i = 0; i < 20; i++)
        {
            _load.Done();
            _load.Dropped();
        }

        Show(150, isLive: false);
        Assert.InRange(_counters.Read()[0].Skipped["still"], 50, 75);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_load.IsHigh);
    }

    [Fact]
    public void A_version_on_trial_and_frames_chosen_by_chance_are_looked_at_though_nothing_moves()
    {
        _policy = _policy with { WatchFrames = 10, StillFps = 0.01 };
        Show(20);
        Assert.Equal(11, _counters.Read()[0].Completed);

        _policy = _policy with { RandomShare = 1, SamplesPerHour = 1_000_000 };
        Show(20);
        Assert.Equal(31, _counters.Read()[0].Completed);
    }

    [Fact]
    public void Another_version_looks_at_once()
    {
        _policy = _policy with { StillFps = 0.01 };
        Show(10);
        Serve(A.V2);
        _policy = _policy with { WatchFrames = 0 };
        Show(10);

        Assert.Equal(1, _counters.Read().Single(c => c.Version == A.V2.Version).Completed);
    }

    [Fact]
    public void Live_pictures_go_on_with_the_last_detections_while_nothing_moves()
    {
        _policy = _policy with { PreviewSeconds = 1, StillFps = 0.01 };
        Show(75);

        Assert.Equal(5, _previews.Count);
        Assert.All(_previews.Skip(1), p => Assert.Equal(1, Assert.Single(p.Frame.Detections).Track));
    }

    [Fact]
    public void What_happens_at_a_zone_or_line_is_an_event_and_places_may_be_set_while_frames_come()
    {
        Move(10, 10);
        _pipeline.Apply(Dock with { Zones = [Left], Lines = [new Line("mid", new(0.5, 0), new(0.5, 1))] });
        Move(10, 50);

        var places = _events.SelectMany(e => e.Places ?? []).ToList();
        Assert.Equal([PlaceEventKind.Entered, PlaceEventKind.Left, PlaceEventKind.Backward], places.Select(p => p.What).OrderBy(w => w));
        Assert.All(places, p => Assert.Equal((1L, "box"), (p.Track, p.Label)));
        Assert.Equal((1L, 1L), (_scene.Watch.ReadZones(A.Camera)[0].Entered, _scene.Watch.ReadLines(A.Camera)[0].Backward));
    }

    public void Dispose() => _pipeline.Dispose();

    private void Serve(Installed version) =>
        _pipeline.Switch(new Engine(version, Digest.Of([1]), _ => new Sight(_seen, [], 1), () => { }));

    private void Move(int fromX, int toX)
    {
        for (var x = fromX; x <= toX; x++)
        {
            _seen = [A.Box(0.9f, x)];
            Show(1, value: i => (byte)(i * 30));
        }
    }

    /// <summary>Frames at 15 a second.</summary>
    private void Show(int frames, bool isLive = true, Func<long, byte>? value = null)
    {
        for (var i = 0; i < frames; i++)
        {
            var frame = A.Frame(_frame, value: value?.Invoke(_frame) ?? (byte)90);
            frame.CapturedTimestamp = _time.GetTimestamp();
            _pipeline.Look(frame, isLive);
            _frame++;
            _time.Advance(TimeSpan.FromSeconds(1.0 / 15));
        }
    }
}
