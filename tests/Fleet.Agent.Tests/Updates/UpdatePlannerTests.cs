using Fleet.Agent.State;
using Fleet.Agent.Updates;
using Fleet.Contracts;

namespace Fleet.Agent.Tests.Updates;

public sealed class UpdatePlannerTests
{
    private static readonly CameraSlots Empty = new(A.Camera);
    private static readonly CameraSlots OnV1 = new(A.Camera, A.V1, B: null, Slot.A, Slot.A);
    private static readonly CameraSlots TryingV2 = new(A.Camera, A.V1, A.V2, Slot.B, Slot.A);

    [Fact]
    public void Begins_when_a_version_is_wanted_that_was_never_tried() =>
        Assert.Equal(new UpdateStep.Begin(A.V1), Next(A.V1, Empty, update: null, serving: null));

    [Fact]
    public void Starts_the_committed_version_first_after_a_start() =>
        Assert.Equal(new UpdateStep.Restore(A.V1), Next(A.V2, TryingV2, Of(A.V2, UpdateState.Reserving), serving: null));

    [Fact]
    public void Gives_a_committed_version_up_that_took_the_agent_down_too_often() =>
        Assert.Equal(new UpdateStep.GiveUp(A.V1), Next(A.V1, OnV1 with { Crashes = 4 }, Of(A.V1, UpdateState.Committed), serving: null));

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

    private static UpdateStep Watch(WatchEvidence evidence) => Next(A.V2, TryingV2, Of(A.V2, UpdateState.Watching), A.V2, evidence);

    private static UpdateStep.Judge Judged(UpdateStep step) => Assert.IsType<UpdateStep.Judge>(step);

    private static UpdateStep Next(Installed? wanted, CameraSlots slots, UpdateRecord? update, Installed? serving, WatchEvidence? watch = null) =>
        UpdatePlanner.Next(new CameraFacts(wanted, Generation: 5, slots, update, serving, watch, new DevicePolicy()));

    private static UpdateRecord Of(Installed version, UpdateState state, long generation = 5) => new(A.Camera, version.Version, version.Variant, generation, state);
}
