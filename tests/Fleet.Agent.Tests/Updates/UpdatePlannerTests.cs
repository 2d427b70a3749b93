using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;

namespace Fleet.Agent.Tests.Updates;

public sealed class UpdatePlannerTests
{
    private static readonly CameraSlots Empty = new(A.Camera);
    private static readonly CameraSlots OnV1 = new(A.Camera, A.V1, B: null, Slot.A, Slot.A);
    private static readonly CameraSlots AfterV1 = new(A.Camera, A.V1, A.V2, Slot.B, Slot.B);
    private static readonly CameraSlots TryingV2 = new(A.Camera, A.V1, A.V2, Slot.B, Slot.A);

    [Fact]
    public void Begins_when_a_version_is_wanted_that_was_never_tried() =>
        Assert.Equal(new UpdateStep.Begin(A.V1), Next(A.V1, Empty, update: null, serving: null));

    [Fact]
    public void Starts_the_committed_version_first_after_a_start() =>
        Assert.Equal(new UpdateStep.Restore(A.V1), Next(A.V2, TryingV2, Of(A.V2, UpdateState.Reserving), serving: null));

    [Fact]
    public void Gives_a_committed_version_up_that_failed_too_often_when_the_one_before_it_is_there() =>
        Assert.Equal(new UpdateStep.GiveUp(A.V2, 4), Next(A.V2, AfterV1 with { Crashes = 4 }, Of(A.V2, UpdateState.Committed), serving: null));

    [Theory]
    [InlineData(4, 30)]
    [InlineData(5, 60)]
    [InlineData(6, 120)]
    [InlineData(50, 600)]
    public void Starts_the_last_good_version_again_after_growing_pauses_however_often_it_failed(int failures, int pauseSeconds)
    {
        var slots = OnV1 with { Crashes = failures };
        var pause = TimeSpan.FromSeconds(pauseSeconds);

        Assert.Equal(new UpdateStep.Rest(A.V1, failures, pause), Next(A.V1, slots, Of(A.V1, UpdateState.Committed), serving: null, rested: pause - TimeSpan.FromSeconds(1)));
        Assert.Equal(new UpdateStep.Restore(A.V1), Next(A.V1, slots, Of(A.V1, UpdateState.Committed), serving: null, rested: pause));
    }

    [Fact]
    public void Brings_another_version_that_is_wanted_while_the_last_good_one_rests()
    {
        var slots = OnV1 with { Crashes = 9 };

        Assert.Equal(new UpdateStep.Begin(A.V2), Next(A.V2, slots, update: null, serving: null));
        Assert.IsType<UpdateStep.Take>(Next(A.V2, slots, Of(A.V2, UpdateState.Fetching), serving: null));
        Assert.IsType<UpdateStep.Rest>(Next(A.V2, slots, Of(A.V2, UpdateState.RolledBack), serving: null));
    }

    [Theory]
    [InlineData(UpdateState.Reserving)]
    [InlineData(UpdateState.Fetching)]
    [InlineData(UpdateState.Verifying)]
    [InlineData(UpdateState.Preparing)]
    [InlineData(UpdateState.Proving)]
    [InlineData(UpdateState.Activating)]
    public void Takes_the_step_that_is_stored(UpdateState state) =>
        Assert.Equal(new UpdateStep.Take(Of(A.V2, state), A.V2), Next(A.V2, OnV1, Of(A.V2, state), A.V1));

    [Theory]
    [InlineData(UpdateState.RejectedUntrusted)]
    [InlineData(UpdateState.RejectedIncompatible)]
    [InlineData(UpdateState.FailedNoChange)]
    [InlineData(UpdateState.RolledBack)]
    public void Tries_a_failed_version_again_only_when_a_newer_directive_names_it(UpdateState ended)
    {
        Assert.IsType<UpdateStep.Nothing>(Next(A.V2, OnV1, Of(A.V2, ended, generation: 5), A.V1));
        Assert.IsType<UpdateStep.Begin>(Next(A.V2, OnV1, Of(A.V2, ended, generation: 4), A.V1));
    }

    [Fact]
    public void Leaves_a_committed_version_alone_under_newer_directives() =>
        Assert.IsType<UpdateStep.Nothing>(Next(A.V1, OnV1, Of(A.V1, UpdateState.Committed, generation: 1), A.V1));

