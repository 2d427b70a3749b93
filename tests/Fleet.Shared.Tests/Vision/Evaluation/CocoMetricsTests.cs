using Fleet.Vision.Evaluation;

namespace Fleet.Shared.Tests.Vision.Evaluation;

public sealed class CocoMetricsTests
{
    private static readonly ExactBox A = new(0, 0, 40, 40);
    private static readonly ExactBox B = new(100, 0, 40, 40);
    private static readonly ExactBox Nowhere = new(300, 300, 40, 40);

    [Fact]
    public void Of_equal_scores_the_earlier_frame_goes_first()
    {
        EvaluatedFrame right = new("a", [new("box", A)], [new("box", 0.5, A)]);
        EvaluatedFrame wrong = new("b", [], [new("box", 0.5, Nowhere)]);
        Assert.Equal(1, CocoMetrics.Evaluate([right, wrong]).Ap50!.Value, 1e-12);
        Assert.Equal(0.5, CocoMetrics.Evaluate([wrong, right]).Ap50!.Value, 1e-12);
    }

    [Fact]
    public void A_box_inside_a_crowd_is_neither_right_nor_wrong_and_the_crowd_need_not_be_found()
    {
        var crowd = new TruthBox("box", new ExactBox(200, 0, 100, 100)) { Crowd = true };
        // both boxes lie in the crowd: an ordinary object would take one of them only
        EvaluatedFrame frame = new("a", [crowd, new("box", A)], [new("box", 0.9, new(210, 10, 20, 20)), new("box", 0.8, new(250, 10, 20, 20)), new("box", 0.7, A)]);
        var scores = CocoMetrics.Evaluate([frame]);
        Assert.Equal((1.0, 1.0), (scores.Ap50, scores.Ar100));
        Assert.Equal(1, Assert.Single(scores.Classes).Objects);
    }

    [Fact]
    public void Without_a_crowd_the_same_boxes_are_false_alarms()
    {
        EvaluatedFrame frame = new("a", [new("box", A)], [new("box", 0.9, new(210, 10, 20, 20)), new("box", 0.8, new(250, 10, 20, 20)), new("box", 0.7, A)]);
        Assert.Equal(1.0 / 3, CocoMetrics.Evaluate([frame]).Ap50!.Value, 1e-12);
    }

    [Fact]
    public void Sizes_go_by_the_area_of_the_mask_and_what_is_absent_has_no_figure()
    {
        // 40 x 40 is medium by its box, small by its mask
        EvaluatedFrame frame = new("a", [new TruthBox("box", A) { Area = 500 }], [new("box", 0.9, A)]);
        var scores = CocoMetrics.Evaluate([frame]);
        Assert.Equal((1.0, null, null), (scores.ApSmall, scores.ApMedium, scores.ApLarge));
        Assert.Equal((1.0, null, null), (scores.ArSmall, scores.ArMedium, scores.ArLarge));
    }

    [Fact]
    public void A_false_alarm_of_another_size_does_not_spoil_a_size()
    {
        ExactBox huge = new(0, 100, 200, 200);
        EvaluatedFrame frame = new("a", [new("box", A)], [new("box", 0.9, huge), new("box", 0.8, A)]);
        var scores = CocoMetrics.Evaluate([frame]);
        Assert.Equal((0.5, 1.0), (Math.Round(scores.Ap50!.Value, 9), scores.ApMedium));
    }

    [Fact]
    public void An_object_on_the_border_belongs_to_both_sizes()
    {
        EvaluatedFrame frame = new("a", [new("box", new(0, 0, 32, 32))], [new("box", 0.9, new(0, 0, 32, 32))]);
        var scores = CocoMetrics.Evaluate([frame]);
        Assert.Equal((1.0, 1.0, null), (scores.ApSmall, scores.ApMedium, scores.ApLarge));
    }

    [Fact]
    public void Average_recall_counts_only_the_strongest_boxes_of_a_frame()
    {
        var truth = Enumerable.Range(0, 20).Select(i => new ExactBox(i * 50, 0, 40, 40)).ToList();
        EvaluatedFrame frame = new("a", [.. truth.Select(b => new TruthBox("box", b))], [.. truth.Select((b, i) => new FoundBox("box", 1 - (i * 0.01), b))]);
        var scores = CocoMetrics.Evaluate([frame]);
        Assert.Equal((0.05, 0.5, 1.0), (Math.Round(scores.Ar1!.Value, 12), scores.Ar10, scores.Ar100));
    }

