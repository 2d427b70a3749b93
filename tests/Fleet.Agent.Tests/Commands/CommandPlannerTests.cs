using Fleet.Agent.Commands;
using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;

namespace Fleet.Agent.Tests.Commands;

public sealed class CommandPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_command_is_begun_once_and_gone_on_with_until_its_time_is_over()
    {
        var snapshot = Of(CommandKind.Snapshot, A.Camera);
        var known = new CommandRecord(snapshot.Id, CommandState.Running, Now) { Run = "one" };

        Assert.IsType<CommandStep.Begin>(Assert.Single(Next([snapshot], [])));
        Assert.IsType<CommandStep.Go>(Assert.Single(Next([snapshot], [known])));
        Assert.Empty(Next([snapshot], [known with { State = CommandState.Done }]));
        Assert.Equal(Problems.CommandExpired.Code, Refused(Next([snapshot], [known], Now.AddMinutes(2))));
        Assert.Equal(Problems.CommandExpired.Code, Refused(Next([snapshot], [], Now.AddMinutes(2))));
        Assert.IsType<CommandStep.Forget>(Assert.Single(Next([], [known])));
    }

    [Fact]
    public void A_camera_that_is_not_there_is_said_so_and_no_directive_starts_more_than_may_wait()
    {
        Assert.Equal(Problems.CameraUnknown.Code, Refused(Next([Of(CommandKind.Collect, CameraId.Parse("gate"))], [])));
        Assert.Equal(CommandLimits.Open, Next([.. Enumerable.Range(0, 40).Select(_ => Of(CommandKind.Logs))], []).Count);
    }

    [Fact]
    public void A_restart_is_done_when_another_run_finds_it_and_not_before()
    {
        var restart = Of(CommandKind.Restart);
        var known = new CommandRecord(restart.Id, CommandState.Running, Now) { Run = "one" };

        Assert.IsType<CommandStep.Go>(Assert.Single(Next([restart], [known])));
        Assert.Equal(CommandState.Done, Assert.IsType<CommandStep.End>(Assert.Single(Next([restart], [known with { Run = "zero" }], Now.AddHours(1)))).State);
    }

    [Fact]
    public void A_directive_that_brings_only_commands_starts_no_failed_update_again_and_one_that_wants_something_new_does()
    {
        var wanted = new DesiredVersion(A.V2.Version, "fp32", A.V2.Files);
        var before = new Desired("t", A.Device, 4, Now, Now.AddDays(1), "00", [new DesiredCamera(A.Camera, "/x", A.V2.Version, Fps: null, Loop: true)], [wanted], new DevicePolicy());
        var state = new AgentState { Desired = before, Updates = [new UpdateRecord(A.Camera, A.V2.Version, "fp32", 4, UpdateState.RolledBack)], Cameras = [new CameraSlots(A.Camera, A.V1, Good: Slot.A)] };
        var commanded = before with { Generation = 5, Nonce = "01", Commands = [Of(CommandKind.Restart)] };
        var other = commanded with { Policy = new DevicePolicy { WatchFrames = 99 } };

        Assert.IsType<UpdateStep.Nothing>(Step(OnlyCommands.Carry(state, commanded)));
        Assert.IsType<UpdateStep.Begin>(Step(OnlyCommands.Carry(state, other)));
        Assert.IsType<UpdateStep.Begin>(Step(OnlyCommands.Carry(state, commanded with { Commands = null })));

        static UpdateStep Step(AgentState state) => UpdatePlanner.Next(new CameraFacts(A.V2, 5, state.Cameras[0], state.Updates[0], A.V1, Watch: null, new DevicePolicy()));
    }

    private static DesiredCommand Of(CommandKind kind, CameraId? camera = null) => new(CommandId.New(TimeProvider.System), kind, Now.AddMinutes(1), camera);

    private static IReadOnlyList<CommandStep> Next(IReadOnlyList<DesiredCommand> wanted, IReadOnlyList<CommandRecord> known, DateTimeOffset? now = null) =>
        CommandPlanner.Next(new CommandFacts(wanted, known, [A.Camera], "one", now ?? Now));

    private static string Refused(IReadOnlyList<CommandStep> steps)
    {
        var end = Assert.IsType<CommandStep.End>(Assert.Single(steps));
        Assert.Equal(CommandState.Refused, end.State);
        return end.Problem!.Code;
    }
}
