using Fleet.Contracts;
using Fleet.Vision.Tracking;

namespace Fleet.Shared.Tests.Vision.Tracking;

public sealed class SceneWatchTests
{
    private static readonly CameraId Camera = CameraId.Parse("dock");
    private static readonly Zone Gate = new("gate", [new(0.4, 0.2), new(0.6, 0.2), new(0.6, 0.9), new(0.4, 0.9)]);
    private static readonly Line Door = new("door", new(0.5, 0), new(0.5, 1));
    private readonly SceneWatch _scene = new();
    private readonly List<PlaceEvent> _events = [];
    private double _seconds;

    [Fact]
    public void Who_walks_through_a_zone_is_counted_in_and_out_with_the_time_between()
    {
        _scene.Set([Gate], []);
        Show(30, s => [Walk.Box(170 + (60 * s), 200), Walk.Box(500, 200)]);
        Assert.Equal(1, Zone().Present["person"]);
        Show(40, s => [Walk.Box(170 + (60 * s), 200), Walk.Box(500, 200)]);

        // the feet go from x 170 to 590 at 60 px a second; the zone is 256 to 384 px
        var gate = Zone();
        Assert.Equal((1L, 1L, 0), (gate.Entered, gate.Left, gate.Present.Count));
        Assert.Equal(128 / 60.0, gate.DwellSeconds, 0.21);
        Assert.Equal([PlaceEventKind.Entered, PlaceEventKind.Left], _events.Select(e => e.What));
        Assert.Equal(gate.DwellSeconds, _events[1].DwellSeconds!.Value, 0.11);
    }

    [Fact]
    public void One_that_trembles_at_the_edge_comes_in_once()
    {
        _scene.Set([Gate], []);
        Show(50, s => [Walk.Box(256 + ((int)(s * 10) % 2 == 0 ? -3 : 3), 200)]);
        Show(20, _ => [Walk.Box(262, 200)]);

        Assert.Equal((1L, 0L), (Zone().Entered, Zone().Left));
    }

    [Fact]
    public void One_that_is_not_seen_any_more_has_left()
    {
        _scene.Set([Gate], []);
        Show(20, _ => [Walk.Box(320, 200)]);
        Show(40, _ => []);

        Assert.Equal((1L, 1L, 0), (Zone().Entered, Zone().Left, Zone().Present.Count));
    }

    [Fact]
    public void Time_in_a_zone_goes_on_while_nothing_moves()
    {
        _scene.Set([Gate], []);
        Show(10, _ => [Walk.Box(320, 200)]);
        for (var i = 0; i < 100; i++)
        {
            _scene.Hold(TimeSpan.FromSeconds(_seconds += 0.5));
        }

        Assert.Equal(50.8, Zone().DwellSeconds, 0.2);
        Assert.Equal(1, Zone().Present["person"]);
    }

    [Fact]
    public void A_line_counts_each_direction_and_who_turns_back_does_not_cross()
    {
        _scene.Set([], [Door]);
        Show(80, s => [Walk.Box(100 + (55 * s), 100), Walk.Box(600 - (60 * s), 380), Walk.Box(310 - Math.Abs(100 - (30 * s)), 240, label: "dog")]);

        // a line that leads down the picture has its left side on its right
        Assert.Equal(new LineCounters(Camera, "door", Forward: 1, Backward: 1), Assert.Single(_scene.ReadLines(Camera)));
        Assert.Equal([PlaceEventKind.Forward, PlaceEventKind.Backward], _events.Select(e => e.What).OrderBy(w => w));
    }

    [Fact]
    public void Forward_is_down_the_picture_for_a_line_from_left_to_right()
    {
        _scene.Set([], [new Line("rail", new(0, 0.5), new(1, 0.5))]);
        Show(60, s => [Walk.Box(320, 50 + (60 * s))]);

        Assert.Equal((1L, 0L), (_scene.ReadLines(Camera)[0].Forward, _scene.ReadLines(Camera)[0].Backward));
    }

