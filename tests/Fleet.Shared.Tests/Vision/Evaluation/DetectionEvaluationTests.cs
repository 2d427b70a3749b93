using Fleet.Vision.Evaluation;

namespace Fleet.Shared.Tests.Vision.Evaluation;

public sealed class DetectionEvaluationTests
{
    private static readonly ExactBox A = new(0, 0, 40, 40);
    private static readonly ExactBox B = new(100, 0, 20, 20);
    private static readonly ExactBox C = new(200, 0, 120, 120);
    private static readonly ExactBox Nowhere = new(600, 300, 40, 40);

    // a hit, a can taken for a box, a missed box, a false alarm; what is weaker than the threshold does not count
    private static readonly EvaluatedFrame Frame = new(
        "a",
        [new("box", A), new("can", B), new("box", C)],
        [new("box", 0.9, A), new("box", 0.8, B), new("can", 0.7, Nowhere), new("box", 0.1, C)]);

    [Fact]
    public void Each_box_and_each_object_is_counted_once()
    {
        var verdict = FrameVerdict.Of(Frame, 0.5);
        Assert.Equal((A, 1.0), (Assert.Single(verdict.Hits).Truth.Box, verdict.Hits[0].Iou));
        Assert.Equal(("can", "box"), (Assert.Single(verdict.Confused).Truth.Label, verdict.Confused[0].Found.Label));
        Assert.Equal(C, Assert.Single(verdict.Missed).Box);
        Assert.Equal(Nowhere, Assert.Single(verdict.FalseAlarms).Box);
        Assert.Equal((3, 3), (verdict.TruthCount, verdict.FoundCount));
    }

    [Fact]
    public void Confusion_says_what_was_taken_for_what()
    {
        var confusion = DetectionEvaluation.Of([Frame], 0.5).Confusion;
        Assert.Equal(["box", "can"], confusion.Labels);
        Assert.Equal([[1, 0, 1], [1, 0, 0], [0, 1, 0]], confusion.Counts);
    }

    [Fact]
    public void Precision_and_recall_are_told_by_class_and_by_size()
    {
        var evaluation = DetectionEvaluation.Of([Frame], 0.5);
        Assert.Equal([new("box", 2, 1, 1), new("can", 1, 0, 1)], evaluation.Classes);
        Assert.Equal([new("small", 1, 0, 1), new("medium", 1, 1, 1), new("large", 1, 0, 0)], evaluation.Sizes);
        Assert.Equal((1.0 / 3, 1.0 / 3), (evaluation.Overall.Precision, evaluation.Overall.Recall));
    }

    [Fact]
    public void Counting_too_many_and_too_few_does_not_even_out_except_in_the_bias()
    {
        EvaluatedFrame many = new("b", [], [new("box", 0.9, A), new("box", 0.9, C)]);
        EvaluatedFrame few = new("c", [new("box", A), new("box", C)], []);
        var counts = DetectionEvaluation.Of([Frame, many, few], 0.5).Counts;
        Assert.Equal((4.0 / 3, 0.0, 1.0 / 3), (counts.MeanAbsolute, counts.Bias, counts.ExactShare));
        Assert.Equal((4.0 / 3, 0.0), (counts.Classes["box"], counts.Classes["can"]));
    }

    [Fact]
    public void What_lies_on_a_crowd_or_a_difficult_object_is_not_a_false_alarm()
    {
        EvaluatedFrame frame = new(
            "a",
            [new TruthBox("box", C) { Crowd = true }, new TruthBox("box", A) { Difficult = true }],
            [new("box", 0.9, new(220, 20, 30, 30)), new("box", 0.9, A), new("box", 0.9, Nowhere)]);
        var verdict = FrameVerdict.Of(frame, 0.5);
        Assert.Equal(Nowhere, Assert.Single(verdict.FalseAlarms).Box);
        Assert.Equal(0, verdict.TruthCount);
    }
}
