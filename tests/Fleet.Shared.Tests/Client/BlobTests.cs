using System.Net;
using Fleet.Contracts;

namespace Fleet.Shared.Tests.Client;

public sealed class BlobTests
{
    private static readonly CancellationToken End = TestContext.Current.CancellationToken;
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task Uploads_a_file_under_the_digest_of_its_bytes_and_repeats_it_whole()
    {
        using var server = new Answering(Answering.Busy, _ => new(HttpStatusCode.Created));
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, Bytes, End);
        var sent = new Highest();

        var blob = await server.Client().Blobs.UploadFileAsync(path, sent, End);
        File.Delete(path);

        Assert.Equal(new BlobRef(Digest.Of(Bytes), Bytes.Length), blob);
        Assert.All(server.Requests, r => Assert.Equal($"/api/v1/blobs/{Digest.Of(Bytes)}", r.Address.AbsolutePath));
        Assert.All(server.Requests, r => Assert.Equal(Digest.Of(Bytes), Digest.Of(r.Body)));
        Assert.Equal((2, Bytes.Length), (server.Requests.Count, (int)sent.Value));
    }

    [Fact]
    public async Task Resumes_a_download_where_the_connection_broke()
    {
        using var server = new Answering(
            _ => new(HttpStatusCode.OK) { Content = new StreamContent(new Breaking(Bytes[..100_000])) },
            _ => new(HttpStatusCode.PartialContent) { Content = new ByteArrayContent(Bytes[100_000..]) });
        using var got = new MemoryStream();

        Assert.Equal(Bytes.Length, await server.Client().Blobs.DownloadAsync(Digest.Of(Bytes), got, progress: null, End));

        Assert.Equal(Digest.Of(Bytes), Digest.Of(got.ToArray()));
        Assert.Equal("bytes=100000-", server.Requests[1].Headers["Range"]);
    }

    [Fact]
    public async Task Leaves_no_file_when_the_bytes_are_not_what_was_asked_for()
    {
        using var server = new Answering(_ => new(HttpStatusCode.OK) { Content = new ByteArrayContent(Bytes) });
        var folder = Directory.CreateTempSubdirectory("fleet-client-");

        var problem = await Assert.ThrowsAsync<ProblemException>(
            () => server.Client().Blobs.DownloadFileAsync(Digest.Of([1]), Path.Combine(folder.FullName, "model.onnx"), progress: null, End));

        Assert.Same(Problems.BlobDigest, problem.Kind);
        Assert.Empty(folder.GetFileSystemInfos());
        folder.Delete();
    }

    private sealed class Highest : IProgress<long>
    {
        public long Value { get; private set; }

        public void Report(long value) => Value = Math.Max(Value, value);
    }

    /// <summary>Ends with a broken connection instead of an end.</summary>
    private sealed class Breaking(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("Connection reset by peer");
    }
}
