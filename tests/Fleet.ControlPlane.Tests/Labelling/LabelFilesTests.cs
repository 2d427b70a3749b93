using System.IO.Compression;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Samples;

namespace Fleet.ControlPlane.Tests.Labelling;

public sealed class LabelFilesTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly Annotation[] Boxes = [new("carton", new Box(1.25f, 2.5f, 30, 40)), new("tin 'can'", new Box(33.3f, 0, 7.77f, 48))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LabelFileFormat.Coco)]
    [InlineData(LabelFileFormat.Yolo)]
    [InlineData(LabelFileFormat.Voc)]
    public async Task What_goes_out_comes_in_again_as_the_same_boxes(LabelFileFormat format)
    {
        var device = DeviceId.Parse($"round-{format}".ToLowerInvariant());
        var (labelled, empty) = (await plane.TakeAsync(device.ToString()), await plane.TakeAsync(device.ToString()));
        await LabelAsync(labelled, SampleState.Labelled, Boxes);
        await LabelAsync(empty, SampleState.Labelled, []);
        using var zip = new MemoryStream();
        await plane.Admin.LabelFiles.ExportAsync(format, device, camera: null, pictures: true, zip, Cancel);
        await LabelAsync(labelled, SampleState.Unlabelled, []);
        await LabelAsync(empty, SampleState.Unlabelled, []);

        var import = await plane.Admin.LabelFiles.ImportAsync(format, device: null, camera: null, zip, Cancel);

        Assert.Equal((2, 2, 0, 0), (import.Labelled, import.Boxes, import.Added, import.Findings));
        var again = (await plane.Admin.Samples.GetAsync(labelled, Cancel)).Label!;
        Assert.Equal(Boxes.Select(b => b.Label), again.Select(b => b.Label));
        Assert.All(Boxes.Zip(again), b => Assert.True(Far(b.First.Box, b.Second.Box) < 0.01, $"{b.First.Box} became {b.Second.Box}"));
        Assert.Empty((await plane.Admin.Samples.GetAsync(empty, Cancel)).Label!);
        Assert.Equal(format == LabelFileFormat.Coco, (await plane.Admin.LabelFiles.LossesAsync(format, Cancel)).Count == 0);
    }

    [Fact]
    public async Task Pictures_that_nobody_knows_become_samples_of_the_named_camera_with_their_labels()
    {
        await plane.KnowAsync(DeviceId.Parse("import"), CameraId.Parse("old"));
        using var zip = Zip(
            ("images/one.jpg", Jpegs.Of(seed: 9001)),
            ("labels/one.txt", "0 0.5 0.5 0.5 0.5\n1 0.1 0.1 0.2 0.1 0.2 0.2\n"u8.ToArray()),
            ("data.yaml", "train: [images, [more]]\nnames: [carton, bag]\nkept: { apart: { from: names } }\n"u8.ToArray()));

        var import = await plane.Admin.LabelFiles.ImportAsync(LabelFileFormat.Yolo, DeviceId.Parse("import"), CameraId.Parse("old"), zip, Cancel);

        Assert.Equal((1, 2, 1, 0), (import.Labelled, import.Boxes, import.Added, import.Findings));
        var sample = await plane.Admin.Samples.GetAsync(Digest.Of(Jpegs.Of(seed: 9001)), Cancel);
        Assert.Equal(("import", new Box(16, 12, 32, 24)), (sample.Frame.Trigger, sample.Label![0].Box));
        Assert.Equal("bag", sample.Label[1].Label);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_named_and_changes_nothing()
    {
        var sample = await plane.TakeAsync("broken");
        using var zip = Zip(
            ($"Annotations/{sample.Hex}.xml", Encoding.UTF8.GetBytes($"<annotation><filename>{sample.Hex}.jpg</filename><object><name>carton</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>500</xmax><ymax>9</ymax></bndbox></object></annotation>")),
            ("Annotations/other.xml", "<annotation><filename>nobody.jpg</filename></annotation>"u8.ToArray()),
            ("Annotations/bomb.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><annotation>&b;</annotation>"u8.ToArray()));

        var import = await plane.Admin.LabelFiles.ImportAsync(LabelFileFormat.Voc, device: null, camera: null, zip, Cancel);

        Assert.Equal((0, 3), (import.Labelled, import.Findings));
        Assert.Contains(import.Texts, t => t.Contains("not inside the frame", StringComparison.Ordinal));
        Assert.Contains(import.Texts, t => t.Contains("nobody.jpg", StringComparison.Ordinal));
        Assert.Contains(import.Texts, t => t.StartsWith("Annotations/bomb.xml", StringComparison.Ordinal));
        Assert.Equal(SampleState.Unlabelled, (await plane.Admin.Samples.GetAsync(sample, Cancel)).State);
        var e = await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.LabelFiles.ImportAsync(LabelFileFormat.Voc, null, null, new MemoryStream([1, 2, 3]), Cancel));
        Assert.Equal(Problems.DatasetInvalid, e.Kind);
    }

    [Theory]
    [InlineData(LabelFileFormat.Yolo, "data.yaml", "names: [carton\n")]
    [InlineData(LabelFileFormat.Yolo, "data.yaml", "names: { first: carton }\n")]
    [InlineData(LabelFileFormat.Yolo, "data.yaml", "names: { 0: carton, 0: bag }\n")]
    [InlineData(LabelFileFormat.Yolo, "data.yaml", "names: [[carton]]\n")]
    [InlineData(LabelFileFormat.Yolo, "data.yaml", "names: [carton]\nnames: [bag]\n")]
    [InlineData(LabelFileFormat.Yolo, "data.yaml", "names: [carton]\n---\nnames: [bag]\n")]
    [InlineData(LabelFileFormat.Yolo, "data.yaml", "DEEP")]
    [InlineData(LabelFileFormat.Coco, "labels.json", """{"images":[null,{"id":1,"file_name":"a.jpg"}],"annotations":[null],"categories":[null]}""")]
    [InlineData(LabelFileFormat.Coco, "labels.json", """{"images":7}""")]
    public async Task A_damaged_label_file_is_a_finding_and_the_server_goes_on(LabelFileFormat format, string name, string text)
    {
        using var zip = Zip((name, Encoding.UTF8.GetBytes(text == "DEEP" ? "names: " + new string('[', 100_000) : text)), ("labels/a.txt", "0 0.5 0.5 0.5 0.5\n"u8.ToArray()));

        var import = await plane.Admin.LabelFiles.ImportAsync(format, device: null, camera: null, zip, Cancel);

        Assert.True(import.Findings > 0 && import.Labelled == 0, $"{import}");
    }

    private static MemoryStream Zip(params (string Name, byte[] Bytes)[] files)
    {
        var into = new MemoryStream();
        using (var zip = new ZipArchive(into, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        return into;
    }

    private static float Far(Box a, Box b) =>
        new[] { a.X - b.X, a.Y - b.Y, a.Width - b.Width, a.Height - b.Height }.Max(Math.Abs);

    private Task<SampleResponse> LabelAsync(Digest sample, SampleState state, IReadOnlyList<Annotation> boxes) => plane.Admin.Samples.LabelAsync(sample, new LabelRequest(state, boxes), etag: null, Cancel);
}
