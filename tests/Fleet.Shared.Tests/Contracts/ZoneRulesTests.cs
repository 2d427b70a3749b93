using Fleet.Contracts;

namespace Fleet.Shared.Tests.Contracts;

public sealed class ZoneRulesTests
{
    private static readonly Zone Square = new("gate", [new(0.1, 0.1), new(0.5, 0.1), new(0.5, 0.5), new(0.1, 0.5)]);
    private static readonly Line Across = new("door", new(0, 0.5), new(1, 0.5));

    public static TheoryData<Zone[], Line[], string> Broken => new()
    {
        { [Square with { Name = "Gate 1" }], [], "'Gate 1' is not a name for a zone" },
        { [Square with { Points = [new(0, 0), new(1, 1)] }], [], "has 2 corners; wanted 3 to 32" },
        { [Square with { Points = [new(0.1, 0.1), new(1.5, 0.1), new(0.5, 0.5)] }], [], "has the point 1.5,0.1, which is outside the picture" },
        { [Square with { Points = [new(0.1, 0.1), new(double.NaN, 0.1), new(0.5, 0.5)] }], [], "outside the picture" },
        { [Square with { Points = [new(0.1, 0.1), new(0.2, 0.2), new(0.3, 0.3)] }], [], "encloses next to nothing" },
        { [Square with { Points = [new(0.1, 0.1), new(0.5, 0.5), new(0.6, 0.1), new(0.1, 0.4)] }], [], "crosses itself" },
        { [Square with { Kind = ZoneKind.Facing, EmptySeconds = 0 }], [], "wanted 1 to 86400" },
        { [Square with { Classes = [""] }], [], "names classes that cannot be" },
        { [Square, Square], [], "'gate' names 2 zones or lines" },
        { [Square], [Across with { Name = "gate" }], "'gate' names 2 zones or lines" },
        { [], [Across with { To = new(0, 0.5) }], "begins where it ends" },
        { [], [Across with { To = new(0, -0.5) }], "outside the picture" },
        { [.. Enumerable.Repeat(Square, 33)], [], "at most 32" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_cannot_be_watched_is_refused_with_what_is_wrong(Zone[] zones, Line[] lines, string says)
    {
        var refused = Assert.Throws<ProblemException>(() => ZoneRules.ThrowIfBroken(zones, lines));

        Assert.Equal(Problems.CameraZone, refused.Kind);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hollow_zone_and_a_line_are_taken()
    {
        Zone hollow = new("u-shape", [new(0, 0), new(0.3, 0), new(0.3, 0.6), new(0.6, 0.6), new(0.6, 0), new(1, 0), new(1, 1), new(0, 1)]);
        ZoneRules.ThrowIfBroken([Square, hollow], [Across]);
    }

    [Fact]
    public void Zones_and_lines_are_equal_by_what_they_say()
    {
        Assert.Equal(Square with { Points = [.. Square.Points], Classes = ["a"] }, Square with { Classes = ["a"] });
        Assert.NotEqual(Square with { Classes = ["b"] }, Square with { Classes = ["a"] });
        Assert.Equal(Across with { Classes = ["a"] }, Across with { Classes = ["a"] });
    }
}
