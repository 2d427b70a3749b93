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
    public void Tolerates_as_many_failures_as_allowed_but_not_a_ring_of_failures_alone()
    {
        Assert.IsType<RolloutStep.Finish>(Next(open: 1, Device("a", 0, Standing.Committed), Device("b", 1, Standing.Failed), Device("c", 1, Standing.Committed)));
        Assert.IsType<RolloutStep.Wait>(Next(open: 1, Device("a", 0, Standing.Committed), Device("b", 1, Standing.Failed)));
    }

    [Fact]
    public void Tells_a_device_that_joins_an_open_ring() =>
        Assert.Equal([DeviceId.Parse("a2")], Assert.IsType<RolloutStep.Tell>(Next(open: 0, Device("a", 0, Standing.Busy), Device("a2", 0, Standing.Untold))).Devices);

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

        var step = RolloutPlanner.Next(rings, open: 0, [Device("a", 0, Standing.Committed), Device("b", 0, Standing.LeftBehind)]);

        Assert.Equal(goesOn, step is RolloutStep.Finish);
        Assert.Contains(goesOn ? "left behind (b)" : "more than may be left behind (b)", step.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_of_silent_devices_alone_never_goes_on() =>
        Assert.IsType<RolloutStep.Wait>(RolloutPlanner.Next([new("all", "*", MaxSilentPercent: 100)], open: 0, [Device("a", 0, Standing.LeftBehind)]));

    /// <summary>Whatever devices do, a rollout never opens a ring without the evidence of the one before, and it ends as soon as all have answered.</summary>
    [Fact]
    public void Always_ends_and_never_opens_a_ring_without_evidence()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var chance = new Random(seed);
            var rings = Enumerable.Range(0, chance.Next(1, 5)).Select(i => new RingRequest($"r{i}", "*", chance.Next(0, 3), MaxSilentPercent: chance.Next(2) * 50)).ToList();
            var devices = Enumerable.Range(0, chance.Next(1, 12)).Select(i => Device($"d{i}", chance.Next(rings.Count), Standing.Untold, chance.Next(2) == 0)).ToList();
            devices.AddRange(Enumerable.Range(0, rings.Count).Select(r => Device($"must{r}", r, Standing.Untold)));

            var (end, turns) = Play(rings, devices, chance);

            Assert.True(end is RolloutStep.Finish or RolloutStep.RollBack or RolloutStep.Pause or RolloutStep.Wait, $"seed {seed}: {end}");
            Assert.True(end is not RolloutStep.Pause || devices.Exists(d => d.Standing == Standing.Unclear), $"seed {seed} asks a person about nothing: {end.Why}");
            Assert.True(end is not RolloutStep.Wait || devices.GroupBy(d => d.Ring).Any(g => !MayGoOn(rings[g.Key], [.. g])), $"seed {seed} stays: {end.Why}");
            Assert.True(turns < 1000, $"seed {seed} does not end");
        }
    }

    private static (RolloutStep End, int Turns) Play(List<RingRequest> rings, List<DeviceEvidence> devices, Random chance)
    {
        var open = -1;
        for (var turn = 0; turn < 1000; turn++)
        {
            var step = RolloutPlanner.Next(rings, open, devices);
            switch (step)
            {
                case RolloutStep.OpenRing { Ring: var ring }:
                    Assert.Equal(open + 1, ring);
                    Assert.All(devices.Where(d => d.Ring <= open), d => Assert.True(d.Standing is Standing.Committed or Standing.Failed or Standing.LeftBehind));
                    Assert.All(Enumerable.Range(0, open + 1), r => Assert.True(MayGoOn(rings[r], [.. devices.Where(d => d.Ring == r)])));
                    open = ring;
                    Change(devices, d => d.Ring == ring, Standing.Silent);
                    break;
                case RolloutStep.Tell { Devices: var told }:
                    Change(devices, d => told.Contains(d.Device), Standing.Silent);
                    break;
                case RolloutStep.Wait when devices.Exists(d => IsOpen(d.Standing)):
                    var one = devices.Where(d => IsOpen(d.Standing)).MinBy(_ => chance.Next())!;
                    Change(devices, d => d.Device == one.Device, Answers[chance.Next(Answers.Length)]);
                    break;
                default:
                    return (step, turn);
            }
        }

        return (new RolloutStep.Wait("never"), 1000);
    }

    private static readonly Standing[] Answers =
    [
        Standing.Busy, Standing.Measured, Standing.Baking, Standing.Failed, Standing.LeftBehind, Standing.Unclear,
        .. Enumerable.Repeat(Standing.Committed, 12),
    ];

    private static bool IsOpen(Standing standing) => standing is Standing.Silent or Standing.Busy or Standing.Measured or Standing.Baking;

    /// <summary>Somebody committed, and no more are left behind than may be.</summary>
    private static bool MayGoOn(RingRequest ring, List<DeviceEvidence> devices) =>
        devices.Exists(d => d.Standing == Standing.Committed)
        && 100.0 * devices.Count(d => d.Standing == Standing.LeftBehind) <= ring.MaxSilentPercent * devices.Count;

    private static void Change(List<DeviceEvidence> devices, Predicate<DeviceEvidence> which, Standing to)
    {
        for (var i = 0; i < devices.Count; i++)
        {
            devices[i] = which(devices[i]) ? devices[i] with { Standing = to } : devices[i];
        }
    }

    private static RolloutStep Next(int open, params DeviceEvidence[] devices) => RolloutPlanner.Next(Rings, open, devices);

    private static DeviceEvidence Device(string id, int ring, Standing standing, bool online = true, string? why = null) =>
        new(DeviceId.Parse(id), ring, standing, online, why);
}
