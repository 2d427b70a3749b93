using Fleet.Console.Versions;
using Fleet.Contracts;
using Fleet.ControlPlane.Comparisons;
using Fleet.ControlPlane.Tests.Versions;
using Fleet.Vision;

namespace Fleet.ControlPlane.Tests.Comparisons;

/// <summary>What two versions found, held against each other and against a label.</summary>
public sealed class ComparisonJudgeTests
{
    private static readonly Box Here = new(10, 10, 20, 20);
    private static readonly Box There = new(100, 100, 20, 20);

    [Fact]
    public void A_look_counts_what_is_right_wrong_and_missed_from_the_threshold_on()
    {
        var frame = Frame(new Annotation("box", Here), new Annotation("can", There), new Annotation("box", new Box(200, 0, 9, 9)));

        var look = ComparisonJudge.Look(frame, [new("box", 0.9f, Here), new("box", 0.8f, There), new("box", 0.2f, new Box(200, 0, 9, 9))], threshold: 0.5f);

        Assert.Equal((2, 1, 1, 2), (look.Found.Count, look.Right, look.Wrong, look.Missed));
        Assert.Null(ComparisonJudge.Look(frame with { IsLabelled = false }, [], 0.5f).Right);
    }

    [Fact]
    public void Boxes_that_only_one_found_or_that_are_called_differently_are_differences()
    {
        Assert.Equal(0, ComparisonJudge.Differences([new("box", 0.9f, Here)], [new("box", 0.4f, new Box(11, 10, 20, 20))]));
        Assert.Equal(1, ComparisonJudge.Differences([new("box", 0.9f, Here)], [new("can", 0.9f, Here)]));
        Assert.Equal(3, ComparisonJudge.Differences([new("box", 0.9f, Here)], [new("box", 0.9f, There), new("box", 0.9f, new Box(200, 0, 9, 9))]));
    }

    [Fact]
    public void Average_precision_counts_weak_boxes_and_precision_only_those_that_are_shown()
    {
        JudgedFrame[] frames = [new([new Annotation("box", Here), new Annotation("box", There)], [new("box", 0.9f, Here), new("box", 0.1f, There)])];

        var scores = ComparisonJudge.Scores(frames, threshold: 0.5f)!;

        Assert.Equal((1, 1, 0.5), (scores.Ap50!.Value, scores.Precision!.Value, scores.Recall!.Value), new Near());
        Assert.Equal(2, Assert.Single(scores.Classes).Objects);
        Assert.Equal(1, scores.Curves[0].Points[^1].Recall);
        Assert.Null(ComparisonJudge.Scores([], 0.5f));
    }

    [Fact]
    public void Few_frames_of_many_are_spread_over_all_of_them()
    {
        Assert.Equal([0, 25, 50, 75], FrameSpread.Of([.. Enumerable.Range(0, 100)], 4));
        Assert.Equal([1, 2], FrameSpread.Of([1, 2], 4));
    }

    [Fact]
    public void Where_only_one_version_is_named_it_is_compared_with_what_it_was_made_from()
    {
        VersionResponse[] versions = [LineageTests.Version(new Lineage(VersionId.Parse("warehouse@1")), "warehouse@3"), LineageTests.Version(new Lineage(), "warehouse@2"), LineageTests.Version(new Lineage(), "warehouse@1")];

        Assert.Equal("warehouse@1", CompareChoice.Of(versions, [], [], a: null, "warehouse@3").A.ToString());
        Assert.Equal("warehouse@1", CompareChoice.Of(versions, [], [], a: null, "warehouse@2").A.ToString());
        Assert.Null(CompareChoice.Of(versions, [], [], "warehouse@9", b: null).A);
        Assert.Equal("/versions/compare?a=warehouse%401&b=warehouse%403", CompareChoice.Address("warehouse@1", "warehouse@3"));
    }

    private static FrameToCompare Frame(params Annotation[] label) =>
        new(new SnapshotFrame(Digest.Of([1]), 640, 480, DeviceId.Parse("edge"), CameraId.Parse("cam"), label), IsLabelled: true);

    private sealed class Near : IEqualityComparer<(double, double, double)>
    {
        public bool Equals((double, double, double) x, (double, double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) + Math.Abs(x.Item2 - y.Item2) + Math.Abs(x.Item3 - y.Item3) < 0.01;

        public int GetHashCode((double, double, double) obj) => 0;
    }
}
