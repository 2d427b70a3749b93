using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>Rollouts that look in the shadow first: named situations, and what the log says of them.</summary>
public sealed class ShadowScenarioTests
{
    private static readonly VersionId New = VersionId.Parse("shelf@2");
    private static readonly Guard Agreement = new(GuardKind.ShadowAgreement, 0.9, MinFrames: 100, InRow: 1);

    [Fact]
    public void In_the_shadow_first_and_told_when_both_agree()
    {
        var world = World("edge-1", "edge-2");

        Plays(world, TwoRings, turns: 9,
            """
            Thu 12:00  Ring canary opens with 1 device and 1 camera, in the shadow first.
            Thu 12:00  Ring canary: 0 of 1 committed, 1 silent since it was told (edge-1).
            Thu 12:30  Ring canary: 0 of 1 committed, 1 being compared in the shadow (edge-1).
            Thu 13:00  Ring canary: the shadow of 1 of 1 agreed (edge-1: cam0, agreement in the shadow: agrees with shelf@1 on 100 % of objects over 100 frames, 90 % wanted). edge-1 is told to run the version, and the shadow ends there.
            Thu 13:00  Ring canary: 0 of 1 committed, 1 silent since it was told (edge-1).
            Thu 13:30  Ring canary: 0 of 1 committed, 1 at work (edge-1).
            Thu 14:00  Ring canary: 1 of 1 completed frames with the version and committed it. Ring rest opens with 1 device and 1 camera, in the shadow first.
            Thu 14:00  Ring rest: 0 of 1 committed, 1 silent since it was told (edge-2).
            Thu 14:30  Ring rest: 0 of 1 committed, 1 being compared in the shadow (edge-2).
            Thu 15:00  Ring rest: the shadow of 1 of 1 agreed (edge-2: cam0, agreement in the shadow: agrees with shelf@1 on 100 % of objects over 100 frames, 90 % wanted). edge-2 is told to run the version, and the shadow ends there.
            Thu 15:00  Ring rest: 0 of 1 committed, 1 silent since it was told (edge-2).
            Thu 15:30  Ring rest: 0 of 1 committed, 1 at work (edge-2).
            Thu 16:00  Ring rest: 1 of 1 completed frames with the version and committed it. The rollout is finished.
            """);

        Assert.All(world.Devices.SelectMany(d => d.Cameras), c => Assert.Equal((New, null), (c.Version!.Value, c.Shadow)));
    }

    [Fact]
    public void A_version_that_sees_other_things_in_the_shadow_never_serves_a_camera()
    {
        var world = World("edge-1", "edge-2");
        world.Sees = (_, _) => (60, 40);

        Plays(world, TwoRings, turns: 4,
            """
            Thu 12:00  Ring canary opens with 1 device and 1 camera, in the shadow first.
            Thu 12:00  Ring canary: 0 of 1 committed, 1 silent since it was told (edge-1).
            Thu 12:30  Ring canary: 0 of 1 committed, 1 being compared in the shadow (edge-1).
            Thu 13:00  1 of 1 devices of ring canary failed, 0 are allowed (edge-1: cam0, agreement in the shadow: agrees with shelf@1 on 75 % of objects over 100 frames, 90 % wanted); it ran in the shadow only, which ends everywhere.
            """);

        Assert.All(world.Devices.SelectMany(d => d.Cameras), c => Assert.Equal((RolloutWorld.Old, null), (c.Version!.Value, c.Shadow)));
    }

    [Fact]
    public void One_that_may_refuse_loses_its_shadow_and_the_others_are_told()
    {
        var world = World("edge-1", "edge-2");
        world.Sees = (device, _) => device == world.Devices[0].Id ? null : (100, 0);

        Plays(world, new(New, null, [new("all", "*", MaxFailed: 1, Shadow: true)], [Agreement]), turns: 5,
            """
            Thu 12:00  Ring all opens with 2 devices and 2 cameras, in the shadow first.
            Thu 12:00  Ring all: 0 of 2 committed, 2 silent since it was told (edge-1, edge-2).
            Thu 12:30  The shadow of edge-1: cam0, in the shadow: it does not load is ended; it is not told to run the version.
            Thu 12:30  Ring all: 0 of 2 committed, 1 being compared in the shadow (edge-2).
            Thu 13:00  Ring all: the shadow of 1 of 2 agreed (edge-2: cam0, agreement in the shadow: agrees with shelf@1 on 100 % of objects over 100 frames, 90 % wanted). edge-2 is told to run the version, and the shadow ends there.
            Thu 13:00  Ring all: 0 of 2 committed, 1 silent since it was told (edge-2).
            Thu 13:30  Ring all: 0 of 2 committed, 1 at work (edge-2).
            Thu 14:00  Ring all: 1 of 2 completed frames with the version and committed it. The rollout is finished.
            """);

        Assert.Equal([RolloutWorld.Old, New], world.Devices.Select(d => d.Cameras[0].Version!.Value));
        Assert.All(world.Devices, d => Assert.Null(d.Cameras[0].Shadow));
    }

