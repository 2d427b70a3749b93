using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Training.Frames;

namespace Fleet.Training.Tests;

public sealed class FoldersTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Reads_YOLO_boxes_and_takes_the_hull_of_polygons()
    {
        A.Picture(_folder.Path, 0);
        Label("0 0.5 0.5 0.25 0.5\n0 0.25 0.25 0.5 0.125 0.375 0.75");

        var boxes = Assert.Single(Read()).Annotations.Select(a => a.Box);
        Assert.Equal([new Box(24, 16, 16, 32), new Box(16, 8, 16, 40)], boxes);
    }

    [Theory]
    [InlineData("0 0.5 0.5 0.25", "line 1: '0 0.5 0.5 0.25' is no label")]
    [InlineData("1 0.5 0.5 0.25 0.5", "wanted is a class from 0 to 0")]
    public void Names_the_line_that_is_no_label(string line, string expected)
    {
        A.Picture(_folder.Path, 0);
        Label(line);

        Assert.Contains(expected, Assert.Throws<ProblemException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_picture_has_no_labels()
    {
        A.Picture(_folder.Path, 0);
        Assert.Contains("000.txt is missing", Assert.Throws<ProblemException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_what_the_twin_writes()
    {
        A.Picture(Directory.CreateDirectory(_folder.At("images")).FullName, 0);
        File.WriteAllText(_folder.At("labels.json"), """
            {"images":[{"id":7,"file_name":"000.png","width":64,"height":64}],
             "annotations":[{"id":1,"image_id":7,"category_id":1,"bbox":[1,2,3,4],"area":12,"iscrowd":0}],
             "categories":[{"id":1,"name":"box"}]}
            """);

        var annotation = Assert.Single(Assert.Single(CocoFolder.Read(_folder.Path)).Annotations);
        Assert.Equal(new Annotation("box", new Box(1, 2, 3, 4)), annotation);
    }

    public void Dispose() => _folder.Dispose();

    private List<LabelledPicture> Read() => [.. YoloFolder.Read(_folder.Path, _folder.Path, ["box"])];

    private void Label(string text) => File.WriteAllText(_folder.At("000.txt"), text);
}
