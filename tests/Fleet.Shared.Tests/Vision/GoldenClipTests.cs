using System.IO.Compression;
using Fleet.Contracts;
using Fleet.Vision;

namespace Fleet.Shared.Tests.Vision;

public sealed class GoldenClipTests
{
    private const float Threshold = 0.3f;
    private static readonly Detection Carton = new("carton", 0.8f, new(10, 10, 20, 20));
    private static readonly GoldenClip Clip = new([new("000.png", [1, 2, 3], [Carton])]);

    [Fact]
    public void Survives_its_container_and_always_gives_the_same_bytes()
    {
        using var first = Written(Clip);
        using var second = Written(Clip);
        Assert.Equal(first.ToArray(), second.ToArray());
        var read = GoldenClip.Read(first);
        Assert.Equal((Clip.MinIou, Clip.ScoreTolerance), (read.MinIou, read.ScoreTolerance));
        Assert.Equal([1, 2, 3], read.Frames[0].Png);
        Assert.Equal(Carton, Assert.Single(read.Frames[0].Expected));
    }

    [Fact]
    public void Accepts_small_differences_and_boxes_at_the_threshold()
    {
        var near = Carton with { Score = 0.75f, Box = new(11, 10, 20, 20) };
        Assert.Null(Clip.Compare([Carton], [near], Threshold));
        Assert.Null(Clip.Compare([Carton, Carton with { Score = 0.35f, Box = new(90, 0, 9, 9) }], [Carton], Threshold));
        Assert.Null(Clip.Compare([Carton], [Carton, Carton with { Score = 0.35f, Box = new(90, 0, 9, 9) }], Threshold));
    }

    [Fact]
    public void Names_what_is_missing_moved_weaker_or_new()
    {
        Assert.Contains("was expected", Clip.Compare([Carton], [], Threshold), StringComparison.Ordinal);
        Assert.Contains("overlaps", Clip.Compare([Carton], [Carton with { Box = new(20, 10, 20, 20) }], Threshold), StringComparison.Ordinal);
        Assert.Contains("score is 0.60", Clip.Compare([Carton], [Carton with { Score = 0.6f }], Threshold), StringComparison.Ordinal);
        Assert.Contains("nothing is expected", Clip.Compare([], [Carton], Threshold), StringComparison.Ordinal);
        Assert.Contains("was expected", Clip.Compare([Carton], [Carton with { Label = "can" }], Threshold), StringComparison.Ordinal);
        Assert.StartsWith("Golden frame 000.png:", Clip.Prove(_ => new Frame(1, 1, 1), _ => [], Threshold), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_container_that_is_damaged_lacks_a_picture_or_unfolds_without_end()
    {
        using var text = new MemoryStream([1, 2, 3]);
        Refuses(text, "damaged");
        using var lacking = Container(("golden.json", """{"frames":[{"file":"0.png","expected":[]}],"minIou":0.8,"scoreTolerance":0.1}"""u8.ToArray()));
        Refuses(lacking, "0.png is missing");
        using var many = Container([.. Enumerable.Range(0, 300).Select(i => ($"{i}.png", Array.Empty<byte>()))]);
        Refuses(many, "300 files");
        using var bomb = Container(("golden.json", new byte[(int)GoldenClip.MaxBytes + 1]));
        Refuses(bomb, "MiB");
    }

    private static void Refuses(Stream zip, string sentence)
    {
        var refusal = Assert.Throws<ProblemException>(() => GoldenClip.Read(zip));
        Assert.Equal(Problems.EngineGolden, refusal.Kind);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    private static MemoryStream Written(GoldenClip clip)
    {
        var zip = new MemoryStream();
        clip.Write(zip);
        zip.Position = 0;
        return zip;
    }

    private static MemoryStream Container(params (string Name, byte[] Content)[] files)
    {
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var stream = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(content);
            }
        }

        zip.Position = 0;
        return zip;
    }
}
