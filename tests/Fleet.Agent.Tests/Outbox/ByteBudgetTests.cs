using Fleet.Agent.Outbox;
using Fleet.Agent.State;
using Fleet.Agent.Tests.Triggers;
using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Outbox;

/// <summary>What goes from pools to the outbox within the bytes of hour, day, camera and disk.</summary>
public sealed class ByteBudgetTests : IDisposable
{
    private const int FrameBytes = 1000;
    private static readonly CameraId Gate = CameraId.Parse("gate");
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 10, 5, 0, TimeSpan.Zero));
    private Keeping _keeping;

    public ByteBudgetTests() => _keeping = new Keeping(_folder.Path, _time);

    public void Dispose()
    {
        _keeping.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_hour_keeps_what_its_bytes_allow_the_least_valuable_go_and_the_next_hour_begins_anew()
    {
        _keeping.Policy(perHour: 3 * FrameBytes, perDay: 100 * FrameBytes);
        _keeping.Show(A.Camera, scores: [0.2f, 0.35f, 0.25f, 0.3f, 0.22f]);
        var first = _keeping.Read();

        Assert.Equal([0.35f, 0.3f, 0.25f], _keeping.Drain().Select(f => f.Detections[0].Score));
        Assert.Equal((3, 2, 3 * FrameBytes, 3 * FrameBytes), (first.Kept[TriggerNames.Uncertain], first.Dropped[DropReason.Bytes], first.BytesThisHour, first.BytesThisDay));

        _keeping.Show(A.Camera, scores: [0.34f]);
        Assert.Empty(_keeping.Drain());
        _time.Advance(TimeSpan.FromMinutes(60));
        _keeping.Show(A.Camera, scores: [0.33f]);

        Assert.Equal(0.33f, Assert.Single(_keeping.Drain()).Detections[0].Score);
        Assert.Equal((FrameBytes, 4 * FrameBytes), (_keeping.Read().BytesThisHour, _keeping.Read().BytesThisDay));
    }

    [Fact]
    public void A_day_of_24_clock_hours_keeps_what_its_bytes_allow_however_much_an_hour_may()
    {
        _keeping.Policy(perHour: 3 * FrameBytes, perDay: 5 * FrameBytes);
        List<int> kept = [];
        for (var hour = 0; hour < 26; hour++)
        {
            _keeping.Show(A.Camera, scores: [0.3f, 0.35f, 0.25f]);
            kept.Add(_keeping.Drain().Count);
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal([3, 2, .. Enumerable.Repeat(0, 22), 3, 2], kept);
    }

    [Fact]
    public void A_restart_does_not_begin_the_hour_anew()
    {
        _keeping.Policy(perHour: 3 * FrameBytes, perDay: 100 * FrameBytes);
        _keeping.Show(A.Camera, scores: [0.3f, 0.35f]);
        _keeping.Dispose();
        _keeping = new Keeping(_folder.Path, _time);
        _keeping.Policy(perHour: 3 * FrameBytes, perDay: 100 * FrameBytes);

        _keeping.Show(A.Camera, scores: [0.31f, 0.36f], scene: 20);

        Assert.Equal(3, _keeping.Drain().Count);
        Assert.Equal(3 * FrameBytes, _keeping.Read().BytesThisHour);
    }

    [Fact]
    public void One_camera_of_several_takes_no_more_than_its_share_of_the_hour_and_what_is_left_is_for_the_others()
    {
        _keeping.Policy(perHour: 8 * FrameBytes, perDay: 100 * FrameBytes, cameraShare: 0.75);
        _keeping.Open(Gate);
        _keeping.Show(A.Camera, scores: [.. Enumerable.Repeat(0.35f, 10)]);
        _keeping.Show(Gate, scores: [.. Enumerable.Repeat(0.35f, 10)]);

        Assert.Equal([(A.Camera, 6), (Gate, 2)], _keeping.Drain().CountBy(f => f.Camera).Select(c => (c.Key, c.Value)).OrderByDescending(c => c.Value));
    }

    [Fact]
    public void A_class_that_fills_the_pictures_leaves_room_for_the_others_where_bytes_are_short()
    {
        _keeping.Policy(perHour: 4 * FrameBytes, perDay: 100 * FrameBytes, samplesPerHour: 48);
        _keeping.Show(A.Camera, [.. Enumerable.Repeat(("box", 0.35f), 6), ("bag", 0.3f), ("can", 0.3f)]);

        Assert.Equal(["bag", "box", "box", "can"], _keeping.Drain().Select(f => f.Detections[0].Label).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_an_operator_asks_for_costs_of_the_same_bytes()
    {
        _keeping.Policy(perHour: 2 * FrameBytes, perDay: 100 * FrameBytes);

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(i => _keeping.Ask((byte)i)));
        Assert.Equal((2, 2 * FrameBytes), (_keeping.Read().Kept[TriggerNames.Request], _keeping.Read().BytesThisHour));
    }

    [Fact]
    public void Weeks_without_a_link_leave_the_best_that_the_disk_may_hold_and_count_the_rest()
    {
        _keeping.Policy(perHour: 100 * FrameBytes, perDay: 1000 * FrameBytes, outbox: 6 * FrameBytes);
        _keeping.Show(A.Camera, scores: [0.2f, 0.34f, 0.22f]);
        _time.Advance(TimeSpan.FromHours(2));
        _keeping.Show(A.Camera, scores: [0.35f, 0.21f, 0.33f], scene: 20);
        var counted = _keeping.Read();
        var left = _keeping.Drain();

        Assert.Equal([0.35f, 0.34f, 0.33f], left.Select(f => f.Detections[0].Score).Take(3));
        Assert.Equal(6 - left.Count, counted.Dropped[DropReason.Disk]);
        Assert.InRange(left.Count, 3, 5);
    }

    /// <summary>An outbox with what fills it, as the agent makes them at its start.</summary>
    private sealed class Keeping : IDisposable
    {
        private readonly Dictionary<CameraId, AStream> _streams = [];
        private readonly FakeTimeProvider _time;
        private readonly StateStore _state;
        private readonly SampleOutbox _outbox;
        private readonly SampleKeeper _keeper;
        private DevicePolicy _policy = new();

        public Keeping(string folder, FakeTimeProvider time)
        {
            var paths = AgentPaths.Of(folder);
            Directory.CreateDirectory(paths.Choices);
            (_time, _state) = (time, new StateStore(paths, NullLogger<StateStore>.Instance));
            _outbox = new SampleOutbox(paths, NullLogger<SampleOutbox>.Instance);
            _keeper = new SampleKeeper(_outbox, _state, new KeeperParts(new ChoiceLog(paths), paths, new EnrolResponse(A.Device, "acme", "", "", "", "localhost", 1)), time);
        }

        public void Policy(long perHour, long perDay, double cameraShare = 1, long outbox = 1 << 20, int samplesPerHour = 1200)
        {
            _policy = new DevicePolicy
            {
                RandomShare = 0, SamplesPerHour = samplesPerHour, OutboxBytes = outbox,
                Gather = new GatherPolicy { NovelWeight = 0, CountWeight = 0, BytesPerHour = perHour, BytesPerDay = perDay, CameraShare = cameraShare },
            };
            _state.Change(s => s with { Desired = new Desired("acme", A.Device, 1, default, default, "", [], [], _policy) });
        }

        public AStream Open(CameraId camera)
        {
            if (!_streams.TryGetValue(camera, out var stream))
            {
                _streams[camera] = stream = new AStream(_policy, _time, _keeper.Of(camera)) { JpegBytes = FrameBytes };
            }

            stream.Policy = _policy;
            return stream;
        }

        /// <summary>A pool of frames with one doubtful box each, no two alike, and its end.</summary>
        public void Show(CameraId camera, float[] scores, int scene = 0) => Show(camera, [.. scores.Select(s => ("box", s))], scene);

        public void Show(CameraId camera, (string Label, float Score)[] boxes, int scene = 0)
        {
            var stream = Open(camera);
            foreach (var (i, (label, score)) in boxes.Index())
            {
                stream.Show(scene + i, [A.Box(score, label: label)]);
            }

            _keeper.Close();
        }

        public bool Ask(byte content)
        {
            var jpeg = new byte[FrameBytes];
            jpeg[0] = content;
            return _keeper.KeepAsked(new WaitingSample(A.Message(jpeg, 0), jpeg));
        }

        public GatherCounters Read() => _keeper.Read();

        /// <summary>Everything that waits, in the order in which it goes home.</summary>
        public List<FrameMessage> Drain()
        {
            List<FrameMessage> sent = [];
            while (_outbox.Next() is { } sample)
            {
                sent.Add(sample.Frame);
                _outbox.Sent(sample.Frame.Digest);
            }

            return sent;
        }

        public void Dispose() => _outbox.Dispose();
    }
}
