using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

public sealed class RolloutLogTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private readonly RolloutRow _rollout = new RolloutWorld(Now).Begin(new RolloutRequest(VersionId.Parse("shelf@2"), null, [new("all", "*")]));

    [Theory]
    [InlineData("Ring all: 0 of 2 committed, 1 being measured (dock-1: cam0, frames: 12 of 100 frames completed).", "Ring all: 0 of 2 committed, 1 being measured (dock-1: cam0, frames: 40 of 100 frames completed).")]
    [InlineData("1 being compared in the shadow (dock-1: cam0, agreement: 3 of 50 frames compared so far)", "1 being compared in the shadow (dock-1: cam0, agreement: 9 of 50 frames compared so far)")]
    [InlineData("cam0, latency: p95 43.1 ms, 30 ms allowed, 1 of 3 times in a row", "cam0, latency: p95 51 ms, 30 ms allowed, 2 of 3 times in a row")]
    [InlineData("cam0: 1.04 objects per frame, 3 with shelf@1, and 1.2 times as much meanwhile", "cam0: 1.4 objects per frame, 3 with shelf@1, and 1.31 times as much meanwhile")]
    public void What_only_counts_on_stays_one_sentence_the_newest(string before, string after)
    {
        Assert.True(_rollout.Say(Now, before));
        Assert.False(_rollout.Say(Now, after));

        Assert.Equal([after], _rollout.Log.Select(l => l.Text));
    }

    [Theory]
    [InlineData("Ring all: 0 of 2 committed, 2 at work (dock-1, dock-2).", "Ring all: 1 of 2 committed, 1 at work (dock-2).")]
    [InlineData("1 being measured (dock-1: cam0, frames: 12 of 100 frames completed)", "1 being measured (dock-2: cam0, frames: 12 of 100 frames completed)")]
    public void What_happened_is_a_sentence_of_its_own(string before, string after)
    {
        Assert.True(_rollout.Say(Now, before));
        Assert.True(_rollout.Say(Now, after));

        Assert.Equal([before, after], _rollout.Log.Select(l => l.Text));
    }
}
