using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

public sealed class RolloutPlannerTests
{
    private static readonly RingRequest[] Rings = [new("canary", "ring=canary"), new("rest", "*", MaxFailed: 1)];

    [Fact]
    public void Begins_with_the_first_ring() =>
        Assert.Equal(0, Assert.IsType<RolloutStep.OpenRing>(Next(open: -1, Device("a", 0, Standing.Untold))).Ring);

    [Fact]
    public void Waits_when_a_ring_has_no_device()
    {
        var step = Next(open: 0, Device("b", 1, Standing.Untold));

        Assert.Contains("nothing matches 'ring=canary'", Assert.IsType<RolloutStep.Wait>(step).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_few_devices_that_is_nobody_does_not_stop_it()
    {
        RingRequest[] rings = [new("one", "*", Percent: 5), new("some", "*", Percent: 20), new("rest", "*")];

        Assert.Equal(2, Assert.IsType<RolloutStep.OpenRing>(RolloutPlanner.Next(new RolloutFacts(rings, Open: 1, [Device("a", 0, Standing.Committed)]))).Ring);
    }

    [Fact]
    public void An_empty_last_ring_ends_the_rollout() =>
        Assert.IsType<RolloutStep.Finish>(Next(open: 1, Device("a", 0, Standing.Committed)));

    [Theory]
    [InlineData(nameof(Standing.Silent))]
    [InlineData(nameof(Standing.Busy))]
    [InlineData(nameof(Standing.NoCamera))]
    public void Waits_while_a_device_owes_evidence(string standing)
    {
        var step = Next(open: 0, Device("a", 0, Standing.Committed), Device("a2", 0, Enum.Parse<Standing>(standing)), Device("b", 1, Standing.Untold));

        Assert.Contains("1 of 2 committed", Assert.IsType<RolloutStep.Wait>(step).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_who_is_offline() =>
        Assert.Contains("1 offline (a)", Next(open: 0, Device("a", 0, Standing.Silent, online: false)).Why, StringComparison.Ordinal);

    [Fact]
    public void Opens_the_next_ring_when_every_device_committed() =>
        Assert.Equal(1, Assert.IsType<RolloutStep.OpenRing>(Next(open: 0, Device("a", 0, Standing.Committed), Device("b", 1, Standing.Untold))).Ring);

    [Fact]
    public void Rolls_all_back_when_more_failed_than_allowed()
    {
        var step = Next(open: 0, Device("a", 0, Standing.Failed, why: "the golden clip is not reproduced"), Device("a2", 0, Standing.Busy));

        Assert.Contains("a: the golden clip is not reproduced", Assert.IsType<RolloutStep.RollBack>(step).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_in_an_earlier_ring_still_rolls_all_back() =>
        Assert.IsType<RolloutStep.RollBack>(Next(open: 1, Device("a", 0, Standing.Failed), Device("b", 1, Standing.Busy)));

    [Fact]
    public void Tolerates_as_many_failures_as_allowed_but_asks_a_person_about_a_ring_of_failures_alone()
    {
        Assert.IsType<RolloutStep.Finish>(Next(open: 1, Device("a", 0, Standing.Committed), Device("b", 1, Standing.Failed), Device("c", 1, Standing.Committed)));
        Assert.Equal(1, Assert.IsType<RolloutStep.Pause>(Next(open: 1, Device("a", 0, Standing.Committed), Device("b", 1, Standing.Failed))).Held);
    }

    [Fact]
    public void Tells_a_device_that_joins_an_open_ring() =>
        Assert.Equal([new RingShare(DeviceId.Parse("a2"), 0)], Assert.IsType<RolloutStep.Tell>(Next(open: 0, Device("a", 0, Standing.Busy), Device("a2", 0, Standing.Untold))).Told);

    [Theory]
    [InlineData(nameof(Standing.Measured), "being measured")]
    [InlineData(nameof(Standing.Baking), "baking")]
    public void Waits_until_guards_hold_and_the_version_has_baked(string standing, string words) =>
        Assert.Contains(words, Assert.IsType<RolloutStep.Wait>(Next(open: 0, Device("a", 0, Enum.Parse<Standing>(standing)), Device("b", 1, Standing.Untold))).Why, StringComparison.Ordinal);

    [Fact]
    public void Asks_a_person_where_a_guard_is_unclear_but_a_failure_comes_first()
    {
        var unclear = Device("a", 0, Standing.Unclear, why: "dock, temperature: the computer offers no temperature");

        Assert.Contains("the computer offers no temperature", Assert.IsType<RolloutStep.Pause>(Next(open: 0, unclear)).Why, StringComparison.Ordinal);
        Assert.IsType<RolloutStep.RollBack>(Next(open: 0, unclear, Device("a2", 0, Standing.Failed)));
    }

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, true)]
    public void Goes_on_without_silent_devices_only_as_far_as_the_ring_allows(double maxSilentPercent, bool goesOn)
    {
        RingRequest[] rings = [new("canary", "*", MaxSilentPercent: maxSilentPercent)];

        var step = RolloutPlanner.Next(new RolloutFacts(rings, Open: 0, [Device("a", 0, Standing.Committed), Device("b", 0, Standing.LeftBehind)]));

        Assert.Equal(goesOn, step is RolloutStep.Finish);
        Assert.Contains(goesOn ? "left behind (b)" : "more than may be left behind (b)", step.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_of_silent_devices_alone_never_goes_on() =>
        Assert.IsType<RolloutStep.Wait>(RolloutPlanner.Next(new RolloutFacts([new("all", "*", MaxSilentPercent: 100)], Open: 0, [Device("a", 0, Standing.LeftBehind)])));

    [Fact]
    public void A_ring_that_holds_asks_a_person_before_it_goes_on()
    {
        RingRequest[] rings = [new("canary", "*", Hold: true), new("rest", "*")];
        var facts = new RolloutFacts(rings, Open: 0, [Device("a", 0, Standing.Committed), Device("b", 1, Standing.Untold)]);

        Assert.Equal(0, Assert.IsType<RolloutStep.Pause>(RolloutPlanner.Next(facts)).Held);
        Assert.IsType<RolloutStep.OpenRing>(RolloutPlanner.Next(facts with { Released = new HashSet<int> { 0 } }));
    }

    private static RolloutStep Next(int open, params DeviceEvidence[] devices) => RolloutPlanner.Next(new RolloutFacts(Rings, open, devices));

    private static DeviceEvidence Device(string id, int ring, Standing standing, bool online = true, string? why = null) =>
        new(DeviceId.Parse(id), ring, standing, online, why) { ToldAt = standing == Standing.Untold ? null : DateTimeOffset.UnixEpoch };
}
