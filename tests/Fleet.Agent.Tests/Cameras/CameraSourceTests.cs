using Fleet.Agent.Cameras;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Vision;

namespace Fleet.Agent.Tests.Cameras;

public sealed class CameraSourceTests
{
    [Theory]
    [InlineData("gopher://host/x")]
    [InlineData("twin:scene.yaml?sed=1")]
    [InlineData("twin:?seed=1")]
    [InlineData(" ")]
    public void A_source_of_no_known_kind_is_refused_with_what_is_wanted(string source)
    {
        var refused = Assert.Throws<ProblemException>(() => CameraSource.Parse(source));

        Assert.Equal("camera.source", refused.Kind.Code);
        Assert.Contains("twin:SCENE", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_twin_source_says_scene_seed_rate_and_start() => Assert.Equal(
        new CameraSource.Twin("/scenes/dock.yaml", 7, 2.5, 100),
        CameraSource.Parse("twin:/scenes/dock.yaml?seed=7&fps=2.5&start=100"));

    [Fact]
    public async Task A_folder_gives_its_pictures_by_name_and_keeps_the_number_of_a_broken_one()
    {
        using var folder = new TempFolder();
        foreach (var (name, value) in new[] { ("c.png", 30), ("a.jpg", 10), ("d.jpg", 40) })
        {
            await File.WriteAllBytesAsync(folder.At(name), Pictures.ToJpeg(A.Frame(value: (byte)value), 92), TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(folder.At("b.jpg"), "no picture", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.At("notes.txt"), "not a picture either", TestContext.Current.CancellationToken);

        Assert.Equal([(0, 10), (2, 30), (3, 40)], await ReadAsync(PictureCamera.Open(folder.Path)));
    }

    [Fact]
    public void An_empty_folder_says_what_to_put_there()
    {
        using var folder = new TempFolder();

        Assert.Contains("Put .jpg, .png, .bmp or .tif files into it", Assert.Throws<ProblemException>(() => PictureCamera.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static async Task<List<(int Index, int Value)>> ReadAsync(PictureCamera camera)
    {
        var seen = new List<(int, int)>();
        var frame = new Frame(1, 1, 3);
        while (await camera.ReadAsync(frame, TestContext.Current.CancellationToken))
        {
            seen.Add(((int)frame.Index, frame.Span[0]));
        }

        return seen;
    }
}
