using Fleet.Agent.Outbox;
using Fleet.Agent.Pipeline;
using Fleet.Agent.Shadow;
using Fleet.Agent.State;
using Fleet.Agent.Tests.Whole;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Shadow;

public sealed class ShadowTests
{
    private static readonly DevicePolicy Quiet = new() { WatchFrames = 5, WatchSeconds = 20, SamplesPerHour = 0, PreviewSeconds = 0, WatchSlowdown = 50 };
    private readonly FakeTimeProvider _time = new();
    private readonly List<WaitingSample> _kept = [];

    [Theory]
    [InlineData(new[] { 10f }, new[] { 12f }, 1, 0, 0)]
    [InlineData(new[] { 10f }, new[] { 100f }, 0, 1, 1)]
    [InlineData(new[] { 10f, 11f }, new[] { 10f }, 1, 1, 0)]
    [InlineData(new float[0], new float[0], 0, 0, 0)]
    public void One_object_is_matched_once_and_what_one_finds_alone_counts_for_it(float[] champion, float[] candidate, int matched, int onlyChampion, int onlyCandidate) =>
        Assert.Equal(new ShadowCompare(matched, onlyChampion, onlyCandidate), ShadowCompare.Of([.. champion.Select(x => A.Box(0.9f, x))], [.. candidate.Select(x => A.Box(0.9f, x))]));

    [Fact]
    public void Another_class_is_another_object() => Assert.False(ShadowCompare.Of([A.Box(0.9f)], [A.Box(0.9f, label: "bag")]).Agrees);

    [Fact]
    public async Task A_candidate_that_is_slow_is_passed_by_and_rests_as_long_as_its_share_asks()
    {
        using var slow = new ManualResetEventSlim();
        await using var lane = new ShadowLane(A.Camera, () => new DevicePolicy(), Keep, _time);
        await lane.SetAsync(new DesiredShadow(A.V2.Version, MaxShare: 0.2), Candidate(() =>
        {
            slow.Wait(TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromSeconds(1));
        }));

        // the camera's thread comes back from every frame although the candidate stands still
        Enumerable.Range(0, 20).ToList().ForEach(i => Show(lane, i));
        Assert.Equal((0L, 19L), (Counters(lane).Compared, Counters(lane).PassedOver));
        slow.Set();
        await lane.Work;

        // one second of work at a share of 0.2 asks for four of rest
        _time.Advance(TimeSpan.FromSeconds(3.9));
        Show(lane, 20);
        Assert.Equal((1L, 20L), (Counters(lane).Compared, Counters(lane).PassedOver));
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Show(lane, 21);
        await lane.Work;
        Assert.Equal((2L, 20L), (Counters(lane).Compared, Counters(lane).PassedOver));
    }

