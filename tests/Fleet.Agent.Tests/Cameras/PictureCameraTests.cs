using Fleet.Agent.Cameras;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Vision;
using OpenCvSharp;

namespace Fleet.Agent.Tests.Cameras;

public sealed class PictureCameraTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("f_%04d.png", new[] { 7, 8, 9 })]
    [InlineData("*.png", new[] { 7, 8, 9, 20 })]
    [InlineData("f_000?.png", new[] { 7, 8, 9 })]
    [InlineData("f_0020.png", new[] { 20 })]
    public async Task A_pattern_stands_for_its_files_in_order(string pattern, int[] values)
    {
        foreach (var i in new[] { 20, 9, 8, 7 })
        {
            Write($"f_{i:0000}.png", new Mat(4, 6, MatType.CV_8UC3, Scalar.All(i)));
        }

        Assert.Equal(values, (await ReadAsync(pattern)).Select(p => (int)p[0]));
    }

    [Fact]
    public async Task Sixteen_bits_are_brought_to_eight_by_what_the_first_picture_shows()
    {
        // a faint scene: all of it within 2 % of the range, as on a night sky
        using var faint = new Mat(100, 100, MatType.CV_16UC1, new Scalar(1000));
        Cv2.Rectangle(faint, new Rect(0, 0, 20, 20), new Scalar(2000), thickness: -1);
        Write("a.tif", faint.Clone());
        using var dimmer = faint.Clone();
        Cv2.Rectangle(dimmer, new Rect(0, 0, 20, 20), new Scalar(1500), thickness: -1);
        Write("b.tif", dimmer.Clone());
        Write("c.tif", new Mat(100, 100, MatType.CV_16UC1, new Scalar(60_000)));

        var pictures = await ReadAsync("");

        var last = pictures[0].Length - 1;
        Assert.Equal((255, 0), (pictures[0][0], pictures[0][last]));
        Assert.InRange(pictures[1][0], 126, 129);
        Assert.Equal(3, pictures.Count);
    }

    [Fact]
    public void A_pattern_that_nothing_matches_is_named()
    {
        var failed = Assert.Throws<ProblemException>(() => PictureCamera.Open(_folder.At("f_%04d.png")));

        Assert.Contains("f_%04d.png", failed.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string name, Mat picture)
    {
        using (picture)
        {
            Assert.True(Cv2.ImEncode(Path.GetExtension(name), picture, out var file));
            File.WriteAllBytes(_folder.At(name), file);
        }
    }

    private async Task<List<byte[]>> ReadAsync(string pattern)
    {
        await using var camera = PictureCamera.Open(_folder.At(pattern).TrimEnd('/'));
        var (pictures, frame) = (new List<byte[]>(), new Frame(1, 1, 3));
        while (await camera.ReadAsync(frame, TestContext.Current.CancellationToken))
        {
            pictures.Add(frame.Span.ToArray());
        }

        return pictures;
    }
}
