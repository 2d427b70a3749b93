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

    [Fact]
    public void One_camera_of_each_box_goes_first_and_the_others_follow()
    {
        var members = RingMembers.Of(Rollout(new("canary", "*", Cameras: 1), Rest), Devices(20, cameras: 8));

        Assert.Equal(20, members.Count(m => m is { Ring: 0, Cameras.Count: 1 }));
        Assert.Equal(20, members.Count(m => m is { Ring: 1, Cameras.Count: 7 }));
        Assert.Equal(160, members.SelectMany(m => m.Cameras.Select(c => (m.Device, c))).Distinct().Count());
        Assert.True(members.Where(m => m.Ring == 0).SelectMany(m => m.Cameras).Distinct().Count() > 1, "always the same camera is no fair choice");
    }

    [Fact]
    public void A_camera_stays_in_the_ring_it_was_told_in_when_others_are_added()
    {
        var rollout = Rollout(new("canary", "*", Cameras: 1), Rest);
        var first = RingMembers.Of(rollout, Devices(1, cameras: 2)).Single(m => m.Ring == 0).Cameras;
        rollout.Devices.Add(new RolloutDeviceRow { Device = DeviceId.Parse("edge-0"), Ring = 0, Cameras = first });

        var later = RingMembers.Of(rollout, Devices(1, cameras: 20));

        Assert.Equal(first, later.Single(m => m.Ring == 0).Cameras);
        Assert.Equal(19, later.Single(m => m.Ring == 1).Cameras.Count);
    }

    [Fact]
    public void A_pinned_or_revoked_device_and_a_camera_of_a_newer_rollout_are_in_no_ring()
    {
        var devices = Devices(3, cameras: 2);
        devices[0].Pin = new DevicePin(null, "anna", default, null);
        devices[1].Revoked = true;

        var member = Assert.Single(RingMembers.Of(Rollout(Rest), devices, new HashSet<(DeviceId, CameraId)> { (devices[2].Id, devices[2].Cameras[0].Id) }));

        Assert.Equal((devices[2].Id, devices[2].Cameras[1].Id), (member.Device, Assert.Single(member.Cameras)));
    }

    private static HashSet<DeviceId> In(RolloutRow rollout, int ring, IReadOnlyList<DeviceRow> devices) =>
        [.. RingMembers.Of(rollout, devices).Where(m => m.Ring == ring).Select(m => m.Device)];

    private static RolloutRow Rollout(params RingRequest[] rings) => new() { Version = VersionId.Parse("shelf@2"), Rings = rings };

    private static List<DeviceRow> Devices(int count, int cameras = 0)
    {
        var devices = Enumerable.Range(0, count).Select(i => new DeviceRow { Id = DeviceId.Parse($"edge-{i}") }).ToList();
        foreach (var device in devices)
        {
            device.Cameras.AddRange(Enumerable.Range(0, cameras).Select(c => new CameraRow { Device = device.Id, Id = CameraId.Parse($"cam{c}") }));
        }

        return devices;
    }
}
