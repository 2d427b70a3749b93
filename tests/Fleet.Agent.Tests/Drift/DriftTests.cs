using Fleet.Agent.Drift;
using Fleet.Agent.Tests.Triggers;
using Fleet.Contracts;
using Fleet.Vision;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Drift;

public sealed class DriftTests
{
    private static readonly GatherPolicy Policy = new() { DriftFrames = 200 };
    private readonly FakeTimeProvider _time = new();
    private readonly DriftWatch _watch;
    private readonly Random _random = new(1);

    public DriftTests()
    {
        _watch = new DriftWatch(A.Camera, _time);
        _watch.Use(new DriftBaseline(A.V1.Version, DriftReference.FirstFrames, new DriftFigures()));
        Show(200);
    }

    private DriftState State => _watch.Read()!;

    [Fact]
    public void The_same_world_has_next_to_no_gap_and_the_first_frames_are_there_to_be_stored_once()
    {
        Assert.Equal((200, 200), (_watch.Fresh!.Figures.Frames, State.ReferenceFrames));
        _watch.Stored();
        Show(300);

        Assert.Null(_watch.Fresh);
        Assert.InRange(State.Gap, 0, 0.1);
        Assert.Null(State.AlarmSince);
    }

    [Fact]
    public void What_changes_is_what_the_gap_is_of()
    {
        Show(400, light: 60);
        Assert.True(State is { Brightness: > 0.4, Scores: < 0.1, Counts: < 0.1, IsPicture: true }, State.ToString());

        Fresh();
        Show(400, score: 0.3f);
        Assert.True(State is { Scores: > 0.4, Counts: < 0.1, Brightness: < 0.1, IsPicture: false }, State.ToString());

        Fresh();
        Show(400, boxes: 12);
        Assert.True(State is { Counts: > 0.4, Scores: < 0.2, Sharpness: < 0.1, IsPicture: false }, State.ToString());

        Fresh();
        Show(400, blur: true);
        Assert.True(State is { Sharpness: > 0.3, Brightness: < 0.2, IsPicture: true }, State.ToString());

        Fresh();
        Show(400, scene: 40);
        Assert.True(State is { Picture: > 0.3, Scores: < 0.1, Counts: < 0.1, IsPicture: true }, State.ToString());
    }

    [Fact]
    public void An_alarm_begins_above_one_limit_stays_between_the_two_and_ends_below_the_other()
    {
        var (limits, at) = ((Begins: 0.5, Ends: 0.35), _time.GetUtcNow());

        Assert.Null(DriftGap.Alarm(since: null, 0.45, limits, at));
        Assert.Equal(at, DriftGap.Alarm(since: null, 0.51, limits, at));
        Assert.Equal(at, DriftGap.Alarm(at, 0.36, limits, at.AddHours(1)));
        Assert.Null(DriftGap.Alarm(at, 0.34, limits, at.AddHours(1)));
    }

    [Fact]
    public void A_camera_that_changes_and_comes_back_has_an_alarm_and_then_none()
    {
        Show(400, light: 120);
        var since = State.AlarmSince;
        _time.Advance(TimeSpan.FromMinutes(1));
        Show(100, light: 120);
        Assert.Equal(since, State.AlarmSince);
        Assert.NotNull(since);

        Show(1500);
        Assert.Null(State.AlarmSince);
    }

    [Fact]
    public void Another_version_waits_for_a_reference_of_its_own()
    {
        Look(AStream.Picture(1), A.V2.Version, []);

        Assert.Equal(A.V2.Version, _watch.Lacks);
        _watch.Use(new DriftBaseline(A.V2.Version, DriftReference.GoldenClip, new DriftFigures()));
        Assert.Null(_watch.Lacks);
        Assert.Equal((A.V2.Version, DriftReference.GoldenClip, 0), (State.Version, State.Reference, State.Frames));
    }

    /// <summary>The reference stays, what was seen since does not.</summary>
    private void Fresh() => _watch.Use(_reference ??= _watch.Fresh!);

    private DriftBaseline? _reference;

    private void Show(int frames, int scene = 1, int light = 0, float score = 0.8f, int boxes = 3, bool blur = false)
    {
        _reference ??= _watch.Fresh;
        for (var i = 0; i < frames; i++)
        {
            var frame = AStream.Picture(scene);
            Change(frame, light, blur);
            var count = Math.Max(0, boxes + _random.Next(-1, 2));
            Look(frame, A.V1.Version, [.. Enumerable.Range(0, count).Select(b => A.Box(score + (_random.NextSingle() * 0.1f), b * 25))]);
        }
    }

    private static void Change(Frame frame, int light, bool blur)
    {
        var before = frame.Span.ToArray();
        for (var i = 0; i < before.Length; i++)
        {
            var around = blur && i >= 24 && i + 24 < before.Length ? Enumerable.Range(-8, 17).Sum(n => before[i + (3 * n)]) / 17 : before[i];
            frame.Pixels[i] = (byte)Math.Min(255, around + light);
        }
    }

    private void Look(Frame frame, VersionId version, IReadOnlyList<Detection> found)
    {
        var embedding = new sbyte[FrameEmbedding.Length];
        new FrameEmbedding().Write(frame, embedding);
        _watch.Look(frame, embedding, version, found, Policy);
    }
}
