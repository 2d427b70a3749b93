using Fleet.Agent.Pipeline;

namespace Fleet.Agent.Tests.Pipeline;

public sealed class BatchControllerTests
{
    private static readonly BatchFacts Accelerator = new(MaxBatch: 8, Apart: 1, TargetP95Ms: 100);

    [Fact]
    public void On_an_accelerator_it_tries_ever_larger_batches_and_keeps_the_best()
    {
        var plan = BatchPlan.First;
        var limits = new List<int>();
        for (var i = 0; i < 5 && plan.Mode == BatchMode.Trying; i++)
        {
            plan = BatchController.Next(plan, Window(50, plan.Limit, [4, 2.5, null, 1.5, null, null, null, 1.6]), Accelerator);
            limits.Add(plan.Limit);
        }

        Assert.Equal([2, 4, 8, 4], limits);
        Assert.Equal((BatchMode.Batching, "Frames of several cameras share a run: 1.50 ms a frame in batches of 4, 4.00 ms alone."), (plan.Mode, plan.Says));
    }

    [Fact]
    public void Where_a_batch_gains_nothing_it_stops_for_good_and_says_so()
    {
        var plan = BatchController.Next(BatchPlan.First with { Limit = 2 }, Window(50, 2, [4.2, 4.1]), Accelerator with { MaxBatch = 2 });

        Assert.Equal((BatchMode.Apart, "Batches do not pay here, so each camera runs by itself: 4.10 ms a frame in batches of 2, 4.20 ms alone."), (plan.Mode, plan.Says));
        Assert.Equal(plan, BatchController.Next(plan, Window(50, 1, [4.2, 1]), Accelerator));
    }

    [Fact]
    public void A_gain_smaller_than_what_running_side_by_side_gives_is_none()
    {
        var plan = BatchController.Next(BatchPlan.First with { Limit = 2 }, Window(50, 2, [4, 3]), Accelerator with { MaxBatch = 2, Apart = 2 });

        Assert.Equal(BatchMode.Apart, plan.Mode);
        Assert.EndsWith("and 2 cameras run at once without.", plan.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void It_waits_until_frames_really_meet()
    {
        var plan = BatchController.Next(BatchPlan.First with { Limit = 4 }, Window(5, 1.1, [4, 2, null, null]), Accelerator);

        Assert.Equal((BatchMode.Trying, 4), (plan.Mode, plan.Limit));
        Assert.Contains("hardly 4 frames", plan.Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, BatchMode.Trying)]
    [InlineData(2, BatchMode.Apart)]
    public void It_does_not_wait_for_ever_where_cameras_could_run_side_by_side(int apart, object mode)
    {
        var plan = BatchPlan.First with { Limit = 2 };
        for (var i = 0; i < 6; i++)
        {
            plan = BatchController.Next(plan, Window(5, 1, [4, null]), Accelerator with { Apart = apart });
        }

        Assert.Equal(mode, plan.Mode);
    }

    [Theory]
    [InlineData(150, 6, 6, 3, "too large, now 3")]
    [InlineData(50, 6, 6, 7, "time for batches of 7")]
    [InlineData(50, 6, 3, 6, "3.0 on average")]
    [InlineData(90, 6, 6, 6, "up to 6")]
    [InlineData(50, 8, 8, 8, "up to 8")]
    [InlineData(150, 1, 1, 1, "up to 1")]
    public void It_follows_the_target_one_up_and_half_down(double p95Ms, int limit, double mean, int next, string says)
    {
        var plan = BatchController.Next(new BatchPlan(BatchMode.Batching, limit, ""), Window(p95Ms, mean, [4, 2]), Accelerator);

        Assert.Equal(next, plan.Limit);
        Assert.Contains(says, plan.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void The_meter_leaves_out_the_first_runs_of_each_size_and_sizes_that_hardly_came()
    {
        var meter = new BatchMeter(maxBatch: 4);
        for (var i = 0; i < 14; i++)
        {
            meter.Ran(2, i < 2 ? 1000 : 6);
        }

        meter.Ran(4, 1);
        Enumerable.Range(1, 100).ToList().ForEach(i => meter.Completed(i));

        Assert.True(meter.IsFull);
        var window = meter.Take();
        Assert.Equal([null, 3.0, null, null], window.FrameMs);
        Assert.InRange(window.P95Ms, 90, 100);
        Assert.False(meter.IsFull);
    }

    private static BatchWindow Window(double p95Ms, double mean, double?[] frameMs) => new(p95Ms, mean, frameMs);
}
