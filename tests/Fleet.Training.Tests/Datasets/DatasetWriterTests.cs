using Fleet.Testing;
using Fleet.Training.Datasets;
using Fleet.Training.Frames;
using Fleet.Vision.Evaluation;

namespace Fleet.Training.Tests.Datasets;

public sealed class DatasetWriterTests : IDisposable
{
    private readonly ASet _source = new();
    private readonly TempFolder _out = new();

    [Theory]
    [InlineData("Coco")]
    [InlineData("Yolo")]
    [InlineData("Voc")]
    public void What_is_written_reads_back_the_same(string name)
    {
        var format = Enum.Parse<DatasetFormat>(name);
        var set = A();
        DatasetWriter.Write(set, format, _out.At("set"));

        var found = DataCheck.Check(_out.At("set"), new ReadOptions());
        Assert.Equal(0, found.Errors);
        Assert.Equal((format, BoxPolicy.Amodal), (found.Set.Format, found.Set.Policy));
        Assert.Equal(Shown(set), Shown(found.Set));
    }

    [Fact]
    public void Losses_are_named_for_the_format_that_has_them()
    {
        var set = A();
        Assert.Empty(DatasetWriter.Losses(set, DatasetFormat.Coco));
        var voc = string.Join('\n', DatasetWriter.Losses(set, DatasetFormat.Voc));
        Assert.Contains("crowd (a region of many; it becomes an ordinary box): lost for 1 of 3 boxes", voc, StringComparison.Ordinal);
        Assert.Contains("visible fraction: lost for 1", voc, StringComparison.Ordinal);
        Assert.Contains("do not occur: jar", voc, StringComparison.Ordinal);
        Assert.DoesNotContain("difficult", voc, StringComparison.Ordinal);
        Assert.Contains("difficult: lost for 1", string.Join('\n', DatasetWriter.Losses(set, DatasetFormat.Yolo)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_COCO_holds_goes_through_it_untouched_and_is_named_elsewhere()
    {
        _source.Picture("a.png");
        _source.File("labels.json", """
            {"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"box"}],
             "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,30,20],"segmentation":{"counts":"abc","size":[48,64]},"depth_min":1.5}]}
            """);
        var set = DatasetReader.Read(_source.Path, new ReadOptions());
        DatasetWriter.Write(set, DatasetFormat.Coco, _out.At("coco"));
        var written = File.ReadAllText(_out.At("coco/labels.json"));
        Assert.Contains("\"segmentation\":{\"counts\":\"abc\",\"size\":[48,64]}", written, StringComparison.Ordinal);
        Assert.Contains("\"depth_min\":1.5", written, StringComparison.Ordinal);
        Assert.Equal(["depth_min: lost for 1 of 1 boxes", "segmentation: lost for 1 of 1 boxes"], DatasetWriter.Losses(set, DatasetFormat.Yolo));
    }

    [Fact]
    public void A_YOLO_polygon_stays_a_mask_in_COCO()
    {
        _source.Picture("a.png");
        _source.File("a.txt", "0 0.25 0.25 0.5 0.125 0.375 0.75");
        _source.File("classes.txt", "box");
        DatasetWriter.Write(DatasetReader.Read(_source.Path, new ReadOptions()), DatasetFormat.Coco, _out.At("coco"));
        Assert.Contains("\"segmentation\":[[16,12,32,6,24,36]]", File.ReadAllText(_out.At("coco/labels.json")), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _source.Dispose();
        _out.Dispose();
    }

    private Dataset A() => new(
        _source.Path,
        DatasetFormat.Coco,
        BoxPolicy.Amodal,
        ["can", "box", "jar"],
        [
            new(_source.Picture("cam1/0.png", 1), "cam1/0.png", "train", new FrameSize(64, 48), [new("box", new ExactBox(1.25, 2.5, 30, 20)) { Crowd = true }, new("can", new ExactBox(0, 0, 64, 48)) { Difficult = true }]),
            new(_source.Picture("cam2/0.png", 2), "cam2/0.png", "valid", new FrameSize(64, 48), [new("can", new ExactBox(10, 11, 12, 13)) { VisibleFraction = 0.5 }]),
        ],
        []);

    private static IEnumerable<string> Shown(Dataset set) => set.Pictures
        .Select(p => $"{p.Split} {string.Join(", ", p.Boxes.Select(b => FormattableString.Invariant($"{b.Label} {b.Box.X:0.000} {b.Box.Y:0.000} {b.Box.Width:0.000} {b.Box.Height:0.000}")))}").Order(StringComparer.Ordinal);
}
