using Fleet.Agent.Triggers;
using Fleet.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Triggers;

public sealed class SampleTriggersTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DevicePolicy _policy = new() { RandomShare = 0, SamplesPerHour = 1200 };

    [Fact]
    public void Chance_takes_its_share_of_all_frames_alike_the_same_ones_every_time_and_says_how_likely_each_was()
    {
        var policy = _policy with { RandomShare = 0.2 };
        var kept = ByChance(policy);

        Assert.Equal(20, kept.Count);
        Assert.All(kept, k => Assert.Equal(20.0 / 500, k.InclusionProbability));
        Assert.InRange(kept.Count(k => k.Frame < 250), 4, 16);
        Assert.Equal(kept.Select(k => k.Frame), ByChance(policy).Select(k => k.Frame));
        Assert.NotEqual(kept.Select(k => k.Frame), ByChance(policy with { Gather = new GatherPolicy { Seed = 1 } }).Select(k => k.Frame));
    }

    [Fact]
    public void Where_more_may_be_kept_than_comes_chance_takes_its_share_and_triggers_the_others()
    {
        var stream = new AStream(_policy with { RandomShare = 0.2, SamplesPerHour = 3600 }, _time);
        var kept = new List<FrameMessage>();
        for (var pool = 0; pool < 5; pool++)
        {
            for (var i = 0; i < 8; i++)
            {
                stream.Show((pool * 8) + i, [A.Box(0.35f)]);
            }

            kept.AddRange(stream.End().Kept);
        }

        Assert.Equal(40, kept.Count);
        Assert.InRange(kept.Count(k => k.Trigger == TriggerNames.Random), 7, 9);
    }

    [Fact]
    public void A_doubtful_box_keeps_a_frame_and_more_doubt_is_worth_more()
    {
        Assert.Empty(Kept(s => s.Show(0, [A.Box(0.9f)], [A.Box(0.1f)])));

        var edge = Kept(s => s.Show(0, [], [A.Box(0.16f)])).Single();
        var middle = Kept(s => s.Show(0, [A.Box(0.35f)])).Single();
        var several = Kept(s => s.Show(0, [A.Box(0.35f), A.Box(0.4f, 50)], [A.Box(0.2f, 90)])).Single();

        Assert.Equal(("uncertain", "3 boxes with a score between 0.15 and 0.55"), (several.Trigger, several.Reasons!.Single().Why));
        Assert.True(edge.Score < middle.Score && middle.Score < several.Score, $"{edge} {middle} {several}");
    }

    [Fact]
    public void A_picture_unlike_all_kept_ones_is_novel_though_nothing_is_found_on_it_and_is_not_when_it_comes_again()
    {
        var stream = new AStream(_policy, _time);
        for (var pool = 0; pool < 3; pool++)
        {
            stream.Show(scene: 1, []);
            stream.Show(scene: 1, [], noise: 9);
            Assert.Equal(pool == 0 ? 1 : 0, stream.End().Kept.Count);
        }

        stream.Show(scene: 2, []);
        var novel = stream.End().Kept.Single();
        Assert.Equal((TriggerNames.Novel, 1), (novel.Trigger, novel.InclusionProbability));
        Assert.Contains("0.35 is novel", novel.Reasons![0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_objects_out_of_the_ordinary_keeps_a_frame_once_it_is_known_what_is_usual()
    {
        var stream = new AStream(_policy with { Gather = new GatherPolicy { NovelWeight = 0 } }, _time);
        for (var i = 0; i < 200; i++)
        {
            stream.Show(0, Boxes(4 + (i % 3)));
        }

        Assert.Empty(stream.End().Kept);
        stream.Show(0, Boxes(20));
        Assert.Equal(TriggerNames.Count, stream.End().Kept.Single().Trigger);
    }

    [Fact]
    public void Of_several_reasons_the_strongest_names_the_sample_and_all_are_told()
    {
        var sample = Kept(s => s.Show(0, [A.Box(0.16f)], flickers: 2), new GatherPolicy()).Single();

        Assert.Equal([TriggerNames.Flicker, TriggerNames.Novel, TriggerNames.Uncertain], sample.Reasons!.Select(r => r.Trigger));
        Assert.Equal(TriggerNames.Flicker, sample.Trigger);
    }

    [Fact]
    public void A_weight_of_0_switches_a_trigger_off()
    {
        var off = new GatherPolicy { UncertainWeight = 0, FlickerWeight = 0, NovelWeight = 0, CountWeight = 0 };

        Assert.Empty(Kept(s => s.Show(0, [A.Box(0.35f)], flickers: 1), off));
    }

    [Fact]
    public void No_hour_has_more_samples_than_its_number_and_they_come_evenly()
    {
        var stream = new AStream(_policy with { SamplesPerHour = 60, RandomShare = 0.2 }, _time);
        List<FrameMessage> OneHour()
        {
            var kept = new List<FrameMessage>();
            for (var second = 0; second < 3600; second += 10)
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                stream.Show(second, [A.Box(0.35f)]);
                kept.AddRange(stream.Triggers.End(long.MaxValue, stream.Policy)?.Chosen.Select(c => c.Sample.Frame) ?? []);
            }

            return kept;
        }

        var (first, second) = (OneHour(), OneHour());

        Assert.InRange(first.Count, 50, 60);
        Assert.InRange(second.Count, 50, 65);
        Assert.InRange(first.Concat(second).Count(s => s.Trigger == TriggerNames.Random), 20, 26);
    }

    [Fact]
    public void Each_choice_replays_from_its_record_and_one_that_was_touched_does_not()
    {
        var stream = new AStream(_policy with { SamplesPerHour = 120, RandomShare = 0.2 }, _time);
        for (var i = 0; i < 40; i++)
        {
            stream.Show(i, i % 3 == 0 ? [] : [A.Box(0.2f + (i / 200f), label: i % 2 == 0 ? "bag" : "box")], flickers: i % 7 == 0 ? 1 : 0);
        }

        var record = stream.End(limitBytes: 60).Record!;
        Assert.Equal((2, 5, 3), (record.Choice.Randoms.Count, record.Choice.Picks.Count, record.Choice.Cut.Count));
        Assert.Empty(record.Replay());
        Assert.NotEmpty((record with { Settings = record.Settings with { Gather = new GatherPolicy { Seed = 7 } } }).Replay());
        Assert.NotEmpty((record with { Choice = record.Choice with { Picks = [99] } }).Replay());
        Assert.NotEmpty((record with { Pool = record.Pool with { ClassShare = 0.01, ByTrigger = [.. record.Pool.ByTrigger.Select(f => f with { Value = 1 })] } }).Replay());
    }

    [Fact]
    public void Of_a_burst_of_frames_that_look_alike_the_most_doubtful_one_is_kept_and_the_others_are_counted()
    {
        var stream = new AStream(_policy with { Gather = new GatherPolicy { NovelWeight = 0 } }, _time);
        for (var i = 0; i < 10; i++)
        {
            stream.Show(1, [A.Box(0.2f + (i / 100f))]);
        }

        Assert.Equal(9, stream.End().Kept.Single().Frame);
        Assert.Equal(9, stream.Triggers.Dropped["alike"]);
    }

    private static Detection[] Boxes(int count) => [.. Enumerable.Range(0, count).Select(i => A.Box(0.9f, i * 25))];

    private List<FrameMessage> ByChance(DevicePolicy policy)
    {
        var stream = new AStream(policy, _time);
        for (var i = 0; i < 500; i++)
        {
            stream.Show(scene: 0, []);
        }

        return [.. stream.End().Kept.Where(k => k.Trigger == TriggerNames.Random)];
    }

    private IReadOnlyList<FrameMessage> Kept(Action<AStream> show, GatherPolicy? gather = null)
    {
        var stream = new AStream(_policy with { Gather = gather ?? new GatherPolicy { NovelWeight = 0 } }, _time);
        show(stream);
        return stream.End().Kept;
    }
}
