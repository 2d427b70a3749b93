using Fleet.Contracts;
using Fleet.Vision.Tracking;

namespace Fleet.Shared.Tests.Vision.Tracking;

public sealed class BoxTrackerTests
{
    private readonly Walk _walk = new(new BoxTracker());

    [Fact]
    public void A_box_has_an_id_once_it_was_found_twice_and_keeps_it()
    {
        Assert.Equal([0L], _walk.Show(Walk.Box(100, 200)));
        Assert.Equal([1L], _walk.Show(Walk.Box(104, 200)));
        Assert.Equal([1L, 0L], _walk.Show(Walk.Box(108, 200), Walk.Box(400, 200)));
        Assert.Equal([1L, 2L], _walk.Show(Walk.Box(112, 200), Walk.Box(400, 200)));

        var track = _walk.Tracker.Tracks[0];
        Assert.InRange(track.Speed.X, 32, 42);
        Assert.Equal(0, track.Speed.Y, 0.01f);
        Assert.Equal(TimeSpan.FromSeconds(0.3), track.LastAt - track.FirstAt);
    }

    [Theory]
    [InlineData(25)]
    [InlineData(10)]
    [InlineData(5)]
    public void Two_that_cross_keep_their_ids_at_any_rate(double fps)
    {
        // they pass through each other; where they overlap by more than half, suppression leaves the nearer one only
        var walk = new Walk(new BoxTracker(), fps);
        walk.Show((int)(5 * fps), s =>
        {
            var (left, right) = (100 + (80 * s), 500 - (80 * s));
            var isCovered = Math.Abs(left - right) < 14;
            return [Walk.Box(left, 240), isCovered ? null : Walk.Box(right, 246)];
        });

        Assert.Equal((0, 2L), (walk.Switches, walk.Tracker.Ids));
    }

    [Fact]
    public void One_that_walks_behind_a_pillar_comes_out_as_the_same()
    {
        var ids = _walk.Show(60, s => [s is > 2 and < 3.4 ? null : Walk.Box(60 + (70 * s), 240)]);

        Assert.Equal((1L, 0, 1L), (ids[0], _walk.Switches, _walk.Tracker.Ids));
    }

    [Fact]
    public void One_that_stays_away_longer_than_the_gap_is_another()
    {
        _walk.Show(10, _ => [Walk.Box(300, 240)]);
        _walk.Show(25, _ => [null]);
        Assert.Empty(_walk.Tracker.Tracks);
        Assert.Equal([2L], _walk.Show(2, _ => [Walk.Box(300, 240)]));
    }

    [Fact]
    public void A_weak_box_continues_a_track_but_begins_none()
    {
        _walk.Show(10, s => [Walk.Box(100 + (30 * s), 240)]);
        var ids = _walk.Show(12, s => [Walk.Box(100 + (30 * s), 240, score: 0.2f), Walk.Box(500, 240, score: 0.4f)]);

        Assert.Equal([1L, 0L], ids);
        Assert.True(_walk.Tracker.Tracks[0].IsSeen);
        Assert.Equal([1L], _walk.Show(Walk.Box(100 + (30 * _walk.Seconds), 240)));
    }

    [Fact]
    public void Classes_do_not_mix()
    {
        _walk.Show(5, _ => [Walk.Box(300, 240, label: "can")]);
        Assert.Equal([2L], _walk.Show(2, _ => [Walk.Box(300, 240, label: "jar")]));
    }

    [Fact]
    public void A_box_that_is_missing_for_one_frame_of_a_stable_track_is_a_flicker()
    {
        _walk.Show(10, s => [Walk.Box(100 + (30 * s), 240), Walk.Box(400, 240)]);
        Assert.Equal((0, 0), (_walk.Tracker.Vanished, _walk.Tracker.Returned));
        _walk.Show(null, Walk.Box(400, 240));
        Assert.Equal((1, 0), (_walk.Tracker.Vanished, _walk.Tracker.Returned));
        _walk.Show(Walk.Box(100 + (30 * _walk.Seconds), 240), Walk.Box(400, 240));
        Assert.Equal((0, 1), (_walk.Tracker.Vanished, _walk.Tracker.Returned));
        _walk.Show(Walk.Box(100 + (30 * _walk.Seconds), 240), Walk.Box(400, 240));
        Assert.Equal((0, 0), (_walk.Tracker.Vanished, _walk.Tracker.Returned));
    }

