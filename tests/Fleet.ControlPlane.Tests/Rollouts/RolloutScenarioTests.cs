using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>Named situations, and what the log says of them from beginning to end.</summary>
public sealed class RolloutScenarioTests
{
    private static readonly VersionId New = VersionId.Parse("shelf@2");

    [Fact]
    public void One_camera_of_each_box_first() => Plays(
        w => { w.Device("edge-1", cameras: 8); w.Device("edge-2", cameras: 8); },
        new(New, null, [new("canary", "*", Cameras: 1, Hold: true), new("rest", "*")]),
        turns: 8,
        """
        Thu 12:00  Ring canary opens with 2 devices and 2 cameras.
        Thu 12:00  Ring canary: 0 of 2 committed, 2 silent since it was told (edge-1, edge-2).
        Thu 12:30  Ring canary: 0 of 2 committed, 2 at work (edge-1, edge-2).
        Thu 13:00  Ring canary: 2 of 2 completed frames with the version and committed it. The ring asks whether to go on: resume does, roll-back takes all back.
        Thu 13:30  Ring canary: 2 of 2 completed frames with the version and committed it. Ring rest opens with 2 devices and 14 cameras.
        Thu 13:30  Ring rest: 0 of 2 committed, 2 silent since it was told (edge-1, edge-2).
        Thu 14:00  Ring rest: 0 of 2 committed, 2 at work (edge-1, edge-2).
        Thu 14:30  Ring rest: 2 of 2 completed frames with the version and committed it. The rollout is finished.
        """);

    [Fact]
    public void A_bad_version_on_one_camera_takes_that_camera_back() => Plays(
        w =>
        {
            w.Device("edge-1", cameras: 2);
            w.Answer = (_, _, _) => UpdateState.RolledBack;
        },
        new(New, null, [new("canary", "*", Cameras: 1), new("rest", "*")]),
        turns: 4,
        """
        Thu 12:00  Ring canary opens with 1 device and 1 camera.
        Thu 12:00  Ring canary: 0 of 1 committed, 1 silent since it was told (edge-1).
        Thu 12:30  Ring canary: 0 of 1 committed, 1 at work (edge-1).
        Thu 13:00  1 of 1 devices of ring canary failed, 0 are allowed (edge-1: RolledBack); all go back to the version before.
        """);

    [Fact]
    public void Two_places_each_in_its_night() => Plays(
        w => { w.Device("berlin", zone: "Europe/Berlin"); w.Device("kolkata", zone: "Asia/Kolkata"); w.Device("lost"); w.Devices[2].Pin = new DevicePin(null, "anna", default, "on loan"); },
        new(New, null, [new("all", "*")], Windows: ["daily 22:00-05:00"]),
        turns: 26,
        """
        Thu 12:00  Passed by: lost, pinned to what it has by anna (on loan).
        Thu 12:00  Ring all opens with 2 devices and 2 cameras. Waiting: 2 outside their window until Thu 26 Mar 16:30 UTC at the earliest (berlin, kolkata).
        Thu 12:00  Ring all: 0 of 2 committed, 2 outside their window until Thu 26 Mar 16:30 UTC at the earliest (berlin, kolkata).
        Thu 16:30  kolkata is told: the ring is open and it is time.
        Thu 16:30  Ring all: 0 of 2 committed, 1 outside their window until Thu 26 Mar 21:00 UTC (berlin), 1 silent since it was told (kolkata).
        Thu 17:00  Ring all: 0 of 2 committed, 1 outside their window until Thu 26 Mar 21:00 UTC (berlin), 1 at work (kolkata).
        Thu 17:30  Ring all: 1 of 2 committed, 1 outside their window until Thu 26 Mar 21:00 UTC (berlin).
        Thu 21:00  berlin is told: the ring is open and it is time.
        Thu 21:00  Ring all: 1 of 2 committed, 1 silent since it was told (berlin).
        Thu 21:30  Ring all: 1 of 2 committed, 1 at work (berlin).
        Thu 22:00  Ring all: 2 of 2 completed frames with the version and committed it. The rollout is finished.
        """);

