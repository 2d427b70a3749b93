using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Shared.Tests.Vision;

public sealed class DetectionMetricsTests
{
    private static readonly Box A = new(0, 0, 10, 10);
    private static readonly Box B = new(50, 0, 10, 10);
    private static readonly Box Nowhere = new(90, 90, 5, 5);

    [Fact]
    public void Average_precision_is_the_area_under_101_recall_points()
    {
        // ranked: hit, miss, hit of 3 objects: precision 1 up to recall 1/3, then 2/3 up to recall 2/3
        JudgedFrame[] frames =
        [
            new([new("box", A), new("box", B)], [new("box", 0.9f, A), new("box", 0.8f, Nowhere)]),
            new([new("box", A)], [new("box", 0.7f, A)]),
        ];
        Assert.Equal((34 + (33 * 2 / 3.0)) / 101, DetectionMetrics.AveragePrecision(frames, "box", 0.5)!.Value, 1e-9);
    }

    [Fact]
    public void Precision_at_a_recall_is_the_best_that_any_higher_recall_has()
    {
        JudgedFrame[] frames = [new([new("box", A)], [new("box", 0.9f, Nowhere), new("box", 0.8f, A)])];
        Assert.Equal(0.5, DetectionMetrics.AveragePrecision(frames, "box", 0.5)!.Value, 1e-9);
    }

    [Fact]
    public void An_object_is_found_once_and_every_further_box_is_a_false_alarm()
    {
        JudgedFrame[] frames = [new([new("box", A)], [new("box", 0.9f, A), new("box", 0.8f, A), new("can", 0.7f, A)])];
        var scores = DetectionMetrics.Judge(frames, threshold: 0.75f);
        Assert.Equal((1.0, 0.5, 1.0, 1.0), (scores.Map50, scores.Precision, scores.Recall, scores.CountError));
        Assert.Equal("box", Assert.Single(scores.Classes).Label);
    }

    [Fact]
    public void A_loose_box_counts_at_half_overlap_only()
    {
        // 10x10 against 10x16: IoU 0.625
        JudgedFrame[] frames = [new([new("box", A)], [new("box", 0.9f, new(0, 0, 10, 16))])];
        var scores = DetectionMetrics.Judge(frames, 0.5f);
        Assert.Equal((1.0, 0.0, 0.3), (scores.Map50, scores.Map75, Math.Round(scores.Map, 9)));
    }

    [Fact]
    public void A_class_that_does_not_occur_has_no_average_precision() =>
        Assert.Null(DetectionMetrics.AveragePrecision([new([], [new("box", 0.9f, A)])], "box", 0.5));
}