    [Fact]
    public void What_stays_away_longer_or_is_new_is_no_flicker()
    {
        _walk.Show(10, _ => [Walk.Box(300, 240)]);
        _walk.Show([null]);
        _walk.Show([null]);
        Assert.Equal((0, 0), (_walk.Tracker.Vanished, _walk.Tracker.Returned));
        _walk.Show(Walk.Box(300, 240));
        Assert.Equal(0, _walk.Tracker.Returned);
        _walk.Show([null]);
        Assert.Equal(0, _walk.Tracker.Vanished);
    }

    [Fact]
    public void One_that_leaves_or_is_hidden_by_another_is_no_flicker()
    {
        _walk.Show(10, s => [Walk.Box(21 + (4 * s), 240), Walk.Box(300, 240), Walk.Box(420 - (100 * s), 240)]);
        _walk.Show(null, null, Walk.Box(320, 240));

        Assert.Equal(0, _walk.Tracker.Vanished);
    }

    [Fact]
    public void Ids_last_through_a_still_scene_of_any_length()
    {
        _walk.Show(10, s => [Walk.Box(300 + (50 * s), 240)]);
        var at = TimeSpan.FromSeconds(_walk.Seconds);
        for (var i = 1; i <= 100; i++)
        {
            _walk.Tracker.Hold(at + TimeSpan.FromSeconds(i));
        }

        _walk.Tracker.Update([Walk.Box(346, 240)], [], new FrameTime(at + TimeSpan.FromSeconds(101), 640, 480));
        var track = Assert.Single(_walk.Tracker.Tracks);
        Assert.Equal((1L, true), (track.Id, track.IsSeen));
        Assert.Equal(102, (track.LastAt - track.FirstAt).TotalSeconds, 0.11);
    }

    [Fact]
    public void A_clock_that_jumps_costs_no_id()
    {
        _walk.Show(10, _ => [Walk.Box(300, 240)]);
        foreach (var at in (double[])[-5000, -4999.9, 9_000_000, 9_000_000.1])
        {
            _walk.Tracker.Update([Walk.Box(300, 240)], [], new FrameTime(TimeSpan.FromSeconds(at), 640, 480));
        }

        Assert.Equal(1, Assert.Single(_walk.Tracker.Tracks).Id);
        Assert.True(_walk.Tracker.Now < TimeSpan.FromMinutes(6), $"{_walk.Tracker.Now}");
    }

    [Fact]
    public void A_crowd_with_misses_weak_boxes_and_false_alarms_loses_few_ids()
    {
        var chance = new Random(7);
        var people = Enumerable.Range(0, 30).Select(_ => (X: chance.Next(40, 600), Y: chance.Next(60, 420), Vx: chance.Next(-40, 41), Vy: chance.Next(-20, 21))).ToList();
        for (var frame = 0; frame < 200; frame++)
        {
            var seconds = _walk.Seconds;
            var boxes = people.Select(p => chance.NextDouble() < 0.05 ? null : Walk.Box(
                Swing(p.X + (p.Vx * seconds), 640) + (chance.NextDouble() * 3), Swing(p.Y + (p.Vy * seconds), 480) + (chance.NextDouble() * 3), 30, 60, chance.NextDouble() < 0.1 ? 0.3f : 0.8f));
            _walk.Show([.. boxes, Walk.Box(chance.Next(640), chance.Next(480), 30, 60)]);
        }

        // 6000 boxes, 30 people that cross one another all the time; the last "person" is a false alarm that jumps about
        Assert.InRange(_walk.Switches, 0, 25);
    }

    [Fact]
    public void A_frame_makes_no_garbage()
    {
        var chance = new Random(3);
        var frames = Enumerable.Range(0, 300)
            .Select(_ => Enumerable.Range(0, 60).Where(_ => chance.NextDouble() > 0.2).Select(i => Walk.Box((i % 12 * 50) + chance.Next(20), (i / 12 * 90) + chance.Next(20))).ToList()).ToList();
        var before = 0L;
        for (var i = 0; i < frames.Count; i++)
        {
            before = i == 200 ? GC.GetAllocatedBytesForCurrentThread() : before;
            _walk.Tracker.Update(frames[i], [], new FrameTime(TimeSpan.FromSeconds(i / 10.0), 640, 480));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static double Swing(double value, double side)
    {
        var at = Math.Abs(value) % (2 * side);
        return at < side ? at : (2 * side) - at;
    }
}