    [Fact]
    public void Who_goes_round_the_end_of_a_line_does_not_cross_it()
    {
        _scene.Set([], [new Line("half", new(0.5, 0), new(0.5, 0.4))]);
        Show(60, s => [Walk.Box(100 + (80 * s), 300)]);

        Assert.Equal(0, _scene.ReadLines(Camera)[0].Forward + _scene.ReadLines(Camera)[0].Backward);
    }

    [Fact]
    public void Other_classes_do_not_count()
    {
        _scene.Set([Gate with { Classes = ["can"] }], [Door with { Classes = ["can"] }]);
        Show(80, s => [Walk.Box(100 + (55 * s), 200)]);

        Assert.Equal((0L, 0L), (Zone().Entered, _scene.ReadLines(Camera)[0].Backward));
    }

    [Fact]
    public void A_facing_is_empty_after_its_time_without_a_product_and_filled_by_one_that_stays()
    {
        _scene.Set([Gate with { Kind = ZoneKind.Facing, EmptySeconds = 5 }], []);
        Assert.Null(Zone().IsEmpty);
        Show(10, _ => [Walk.Box(320, 200)]);
        Assert.False(Zone().IsEmpty);
        Show(49, _ => []);
        Assert.False(Zone().IsEmpty);
        Show(3, _ => []);
        Assert.True(Zone().IsEmpty);
        Show(1, _ => [Walk.Box(320, 200)]);
        Show(1, _ => []);
        Assert.True(Zone().IsEmpty);
        Show(3, _ => [Walk.Box(320, 200)]);

        Assert.Equal((false, 1L), (Zone().IsEmpty, Zone().Emptied));
        Assert.Equal([PlaceEventKind.Emptied, PlaceEventKind.Filled], _events.Select(e => e.What).Where(w => w is PlaceEventKind.Emptied or PlaceEventKind.Filled));
    }

    [Fact]
    public void A_facing_in_a_still_picture_becomes_empty_too()
    {
        _scene.Set([Gate with { Kind = ZoneKind.Facing, EmptySeconds = 5 }], []);
        Show(2, _ => []);
        for (var i = 0; i < 10; i++)
        {
            _scene.Hold(TimeSpan.FromSeconds(_seconds += 1));
        }

        Assert.True(Zone().IsEmpty);
    }

    [Fact]
    public void Counters_go_on_when_places_are_set_anew_and_end_with_their_place()
    {
        _scene.Set([Gate], [Door]);
        Show(80, s => [Walk.Box(100 + (55 * s), 200)]);
        _scene.Set([Gate with { Points = [new(0, 0), new(0.1, 0), new(0.1, 0.1)] }], [Door with { To = new(0.5, 0.9) }]);
        Assert.Equal((1L, 1L), (Zone().Entered, _scene.ReadLines(Camera)[0].Backward));

        _scene.Set([Gate with { Name = "other" }], []);
        Assert.Equal(("other", 0L), (Zone().Zone, Zone().Entered));
        Assert.Empty(_scene.ReadLines(Camera));
    }

    [Fact]
    public void A_frame_on_which_nothing_happens_makes_no_garbage()
    {
        _scene.Set([Gate with { Classes = ["person"] }, Gate with { Name = "shelf", Kind = ZoneKind.Facing }], [Door]);
        Detection[] people = [Walk.Box(320, 200), Walk.Box(100, 200), Walk.Box(550, 200)];
        Show(20, _ => people);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _scene.Look(people, [], new FrameTime(TimeSpan.FromSeconds(_seconds += 0.1), 640, 480));
            _scene.Hold(TimeSpan.FromSeconds(_seconds += 0.1));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private ZoneCounters Zone() => Assert.Single(_scene.ReadZones(Camera));

    private void Show(int frames, Func<double, Detection[]> at)
    {
        for (var i = 0; i < frames; i++)
        {
            _scene.Look(at(_seconds), [], new FrameTime(TimeSpan.FromSeconds(_seconds), 640, 480));
            _events.AddRange(_scene.Events);
            _seconds += 0.1;
        }
    }
}