    [Fact]
    public void A_thin_line_to_a_site() => Plays(
        w => { w.Device("n-1", site: "north"); w.Device("n-2", site: "north"); w.Device("n-3", site: "north"); },
        new(New, null, [new("all", "*")], Caps: new ByteCaps(PerSiteHour: 2000)),
        turns: 6,
        """
        Thu 12:00  Ring all opens with 3 devices and 3 cameras. Waiting: 1 waiting for the bytes of their site until Thu 26 Mar 13:00 UTC (n-3).
        Thu 12:00  Ring all: 0 of 3 committed, 1 waiting for the bytes of their site until Thu 26 Mar 13:00 UTC (n-3), 2 silent since it was told (n-1, n-2).
        Thu 12:30  Ring all: 0 of 3 committed, 1 waiting for the bytes of their site until Thu 26 Mar 13:00 UTC (n-3), 2 at work (n-1, n-2).
        Thu 13:00  n-3 is told: the ring is open and it is time.
        Thu 13:00  Ring all: 2 of 3 committed, 1 silent since it was told (n-3).
        Thu 13:30  Ring all: 2 of 3 committed, 1 at work (n-3).
        Thu 14:00  Ring all: 3 of 3 completed frames with the version and committed it. The rollout is finished.
        """);

    [Fact]
    public void Gone_before_it_began_and_told_again_in_the_next_night()
    {
        var world = World(w => w.Device("edge-1", zone: "UTC"));
        var rollout = world.Begin(new(New, null, [new("all", "*")], Windows: ["daily 13:00-14:00"]));
        world.Turn(TimeSpan.FromHours(1));
        world.Watch = (_, step) => { if (step is RolloutStep.Tell) { world.Offline.Add(world.Devices[0].Id); } };
        world.Turn(TimeSpan.FromMinutes(30));
        world.Turn(TimeSpan.FromMinutes(30));
        world.Watch = (_, _) => { };
        world.Offline.Clear();
        world.Turn(TimeSpan.FromHours(23));
        world.Turn(TimeSpan.FromMinutes(10));
        world.Turn(TimeSpan.FromMinutes(10));
        world.Turn(TimeSpan.FromMinutes(10));

        Assert.Equal(
            """
            Thu 12:00  Ring all opens with 1 device and 1 camera. Waiting: 1 outside their window until Thu 26 Mar 13:00 UTC (edge-1).
            Thu 12:00  Ring all: 0 of 1 committed, 1 outside their window until Thu 26 Mar 13:00 UTC (edge-1).
            Thu 13:00  edge-1 is told: the ring is open and it is time.
            Thu 13:00  Ring all: 0 of 1 committed, 1 offline (edge-1).
            Thu 13:30  The order of 1 that has not begun is taken back, because the window is closed or nobody is there to follow it (edge-1).
            Thu 13:30  Ring all: 0 of 1 committed, 1 offline (edge-1).
            Thu 14:00  Ring all: 0 of 1 committed, 1 outside their window until Fri 27 Mar 13:00 UTC (edge-1).
            Fri 13:00  edge-1 is told: the ring is open and it is time.
            Fri 13:00  Ring all: 0 of 1 committed, 1 silent since it was told (edge-1).
            Fri 13:10  Ring all: 0 of 1 committed, 1 at work (edge-1).
            Fri 13:20  Ring all: 1 of 1 completed frames with the version and committed it. The rollout is finished.
            """.ReplaceLineEndings("\n"),
            RolloutWorld.LogOf(rollout));
    }

    private static RolloutWorld World(Action<RolloutWorld> furnish)
    {
        var world = new RolloutWorld(new DateTimeOffset(2026, 3, 26, 12, 0, 0, TimeSpan.Zero));
        furnish(world);
        return world;
    }

    private static void Plays(Action<RolloutWorld> furnish, RolloutRequest request, int turns, string log)
    {
        var world = World(furnish);
        var rollout = world.Begin(request);
        for (var turn = 0; turn < turns; turn++)
        {
            if (rollout.State == RolloutState.Paused)
            {
                (rollout.State, rollout.Accepted) = (RolloutState.Running, rollout.Asked);
            }

            world.Turn(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(log.ReplaceLineEndings("\n"), RolloutWorld.LogOf(rollout));
    }
}
