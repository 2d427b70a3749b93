using Fleet.Contracts;
using Fleet.ControlPlane.Samples;

namespace Fleet.ControlPlane.Tests.Samples;

public sealed class JpegHeaderTests
{
    [Fact]
    public void Reads_the_size_that_the_frame_header_says() => Assert.Equal(new JpegHeader(1920, 1080), JpegHeader.Read(Jpegs.Of(1920, 1080)));

    [Fact]
    public void Refuses_every_cut_of_a_jpeg()
    {
        var whole = Jpegs.Of();

        Assert.All(Enumerable.Range(0, whole.Length), length => Refuses(whole[..length]));
    }

    [Fact]
    public void Refuses_what_hides_something_behind_the_picture() => Refuses([.. Jpegs.Of(), .. "<script>"u8]);

    [Fact]
    public void Refuses_a_second_frame_header()
    {
        var jpeg = Jpegs.Of(640, 480);
        var frame = jpeg[10..23];

        Refuses([.. jpeg[..23], .. frame, .. jpeg[23..]]);
    }

    [Fact]
    public void Survives_any_single_damaged_byte()
    {
        var whole = Jpegs.Of();
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0xFF;
            Assert.Null(Record.Exception(() => ReadOrRefuse(damaged)));
        }
    }

    private static void Refuses(byte[] bytes) =>
        Assert.Equal(Problems.SamplePicture, Assert.Throws<ProblemException>(() => JpegHeader.Read(bytes)).Kind);

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            JpegHeader.Read(bytes);
        }
        catch (ProblemException)
        {
        }
    }
}
