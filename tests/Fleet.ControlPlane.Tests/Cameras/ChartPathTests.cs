using Fleet.Console.Parts;

namespace Fleet.ControlPlane.Tests.Cameras;

/// <summary>Values over time as lines that can be seen.</summary>
public sealed class ChartPathTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("M0 20h1.2", 5.0)]
    [InlineData("M0 20L100 0", 5.0, 10.0)]
    [InlineData("M0 20h1.2M98.8 0h1.2", 5.0, null, 10.0)]
    public void A_value_without_neighbours_is_a_dash_and_others_are_joined(string path, params double?[] values) =>
        Assert.Equal(path, ChartPath.Of([.. values.Select((_, at) => Noon.AddMinutes(at))], values, top: 10, gap: TimeSpan.FromMinutes(2)));

    [Fact]
    public void Values_that_lie_too_far_apart_are_dashes_each() =>
        Assert.Equal("M0 20h1.2M98.8 0h1.2", ChartPath.Of([Noon, Noon.AddMinutes(5)], [5.0, 10.0], top: 10, gap: TimeSpan.FromMinutes(2)));
}
