using Fleet.Cli.Commands;
using Fleet.Contracts;

namespace Fleet.SystemTests;

public sealed class PlaceOptionsTests
{
    [Fact]
    public void A_zone_is_typed_as_its_name_its_corners_and_its_classes()
    {
        var zone = PlaceOptions.ReadZone("gate=0.1,0.5; 0.4,.5;1,0.9@person, dog", ZoneKind.Facing);

        Assert.Equal(new Zone("gate", [new(0.1, 0.5), new(0.4, 0.5), new(1, 0.9)], ZoneKind.Facing, ["person", "dog"]), zone);
        Assert.Equal(new Line("door", new(0, 0.5), new(1, 0.5)), PlaceOptions.ReadLine("door=0,0.5;1,0.5"));
    }

    [Theory]
    [InlineData("gate", "'gate' is not understood: wanted NAME=x,y;x,y")]
    [InlineData("gate=0.1;0.2", "'0.1' in 'gate' is not a point")]
    [InlineData("gate=0.1,a;0.2,0.3", "'0.1,a' in 'gate' is not a point")]
    [InlineData("gate=0,0;1,1;0,1", "The line 'gate' has 3 points; wanted two.")]
    public void What_is_mistyped_is_refused_with_what_is_wanted(string typed, string says)
    {
        var refused = Assert.Throws<FormatException>(() => PlaceOptions.ReadLine(typed));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }
}