    [Fact]
    public void The_hundred_and_first_box_does_not_count()
    {
        var alarms = Enumerable.Range(0, 100).Select(i => new FoundBox("box", 0.9, new(i * 50, 500, 40, 40)));
        EvaluatedFrame frame = new("a", [new("box", A)], [.. alarms, new("box", 0.8, A)]);
        Assert.Equal(0, CocoMetrics.Evaluate([frame]).Ap50!.Value);
    }

    [Fact]
    public void An_overlap_of_exactly_the_wanted_size_is_a_hit()
    {
        // 40 x 40 against 40 x 80: one half
        EvaluatedFrame frame = new("a", [new("box", A)], [new("box", 0.9, new(0, 0, 40, 80))]);
        var scores = CocoMetrics.Evaluate([frame]);
        Assert.Equal((1.0, 0.0, 0.1), (scores.Ap50, scores.Ap75, Math.Round(scores.Ap!.Value, 12)));
    }

    [Fact]
    public void The_mean_goes_over_classes_that_occur()
    {
        EvaluatedFrame frame = new("a", [new("box", A), new("can", B)], [new("box", 0.9, A), new("jar", 0.9, B)]);
        var scores = CocoMetrics.Evaluate([frame]);
        Assert.Equal(0.5, scores.Ap50!.Value, 1e-12);
        Assert.Equal(["box", "can"], scores.Classes.Select(c => c.Label));
    }

    [Fact]
    public void A_curve_falls_and_ends_at_the_recall_that_was_reached()
    {
        EvaluatedFrame frame = new("a", [new("box", A), new("box", B), new("box", new(200, 0, 40, 40))], [new("box", 0.9, A), new("box", 0.8, Nowhere), new("box", 0.7, B)]);
        var curve = CocoMetrics.Curve([frame], "box", 0.5);
        Assert.Equal([(0.333, 1.0), (0.667, 0.667)], curve.Select(p => (Math.Round(p.Recall, 3), Math.Round(p.Precision, 3))).Distinct().Where(p => p != (0.333, 0.667)));
        Assert.Empty(CocoMetrics.Curve([frame], "can", 0.5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_the_frames_figures_hold_together(int seed)
    {
        var random = new Random(seed);
        var frames = Enumerable.Range(0, 8).Select(i => Frame(random, i)).ToList();
        var scores = CocoMetrics.Evaluate(frames);
        Assert.All([scores.Ap, scores.Ap50, scores.Ap75, scores.Ar1, scores.Ar10, scores.Ar100], v => Assert.InRange(v!.Value, 0, 1));
        Assert.True(scores.Ap75 <= scores.Ap50 && scores.Ap <= scores.Ap50);
        Assert.True(scores.Ar1 <= scores.Ar10 && scores.Ar10 <= scores.Ar100);

        // scores are all different, so the order of frames says nothing
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(frames));
        var shuffled = CocoMetrics.Evaluate(frames);
        Assert.Equal(scores.Ap!.Value, shuffled.Ap!.Value, 1e-12);

        // a false alarm weaker than everything costs nothing, one stronger than everything costs something
        var weak = frames.Append(new EvaluatedFrame("w", [], [new("box", 0.0001, Nowhere)])).ToList();
        Assert.Equal(scores.Ap50!.Value, CocoMetrics.Evaluate(weak).Ap50!.Value, 1e-12);
        var strong = frames.Append(new EvaluatedFrame("s", [], [new("box", 2, Nowhere)])).ToList();
        Assert.True(CocoMetrics.Evaluate(strong).Ap50 < scores.Ap50);

        var perfect = frames.ConvertAll(f => f with { Found = [.. f.Truth.Select(t => new FoundBox(t.Label, 0.5, t.Box))] });
        Assert.Equal(1, CocoMetrics.Evaluate(perfect).Ap!.Value, 1e-12);
    }

    private static EvaluatedFrame Frame(Random random, int index)
    {
        var truth = Enumerable.Range(0, 1 + random.Next(5)).Select(i => new TruthBox(i % 2 == 0 ? "box" : "can", new(i * 200, random.Next(100), 20 + random.Next(120), 20 + random.Next(120)))).ToList();
        var found = truth.Where(_ => random.Next(4) > 0).Select(t => new FoundBox(t.Label, 0.1 + (random.NextDouble() * 0.9), t.Box with { X = t.Box.X + random.Next(12), Width = t.Box.Width * (0.8 + (random.NextDouble() * 0.4)) })).ToList();
        return new($"{index}", truth, [.. found, new("box", 0.1 + (random.NextDouble() * 0.9), new(2000, 0, 50, 50))]);
    }
}
