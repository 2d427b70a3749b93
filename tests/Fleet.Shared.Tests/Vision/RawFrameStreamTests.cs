using Fleet.Vision;

namespace Fleet.Shared.Tests.Vision;

public sealed class RawFrameStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_back_the_frames_that_were_written()
    {
        using var pipe = await WrittenAsync(frames: 2);
        Assert.Equal("FLT1"u8.ToArray(), pipe.GetBuffer()[..4]);
        Assert.Equal(16 + (2 * (8 + 24)), pipe.Length);
        var reader = await RawFrameReader.StartAsync(pipe, Token);
        var frame = new Frame(1, 1, 1);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await reader.ReadAsync(frame, Token));
            Assert.Equal((40 + i, 4, 2, 3), (frame.Index, frame.WidthPx, frame.HeightPx, frame.Channels));
            Assert.All(frame.Span.ToArray(), value => Assert.Equal(i + 1, value));
        }

        Assert.False(await reader.ReadAsync(frame, Token));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(30)]
    public async Task Says_so_when_the_writer_died_within_a_frame(int lengthBytes)
    {
        using var pipe = await WrittenAsync(frames: 1);
        pipe.SetLength(lengthBytes);
        var reader = await RawFrameReader.StartAsync(pipe, Token);
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.ReadAsync(new Frame(1, 1, 1), Token));
    }

    [Fact]
    public async Task Refuses_a_stream_of_another_kind_and_impossible_sizes()
    {
        using var text = new MemoryStream("Unhandled exception. Something failed."u8.ToArray());
        await Assert.ThrowsAsync<InvalidDataException>(() => RawFrameReader.StartAsync(text, Token));
        using var huge = new MemoryStream([.. "FLT1"u8, 0, 0, 0, 0x7F, 1, 0, 0, 0, 3, 0, 0, 0]);
        await Assert.ThrowsAsync<InvalidDataException>(() => RawFrameReader.StartAsync(huge, Token));
    }

    private static async Task<MemoryStream> WrittenAsync(int frames)
    {
        var pipe = new MemoryStream();
        var writer = await RawFrameWriter.StartAsync(pipe, 4, 2, 3, Token);
        for (var i = 0; i < frames; i++)
        {
            var frame = new Frame(4, 2, 3) { Index = 40 + i };
            frame.Span.Fill((byte)(i + 1));
            await writer.WriteAsync(frame, Token);
        }

        pipe.Position = 0;
        return pipe;
    }
}
