using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Training.Commands;

namespace Fleet.Training.Tests;

public sealed class EvaluateResultsTests : IDisposable
{
    private const string Truth = """
        {"images":[{"id":4,"file_name":"b.jpg","width":200,"height":100},{"id":2,"file_name":"a.jpg","width":200,"height":100}],
         "annotations":[{"id":1,"image_id":2,"category_id":1,"bbox":[0,0,40,40],"area":1600,"iscrowd":0},{"id":2,"image_id":4,"category_id":1,"bbox":[100,0,40,40],"area":1600,"iscrowd":0}],
         "categories":[{"id":1,"name":"box"}]}
        """;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();

    [Fact]
    public void Equal_scores_are_taken_by_image_id_as_the_reference_does()
    {
        Write("gt.json", Truth);
        // of equal scores the one of image 2 goes first, wherever it stands: a hit, then a miss
        Write("dt.json", """[{"image_id":4,"category_id":1,"bbox":[0,0,40,40],"score":0.5},{"image_id":2,"category_id":1,"bbox":[0,0,40,40],"score":0.5}]""");
        Write("expected.json", """{"AP50": 0.5049504950495, "AR100": 0.5, "APsmall": -1}""");
        Assert.Equal(0, Run("dt.json", "--expect", _folder.At("expected.json")));
        Assert.Contains("3 of 3 figures are as expected", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_that_differs_is_named_and_ends_with_1()
    {
        Write("gt.json", Truth);
        Write("dt.json", """[{"image_id":2,"category_id":1,"bbox":[0,0,40,40],"score":0.5}]""");
        Write("expected.json", """{"AP50": 0.504, "every_point": {"0.5": 0.5}}""");
        Assert.Equal(1, Run("dt.json", "--expect", _folder.At("expected.json")));
        Assert.Contains("DIFFERS  AP50", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 of 2 figures", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xywh", "box 0.9 0 0 40 40")]
    [InlineData("xyxy", "box 0.9 0 0 40 40")]
    [InlineData("relative", "box\t.9 0.1 0.2 0.2 0.4")]
    public void Text_files_mean_what_the_option_says(string form, string line)
    {
        Write("gt.json", Truth);
        Write("dets/a.txt", line);
        Write("expected.json", """{"AP": 0.504950495}""");
        Assert.Equal(0, Run("dets", "--boxes", form, "--expect", _folder.At("expected.json")));
    }

    [Fact]
    public void Results_that_count_frames_and_name_classes_are_placed_by_file_name()
    {
        Write("gt.json", Truth);
        Write("dt.json", """[{"image_id":0,"category_id":57,"category_name":"box","bbox":[0,0,40,40],"score":0.9},{"image_id":1,"category_id":57,"category_name":"box","bbox":[100,0,40,40],"score":0.9}]""");
        Write("expected.json", """{"AP": 1}""");
        Assert.Equal(0, Run("dt.json", "--image-ids", "order", "--expect", _folder.At("expected.json")));
    }

    [Theory]
    [InlineData("""[{"image_id":9,"category_id":1,"bbox":[0,0,4,4],"score":1}]""", "the image 9, which the ground truth does not have")]
    [InlineData("""[{"image_id":2,"category_id":1,"bbox":[0,0,4,4]}]""", "has no score")]
    [InlineData("""[{"image_id":2,"category_id":1,"bbox":[0,0,4],"score":1}]""", "has no bbox of four numbers")]
    [InlineData("{", "no list of COCO results")]
    public void Results_that_cannot_be_used_are_named(string results, string expected)
    {
        Write("gt.json", Truth);
        Write("dt.json", results);
        Assert.Contains(expected, Assert.Throws<ProblemException>(() => Run("dt.json")).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
    }

    private int Run(string results, params string[] more) => new EvaluateResultsCommand(_output).Run(new Arguments(
        ["--ground-truth", _folder.At("gt.json"), "--results", _folder.At(results), .. more], EvaluateResultsCommand.Usage, 0, "--ground-truth", "--results", "--image-ids", "--boxes", "--expect"));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        File.WriteAllText(_folder.At(name), text);
    }
}