    [Fact]
    public async Task Only_frames_on_which_they_differ_are_kept_and_not_more_often_than_the_policy_lets()
    {
        await using var lane = new ShadowLane(A.Camera, () => new DevicePolicy { SamplesPerHour = 240 }, Keep, _time);
        await lane.SetAsync(new DesiredShadow(A.V2.Version, MaxShare: 0.9), Candidate(() => { }, frame => frame % 2 == 0 ? [A.Box(0.9f)] : []));
        for (var i = 0; i < 40; i++)
        {
            Show(lane, i);
            await lane.Work;
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        var counted = Counters(lane);
        Assert.Equal((20L, 20L, 20L, 0L), (counted.Agreed, counted.Matched, counted.OnlyChampion, counted.OnlyCandidate));
        Assert.Equal(2 * 20.0 / 60, counted.Agreement!.Value, 9);
        Assert.Equal(20, _kept.Count);
        Assert.All(_kept, s => Assert.Equal((TriggerNames.Shadow, 1L, 1.0, A.V1.Version), (s.Frame.Trigger, s.Frame.Frame % 2, s.Frame.Score, s.Frame.Version!.Value)));
        _kept.Clear();
        _time.Advance(TimeSpan.FromSeconds(60));
        Show(lane, 1);
        await lane.Work;
        _time.Advance(TimeSpan.FromSeconds(5));
        Show(lane, 3);
        await lane.Work;
        Assert.Equal(42, Counters(lane).Compared);
        Assert.Single(_kept);
    }

    [Fact]
    public void A_candidate_that_takes_the_agent_down_is_given_up_and_the_version_in_service_is_not_blamed()
    {
        var state = new AgentState { Cameras = [new CameraSlots(A.Camera, A.V1, Good: Slot.A)], Shadows = [new ShadowRecord(A.Camera, A.V2.Version, 4)] };
        var once = Boot.Start(state);
        var twice = Boot.Start(once);

        Assert.Null(once.Shadows[0].Problem);
        Assert.Equal(Problems.EngineFailed.Code, twice.Shadows[0].Problem!.Code);
        Assert.Equal(0, twice.Cameras[0].Crashes);
        Assert.Equal(1, Boot.Start(twice).Cameras[0].Crashes);
        Assert.Null(Boot.Start(once with { StoppedCleanly = true }).Shadows[0].Problem);
    }

    [Fact]
    public async Task A_version_comes_into_the_shadow_is_compared_on_live_frames_and_goes_without_the_camera_noticing()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var (v1, v2, bad) = (plane.Release(1, TinyModel.Make(1)), plane.Release(2, TinyModel.Make(0.2f)), plane.Release(3, [1, 2, 3]));
        plane.Direct(1, [agent.Camera(v1)], [v1], Quiet);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed);
        var unit = agent.Unit;

        plane.Direct(2, [agent.Camera(v1) with { Shadow = new DesiredShadow(v2.Id, MaxShare: 0.9) }], [v1, v2], Quiet with { SamplesPerHour = 100_000, UncertainLow = 0, UncertainHigh = 0, Gather = new GatherPolicy { PoolSeconds = 3600, NovelWeight = 0, CountWeight = 0, FlickerWeight = 0 } });
        await Eventually.Is(() => plane.Samples.Values.Any(s => s.Trigger == TriggerNames.Shadow) && plane.Reported?.Shadows is [{ Runs: true, Problem: null }]);
        var sample = plane.Samples.Values.First(s => s.Trigger == TriggerNames.Shadow);
        Assert.Equal((v1.Id, true), (sample.Version!.Value, sample.Detections.Count > 0));
        Assert.Equal((v1.Id, 0L), (agent.Reported.Cameras.Single().Version!.Value, agent.Counters.Sum(c => c.Failed)));

        plane.Direct(3, [agent.Camera(v1) with { Shadow = new DesiredShadow(bad.Id) }], [v1, bad], Quiet);
        await Eventually.Is(() => plane.Reported?.Shadows is [{ Runs: false, Problem.Code: "model.not-onnx" }]);
        plane.Direct(4, [agent.Camera(v1)], [v1], Quiet);
        await Eventually.Is(() => plane.Reported is { Generation: 4, Shadows: null });

        Assert.Same(unit, agent.Unit);
        Assert.All(agent.Counters, c => Assert.Equal(c.Inferred, c.Completed));
        Assert.DoesNotContain(agent.Reported.Updates, u => u.Version != v1.Id);
    }

    private static Engine Candidate(Action work, Func<long, IReadOnlyList<Detection>>? finds = null) => new(A.V2, Digest.Of([2]), frame =>
    {
        work();
        return new Sight(finds?.Invoke(frame.Index) ?? [], [], 1);
    }, () => { });

    private static void Show(ShadowLane lane, long index) => lane.Offer(new ShownFrame(A.Frame(index), A.V1.Version, [A.Box(0.9f)], () => [], []), "folder");

    private static ShadowCounters Counters(ShadowLane lane) => lane.Counters.FirstOrDefault()!;

    private bool Keep(WaitingSample sample, string why)
    {
        _kept.Add(sample);
        return true;
    }
}
