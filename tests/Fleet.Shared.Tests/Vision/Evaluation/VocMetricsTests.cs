using Fleet.Vision.Evaluation;

namespace Fleet.Shared.Tests.Vision.Evaluation;

public sealed class VocMetricsTests
{
    private static readonly ExactBox A = new(0, 0, 40, 40);
    private static readonly ExactBox B = new(100, 0, 40, 40);
    private static readonly ExactBox C = new(200, 0, 40, 40);
    private static readonly ExactBox Nowhere = new(300, 300, 40, 40);

    [Fact]
    public void Eleven_points_and_every_point_take_the_area_in_their_own_way()
    {
        // ranked: hit, miss, hit of 3: precision 1 to recall 1/3, then 2/3 to recall 2/3
        EvaluatedFrame frame = new("a", [new("box", A), new("box", B), new("box", C)], [new("box", 0.9, A), new("box", 0.8, Nowhere), new("box", 0.7, B)]);
        Assert.Equal(5.0 / 9, VocMetrics.AveragePrecision([frame], "box", 0.5, VocMethod.EveryPoint)!.Value, 1e-12);
        Assert.Equal(6.0 / 11, VocMetrics.AveragePrecision([frame], "box", 0.5, VocMethod.ElevenPoint)!.Value, 1e-12);
    }

    [Fact]
    public void A_box_belongs_to_the_object_that_it_overlaps_most_even_if_that_is_taken()
    {
        // the second box overlaps A more, although B, which nobody found, would do as well
        ExactBox near = new(30, 0, 40, 40);
        EvaluatedFrame frame = new("a", [new("box", A), new("box", near)], [new("box", 0.9, A), new("box", 0.8, new(4, 0, 40, 40))]);
        Assert.Equal(0.5, VocMetrics.AveragePrecision([frame], "box", 0.1, VocMethod.EveryPoint)!.Value, 1e-12);
    }

    [Fact]
    public void Edges_are_pixels_inside_as_VOC_has_it_or_lines()
    {
        // ten pixels wide: 5 of 15 columns are shared; as lines 4 of 14
        EvaluatedFrame frame = new("a", [new("box", new(0, 0, 9, 9))], [new("box", 0.9, new(5, 0, 9, 9))]);
        Assert.Equal(1, VocMetrics.MeanAveragePrecision([frame], 0.3, VocMethod.EveryPoint));
        Assert.Equal(0, VocMetrics.MeanAveragePrecision([frame], 0.3, VocMethod.EveryPoint, pixels: false));
    }

    [Fact]
    public void A_difficult_object_need_not_be_found_and_finding_it_is_not_wrong()
    {
        EvaluatedFrame frame = new("a", [new("box", A), new TruthBox("box", B) { Difficult = true }], [new("box", 0.9, B), new("box", 0.8, A)]);
        Assert.Equal(1, VocMetrics.AveragePrecision([frame], "box", 0.5, VocMethod.EveryPoint));
        Assert.Null(VocMetrics.AveragePrecision([frame with { Truth = [frame.Truth[1]] }], "box", 0.5, VocMethod.EveryPoint));
    }
}