    [Fact]
    public void A_newer_rollout_and_a_pin_take_cameras_out_of_the_shadow()
    {
        var world = World("edge-1", "edge-2");
        var first = world.Begin(new(New, null, [new("all", "*", Shadow: true)], [Agreement]));
        world.Turn(TimeSpan.FromMinutes(30));
        Assert.All(world.Devices, d => Assert.Equal(New, d.Cameras[0].Shadow!.Version));

        world.Devices[0].Pin = new DevicePin(null, "anna", default, null);
        world.Begin(new(VersionId.Parse("shelf@3"), null, [new("two", "device=edge-2")]));
        world.Turn(TimeSpan.FromMinutes(30));

        Assert.Equal((RolloutState.Superseded, "Newer rollouts have all cameras of this one."), (first.State, first.Log[^1].Text));
        Assert.All(world.Devices, d => Assert.Null(d.Cameras[0].Shadow));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rolling_back_and_ending_leave_no_shadow_and_no_order(bool back)
    {
        var world = World("edge-1");
        var rollout = world.Begin(new(New, null, [new("all", "*", Shadow: true)], [Agreement]));
        world.Turn(TimeSpan.FromMinutes(30));
        var acts = new RolloutActs(rollout, world.Devices, RolloutEvidence.Of(rollout, world.Devices, _ => true, world.Now), new Dictionary<DeviceId, long>(), _ => null, world.Now);

        if (back)
        {
            acts.TakeBack();
        }
        else
        {
            acts.TakeBackOrders();
        }

        Assert.Equal((RolloutWorld.Old, null), (world.Devices[0].Cameras[0].Version!.Value, world.Devices[0].Cameras[0].Shadow));
        Assert.Null(rollout.Devices[0].ToldAt);
    }

    [Theory]
    [InlineData(100, 0, 0, 200, GuardOutcome.NoData)]
    [InlineData(100, 2, 0, 100, GuardOutcome.Pass)]
    [InlineData(100, 40, 0, 100, GuardOutcome.Fail)]
    [InlineData(100, 0, 20, 100, GuardOutcome.Fail)]
    [InlineData(0, 0, 0, 100, GuardOutcome.Inconclusive)]
    public void Agreement_is_judged_by_objects_errors_first_and_never_passes_on_nothing(long matched, long apart, long failed, long minFrames, GuardOutcome outcome)
    {
        var window = ShadowWindow.Begin(CameraId.Parse("cam0"), RolloutWorld.Old, New, Said(1000, 0, 1000, 0)).Hear(Said(1100, failed, 1000 + matched, apart), New, []);

        Assert.Equal(outcome, ShadowMeter.Measure(new Guard(GuardKind.ShadowAgreement, 0.9, minFrames), window).Outcome);
    }

    [Fact]
    public void A_restart_of_the_agent_loses_nothing_of_the_comparison()
    {
        var window = ShadowWindow.Begin(CameraId.Parse("cam0"), RolloutWorld.Old, New, Said(0, 0, 0, 0))
            .Hear(Said(90, 0, 90, 5), New, []).Hear(Said(30, 1, 20, 1) with { StartedAt = DateTimeOffset.UnixEpoch.AddDays(1) }, New, []);

        Assert.Equal(new Likeness(120, 1, 110, 6), window.Total());
    }

    private static RolloutRequest TwoRings => new(New, null, [new("canary", "device=edge-1", Shadow: true), new("rest", "*", Shadow: true)], [Agreement]);

    private static Telemetry Said(long compared, long failed, long matched, long apart) => new(
        DeviceId.Parse("edge-1"), DateTimeOffset.UnixEpoch.AddSeconds(compared), DateTimeOffset.UnixEpoch, [], 0, 0, 0,
        Shadows: [new ShadowCounters(CameraId.Parse("cam0"), RolloutWorld.Old, New, compared, 0, matched, apart, 0, failed, 0, 0)]);

    private static RolloutWorld World(params string[] devices)
    {
        var world = new RolloutWorld(new DateTimeOffset(2026, 3, 26, 12, 0, 0, TimeSpan.Zero));
        Array.ForEach(devices, d => world.Device(d));
        return world;
    }

    private static void Plays(RolloutWorld world, RolloutRequest request, int turns, string log)
    {
        var rollout = world.Begin(request);
        for (var turn = 0; turn < turns; turn++)
        {
            world.Turn(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(log.ReplaceLineEndings("\n"), RolloutWorld.LogOf(rollout));
    }
}
