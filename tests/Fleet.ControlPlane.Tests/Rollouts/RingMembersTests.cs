using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

public sealed class RingMembersTests
{
    private static readonly RingRequest Rest = new("rest", "*");

    [Fact]
    public void A_percentage_takes_about_its_share_and_keeps_those_it_took_when_devices_join()
    {
        var rollout = Rollout(new("canary", "*", Percent: 10), Rest);
        var early = In(rollout, 0, Devices(1000));
        var later = In(rollout, 0, Devices(2000));

        Assert.InRange(early.Count, 60, 140);
        Assert.InRange(later.Count, 140, 260);
        Assert.Subset(later, early);
    }

    [Fact]
    public void Every_device_is_in_exactly_one_ring_and_none_is_left_out() =>
        Assert.Equal(500, RingMembers.Of(Rollout(new("one", "*", Count: 1), new("some", "*", Percent: 20), Rest), Devices(500)).Count);

    [Fact]
    public void A_percentage_of_few_devices_takes_one() =>
        Assert.Single(In(Rollout(new("canary", "*", Percent: 0.001), Rest), 0, Devices(5)));

    [Fact]
    public void A_count_keeps_those_that_were_told_when_devices_join()
    {
        var rollout = Rollout(new("canary", "*", Count: 3), Rest);
        var told = In(rollout, 0, Devices(10));
        rollout.Devices.AddRange(told.Select(d => new RolloutDeviceRow { Device = d, Ring = 0 }));

        Assert.Equal(3, told.Count);
        Assert.True(told.SetEquals(In(rollout, 0, Devices(1000))));
    }

    private static HashSet<DeviceId> In(RolloutRow rollout, int ring, IReadOnlyList<DeviceRow> devices) =>
        [.. RingMembers.Of(rollout, devices).Where(r => r.Value == ring).Select(r => r.Key)];

    private static RolloutRow Rollout(params RingRequest[] rings) => new() { Version = VersionId.Parse("shelf@2"), Rings = rings };

    private static List<DeviceRow> Devices(int count) => [.. Enumerable.Range(0, count).Select(i => new DeviceRow { Id = DeviceId.Parse($"edge-{i}") })];
}