    [Fact]
    public void Goes_back_to_an_older_version_when_a_newer_directive_says_so() =>
        Assert.Equal(
            new UpdateStep.Begin(A.V1),
            Next(A.V1, new CameraSlots(A.Camera, A.V1, A.V2, Slot.B, Slot.B), Of(A.V1, UpdateState.Committed, generation: 1), A.V2));

    [Fact]
    public void Returns_at_once_when_the_version_on_trial_is_no_longer_wanted() =>
        Assert.Equal(new UpdateStep.Return(A.V1), Next(A.V1, TryingV2, Of(A.V1, UpdateState.Committed, generation: 1), A.V2));

    [Fact]
    public void Clears_a_camera_that_shall_run_nothing() => Assert.IsType<UpdateStep.Clear>(Next(wanted: null, OnV1, update: null, A.V1));

    [Fact]
    public void Does_not_count_frames_of_the_version_before_as_evidence() =>
        Assert.Equal(UpdateEvent.Restarted, Judged(Next(A.V2, TryingV2, Of(A.V2, UpdateState.Watching), A.V1, new WatchEvidence(1000, 0, 5, null, TimeSpan.Zero, null))).Verdict);

    [Fact]
    public void Commits_after_enough_completed_frames() =>
        Assert.Equal(UpdateEvent.Done, Judged(Watch(new WatchEvidence(20, 0, 12, 5, TimeSpan.FromSeconds(3), null))).Verdict);

    [Fact]
    public void Waits_while_frames_are_missing_and_time_is_left() =>
        Assert.IsType<UpdateStep.Wait>(Watch(new WatchEvidence(19, 0, 5, 5, TimeSpan.FromSeconds(119), null)));

