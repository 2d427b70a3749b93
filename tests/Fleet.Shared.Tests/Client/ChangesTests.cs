using System.Net;
using System.Text;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Shared.Tests.Client;

public sealed class ChangesTests
{
    private const string Two = ": hello\n\nevent: change\ndata: {\"kind\":\"device\",\"id\":\"dock-ü\"}\n\nevent: change\ndata: {\"kind\":\"sample\",\ndata: \"id\":\"7\"}\n\n";
    private static readonly CancellationToken End = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Reads_events_wherever_the_network_cuts_them(int chunkBytes)
    {
        using var server = new Answering(_ => Stream(Two, chunkBytes));

        var changes = await server.Client().Changes.ReadAsync(End).ToListAsync(End);

        Assert.Equal([new ChangeMessage("device", "dock-ü"), new ChangeMessage("sample", "7")], changes);
    }

    [Fact]
    public async Task Connects_again_and_says_that_anything_may_have_changed()
    {
        using var server = new Answering(_ => Stream(Two, 64), Answering.Busy, _ => Stream(Two, 64));

        var kinds = await server.Client(retries: 0).Changes.FollowAsync(End).Take(4).Select(c => c.Kind).ToListAsync(End);

        Assert.Equal(["everything", "device", "sample", "everything"], kinds);
    }

    [Fact]
    public async Task Stops_following_when_the_session_has_ended()
    {
        using var server = new Answering(_ => new(HttpStatusCode.Unauthorized));

        var problem = await Assert.ThrowsAsync<ProblemException>(async () => await server.Client().Changes.FollowAsync(End).ToListAsync(End));

        Assert.Same(Problems.AuthRequired, problem.Kind);
    }

    private static HttpResponseMessage Stream(string text, int chunkBytes) =>
        new(HttpStatusCode.OK) { Content = new StreamContent(new Chunked(Encoding.UTF8.GetBytes(text), chunkBytes)) };

    /// <summary>Gives at most so many bytes a read, as a network may.</summary>
    private sealed class Chunked(byte[] bytes, int chunkBytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, chunkBytes));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunkBytes)], cancellationToken);
    }
}
