using Fleet.Agent.Triggers;
using Fleet.Vision;

namespace Fleet.Agent.Tests.Triggers;

public sealed class PoolPlannerTests
{
    [Fact]
    public void The_frame_farthest_from_all_chosen_and_kept_ones_is_next_though_others_are_worth_more()
    {
        var pool = Pool(picks: 3, Frame(1, value: 0.9, at: 0), Frame(2, value: 0.8, at: 5), Frame(3, value: 0.3, at: 100), Frame(4, value: 0.4, at: 60));

        Assert.Equal([1, 3, 4], PoolPlanner.Choose(pool).Picks);
    }

    [Fact]
    public void A_class_beyond_its_quota_waits_behind_the_others_but_no_place_stays_empty()
    {
        PoolFrame[] frames = [Frame(1, 0.9, 0), Frame(2, 0.9, 100), Frame(3, 0.9, 50), Frame(4, 0.1, 52, "bag")];

        Assert.Equal([1, 2, 4], PoolPlanner.Choose(Pool(picks: 3, frames) with { ClassShare = 0.5 }).Picks);
        Assert.Equal([1, 2, 4, 3], PoolPlanner.Choose(Pool(picks: 4, frames) with { ClassShare = 0.5 }).Picks);
    }

    [Fact]
    public void Where_bytes_are_short_the_least_valuable_goes_and_chance_keeps_its_share()
    {
        var pool = Pool(picks: 4, Frame(1, 0.9, 0), Frame(2, 0.2, 100), Frame(3, 0.5, 50), Frame(4, 0.7, 25)) with
        {
            ByChance = [Frame(10, 0, 1) with { Draw = 0.01 }, Frame(11, 0, 2) with { Draw = 0.02 }], Randoms = 2, RandomShare = 0.25, LimitBytes = 450,
        };

        var choice = PoolPlanner.Choose(pool);
        Assert.Equal([10, 11], choice.Randoms);
        Assert.Equal([1, 4], choice.Picks.Order());
        Assert.Equal([2, 3], choice.Cut);
        Assert.Equal(0.02, choice.RandomProbability);
        var shorter = PoolPlanner.Choose(pool with { LimitBytes = 250 });
        Assert.Equal([10, 1], shorter.Randoms.Concat(shorter.Picks));
        Assert.Equal(0.01, shorter.RandomProbability);
        Assert.Empty(PoolPlanner.Choose(pool with { LimitBytes = 50 }).Picks);
    }

    [Fact]
    public void A_frame_that_chance_took_is_not_taken_twice()
    {
        var pool = Pool(picks: 1, Frame(1, 0.9, 0), Frame(2, 0.5, 50)) with { ByChance = [Frame(1, 0.9, 0)], Randoms = 1 };

        var choice = PoolPlanner.Choose(pool);
        Assert.Equal([1, 2], choice.Randoms.Concat(choice.Picks));
    }

    private static PoolFrame Frame(long frame, double value, sbyte at, string label = "box")
    {
        var embedding = new sbyte[FrameEmbedding.Length];
        embedding[0] = at;
        return new PoolFrame(frame, Draw: 0.5, value, label, SizeBytes: 100, Distance: 2, embedding);
    }

    private static PoolState Pool(int picks, params PoolFrame[] frames) => new(
        Seen: 100, ByChance: [], frames, Randoms: 0, picks, RandomShare: 0.15, LimitBytes: long.MaxValue, ClassShare: 1);
}
