using Fleet.Contracts;
using Fleet.ControlPlane.DevicePolicies;
using Fleet.ControlPlane.Devices;

namespace Fleet.ControlPlane.Tests.Devices;

public sealed class PolicyBookTests
{
    private static readonly PolicyBook Book = new(new FleetPolicyRequest(new DevicePolicy(), [new LabelPolicy("site=lab", Samples(1)), new LabelPolicy("link in (lte,sat)", Samples(2)), new LabelPolicy("device=edge-9", Samples(3))]));

    [Theory]
    [InlineData("edge-1", "shop", "fibre", 60)]
    [InlineData("edge-1", "shop", "sat", 2)]
    [InlineData("edge-1", "lab", "sat", 1)]
    [InlineData("edge-9", "shop", "fibre", 3)]
    public void The_first_selector_that_takes_a_device_counts_and_site_and_name_are_labels_too(string device, string site, string link, int samples) =>
        Assert.Equal(samples, Book.Of(new DeviceRow { Id = DeviceId.Parse(device), Site = site, Labels = new Dictionary<string, string> { ["link"] = link } }).Policy.SamplesPerHour);

    [Fact]
    public void Its_own_comes_before_all_and_none_of_the_fleets_is_mixed_in()
    {
        var own = new DeviceRow { Id = DeviceId.Parse("edge-9"), Site = "lab", Policy = new DevicePolicy() };

        Assert.Equal(new ChosenPolicy(PolicyOrigin.Own, Selector: null, own.Policy), Book.Of(own));
    }

    [Theory]
    [InlineData(59, 100L)]
    [InlineData(61, null)]
    public void What_was_used_in_an_hour_is_not_what_was_used_in_the_next(int minutesLater, long? thisHour)
    {
        var at = new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
        var gather = new GatherCounters(new Dictionary<string, long>(), new Dictionary<string, long>(), 1, 2, BytesThisHour: 100, BytesThisDay: 100);

        var use = BudgetUses.Of(gather, at, at.AddMinutes(minutesLater));

        Assert.Equal((thisHour, thisHour, 2), (use.BytesThisHour, use.BytesThisDay, use.SentBytes));
    }

    private static DevicePolicy Samples(int perHour) => new() { SamplesPerHour = perHour };
}
