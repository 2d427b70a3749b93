using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Pipeline;

public sealed class SampleTriggersTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DevicePolicy _policy = new() { RandomShare = 0.05, SamplesPerHour = 100_000 };

    [Fact]
    public void The_random_slice_is_the_same_every_time_and_as_large_as_asked()
    {
        var kept = Random(Triggers());

        Assert.Equal(kept, Random(Triggers()));
        Assert.InRange(kept.Count, 420, 580);
        Assert.All(kept, k => Assert.Equal(0.05, k.InclusionProbability));
    }

    [Fact]
    public void A_doubtful_box_keeps_a_frame_and_more_doubt_is_worth_more()
    {
        var policy = _policy with { RandomShare = 0 };
        Assert.Null(Triggers().Judge(0, [A.Box(0.9f)], [A.Box(0.1f)], policy));

        var edge = Triggers().Judge(0, [], [A.Box(0.16f)], policy)!;
        var middle = Triggers().Judge(0, [A.Box(0.35f)], [], policy)!;
        var several = Triggers().Judge(0, [A.Box(0.35f), A.Box(0.4f, 50)], [A.Box(0.2f, 90)], policy)!;

        Assert.Equal("uncertain", edge.Trigger);
        Assert.True(edge.Score < middle.Score && middle.Score < several.Score, $"{edge} {middle} {several}");
    }

    [Fact]
    public void The_hourly_budget_holds_leaves_room_for_the_random_slice_and_fills_again()
    {
        var triggers = Triggers();
        var policy = _policy with { SamplesPerHour = 10, RandomShare = 1e-12 };
        int Uncertain() => Enumerable.Range(0, 50).Count(i => triggers.Judge(i, [A.Box(0.35f)], [], policy) is not null);

        Assert.Equal(8, Uncertain());
        Assert.Equal(2, Enumerable.Range(0, 50).Count(i => triggers.Judge(i, [], [], policy with { RandomShare = 1.1 }) is not null));
        Assert.Equal(90, triggers.OverBudget);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(8, Uncertain());
    }

    private SampleTriggers Triggers() => new(A.Device, A.Camera, _time);

    private List<Keep> Random(SampleTriggers triggers) =>
        [.. Enumerable.Range(0, 10_000).Select(i => triggers.Judge(i, [], [], _policy)).OfType<Keep>()];
}
