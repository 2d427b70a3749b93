using Fleet.Console.Cameras;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Tests.Cameras;

public sealed class PlacesDraftTests
{
    private static readonly Zone Gate = new("gate", [new(0.1, 0.1), new(0.5, 0.1), new(0.5, 0.5), new(0.1, 0.5)], Classes: ["person"]);
    private static readonly Zone Shelf = new("shelf", [new(0.6, 0.1), new(0.9, 0.1), new(0.9, 0.5)], ZoneKind.Facing, EmptySeconds: 12);
    private static readonly Line Door = new("door", new(0, 0.5), new(1, 0.5), ["cart", "person"]);
    private readonly PlacesDraft _draft = new([Gate, Shelf], [Door]);

    [Fact]
    public void What_is_only_looked_at_comes_back_as_it_was()
    {
        Assert.Equal([Gate, Shelf], _draft.Zones());
        Assert.Equal([Door], _draft.Lines());
        Assert.False(_draft.IsChanged);
        Assert.Null(_draft.Fault());
    }

    [Fact]
    public void Every_change_is_undone_and_done_again()
    {
        Action[] changes =
        [
            () => _draft.Corner(0, 1, 0.55, 0.2), () => _draft.Split(0, 0, 0.3, 0.05), () => _draft.Shift(1, 0.05, 0.05), () => _draft.RemoveCorner(0, 2),
            () => _draft.Change(2, p => p with { Name = "dock" }), () => _draft.Remove(1), () => _draft.Add(PlaceKind.Line), () => _draft.Add(PlaceKind.Facing),
        ];
        var seen = new List<string> { Text() };
        foreach (var change in changes)
        {
            change();
            seen.Add(Text());
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.All(Enumerable.Reverse(seen).Skip(1), expected => { _draft.Undo(); Assert.Equal(expected, Text()); });
        Assert.False(_draft.CanUndo);
        Assert.False(_draft.IsChanged);
        Assert.All(seen.Skip(1), expected => { _draft.Redo(); Assert.Equal(expected, Text()); });
        Assert.False(_draft.CanRedo);
    }

    [Fact]
    public void What_is_moved_stays_in_the_picture_and_keeps_its_shape()
    {
        _draft.Shift(0, 0.9, -0.9);
        _draft.Corner(2, 1, 1.4, -3);

        Assert.Equal([new(0.6, 0), new(1, 0), new(1, 0.4), new(0.6, 0.4)], _draft.Zones()[0].Points);
        Assert.Equal(new PicturePoint(1, 0), _draft.Lines()[0].To);
    }

    [Fact]
    public void A_zone_that_loses_a_corner_too_many_is_gone_and_a_line_has_no_third()
    {
        _draft.RemoveCorner(1, 0);
        _draft.Split(1, 0, 0.5, 0.5);

        Assert.Equal([Gate], _draft.Zones());
        Assert.Equal(2, _draft.Places[1].Points.Count);
    }

    [Fact]
    public void It_says_what_the_server_would_refuse_and_new_ones_can_be_saved_as_they_come()
    {
        _draft.Corner(0, 0, 0.9, 0.3);
        Assert.Contains("'gate' crosses itself", _draft.Fault(), StringComparison.Ordinal);
        _draft.Undo();
        foreach (var kind in Enum.GetValues<PlaceKind>().Concat(Enum.GetValues<PlaceKind>()))
        {
            _draft.Add(kind);
        }

        Assert.Null(_draft.Fault());
        Assert.Equal(["gate", "shelf", "zone-1", "shelf-1", "zone-2", "shelf-2"], _draft.Zones().Select(z => z.Name));
    }

    [Fact]
    public void It_knows_when_somebody_else_changed_the_camera()
    {
        Assert.True(_draft.BeganWith([Gate, Shelf], [Door]));
        Assert.False(_draft.BeganWith([Gate], [Door]));
    }

    private string Text() => string.Join(" | ", _draft.Places.Select(p => FormattableString.Invariant($"{p.Kind} {p.Name} {string.Join(' ', p.Points)}")));
}