    [Theory]
    [InlineData(5, 1, 5.0, 3, "failed on 1 of 6 frames: out of memory")]
    [InlineData(20, 0, 15.1, 3, "needs 15.1 ms a frame, the version before 5.0 ms; allowed is 3 times as much")]
    [InlineData(19, 0, 5.0, 121, "completed 19 of 20 frames within 120 s")]
    [InlineData(0, 0, 5.0, 121, "completed 0 of 20 frames within 120 s")]
    public void Rolls_back_on_a_fault_on_slowness_and_for_want_of_evidence(long completed, long failed, double meanMs, double seconds, string why)
    {
        var judged = Judged(Watch(new WatchEvidence(completed, failed, meanMs, 5, TimeSpan.FromSeconds(seconds), "out of memory")));

        Assert.Equal((UpdateEvent.Failed, "engine.worse"), (judged.Verdict, judged.Problem!.Code));
        Assert.Contains(why, judged.Problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_is_gone_back_to_may_be_slower_but_must_work()
    {
        var back = new CameraSlots(A.Camera, A.V1, A.V2, Slot.A, Slot.B);
        UpdateStep Watch(WatchEvidence evidence) => Next(A.V1, back, Of(A.V1, UpdateState.Watching), A.V1, evidence);

        Assert.Equal(UpdateEvent.Done, Judged(Watch(new WatchEvidence(20, 0, 500, 5, TimeSpan.FromSeconds(3), null))).Verdict);
        Assert.Equal(UpdateEvent.Failed, Judged(Watch(new WatchEvidence(5, 1, 5, 5, TimeSpan.FromSeconds(3), "out of memory"))).Verdict);
        Assert.Equal(UpdateEvent.Failed, Judged(Watch(new WatchEvidence(19, 0, 5, 5, TimeSpan.FromSeconds(121), null))).Verdict);
    }

    [Fact]
    public void A_boot_loop_ends_after_three_crashes_and_a_goodbye_is_no_crash()
    {
        var state = new AgentState { StoppedCleanly = true }.With(TryingV2).With(Of(A.V2, UpdateState.Watching));

        state = Boot.Start(state);
        Assert.Equal((0, UpdateState.Reserving), (state.UpdateOf(A.Camera, A.V2.Version)!.Crashes, state.UpdateOf(A.Camera, A.V2.Version)!.State));

        for (var start = 0; start < 4; start++)
        {
            state = Boot.Start(state.With(state.UpdateOf(A.Camera, A.V2.Version)! with { State = UpdateState.Watching }));
        }

        var update = state.UpdateOf(A.Camera, A.V2.Version)!;
        Assert.Equal((UpdateState.RolledBack, "engine.failed"), (update.State, update.Problem!.Code));
    }

    [Fact]
    public void What_was_on_trial_when_the_agent_went_down_takes_no_blame_to_the_good_version_and_not_its_place()
    {
        var state = new AgentState().With(TryingV2).With(Of(A.V2, UpdateState.Watching));
        for (var start = 0; start < 4; start++)
        {
            state = Boot.Start(state.With(state.SlotsOf(A.Camera) with { B = A.V2, Active = Slot.B }).With(state.UpdateOf(A.Camera, A.V2.Version)! with { State = UpdateState.Watching }));
        }

        var slots = state.SlotsOf(A.Camera);
        Assert.Equal((UpdateState.RolledBack, OnV1), (state.UpdateOf(A.Camera, A.V2.Version)!.State, slots));
        Assert.Equal(new UpdateStep.Restore(A.V1), Next(A.V2, slots, state.UpdateOf(A.Camera, A.V2.Version), serving: null));
    }

    [Theory]
    [InlineData(UpdateState.Fetching)]
    [InlineData(UpdateState.Preparing)]
    [InlineData(UpdateState.Activating)]
    public void Power_cuts_never_end_the_update_of_a_camera_that_has_nothing_else_to_run(UpdateState during)
    {
        var state = new AgentState().With(Empty).With(Of(A.V1, during));
        for (var start = 0; start < 5; start++)
        {
            state = Boot.Start(state.With(state.UpdateOf(A.Camera, A.V1.Version)! with { State = during }));
        }

        var update = state.UpdateOf(A.Camera, A.V1.Version)!;
        Assert.Equal((UpdateState.Reserving, 5), (update.State, update.Crashes));
        Assert.Equal(new UpdateStep.Rest(A.V1, 5, TimeSpan.FromMinutes(1)), Next(A.V1, state.SlotsOf(A.Camera), update, serving: null));
        Assert.Equal(new UpdateStep.Take(update, A.V1), Next(A.V1, state.SlotsOf(A.Camera), update, serving: null, rested: TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void A_first_version_that_takes_the_agent_down_while_it_serves_is_reported_as_failed_and_keeps_its_slot()
    {
        var state = new AgentState().With(new CameraSlots(A.Camera, A.V1)).With(Of(A.V1, UpdateState.Watching));
        for (var start = 0; start < 4; start++)
        {
            state = Boot.Start(state.With(state.UpdateOf(A.Camera, A.V1.Version)! with { State = UpdateState.Watching }));
        }

        var update = state.UpdateOf(A.Camera, A.V1.Version)!;
        Assert.Equal(UpdateState.FailedUnableToRollBack, update.State);
        Assert.Equal(new UpdateStep.Rest(A.V1, 4, TimeSpan.FromSeconds(30)), Next(A.V1, state.SlotsOf(A.Camera), update, serving: null));
    }

    [Fact]
    public void A_power_cut_while_a_version_rests_does_not_make_its_pause_longer_and_a_goodbye_ends_it()
    {
        var state = new AgentState().With(OnV1 with { Crashes = 6, Rests = true });

        Assert.Equal(6, Boot.Start(Boot.Start(state)).SlotsOf(A.Camera).Crashes);
        Assert.Equal(new UpdateStep.Restore(A.V1), Next(A.V1, Boot.Start(state with { StoppedCleanly = true }).SlotsOf(A.Camera), update: null, serving: null));
    }

    private static UpdateStep Watch(WatchEvidence evidence) => Next(A.V2, TryingV2, Of(A.V2, UpdateState.Watching), A.V2, evidence);

    private static UpdateStep.Judge Judged(UpdateStep step) => Assert.IsType<UpdateStep.Judge>(step);

    private static UpdateStep Next(Installed? wanted, CameraSlots slots, UpdateRecord? update, Installed? serving, WatchEvidence? watch = null, TimeSpan rested = default) =>
        UpdatePlanner.Next(new CameraFacts(wanted, Generation: 5, slots, update, serving, watch, new DevicePolicy()) { Rested = rested });

    private static UpdateRecord Of(Installed version, UpdateState state, long generation = 5) => new(A.Camera, version.Version, version.Variant, generation, state);
}
