using Fleet.Agent.Enrolment;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Agent.Tests.Whole;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Trust;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.Updates;

public sealed class BlobFetcherTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31))];

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_stopped()
    {
        var received = await FetchAsync(async (index, content, http) =>
        {
            if (index == 0)
            {
                http.Response.ContentLength = content.Length;
                await http.Response.Body.WriteAsync(content.AsMemory(0, 100_000));
                await http.Response.Body.FlushAsync();
                http.Abort();
                return;
            }

            await Results.Bytes(content, enableRangeProcessing: true).ExecuteAsync(http);
        });

        Assert.Equal(Content, received.Stored);
        Assert.Equal(0, received.Requests[0]);
        Assert.InRange(received.Requests[1], 1, 100_000);
        Assert.Equal(Content.Length, received.Bytes);
    }

    [Fact]
    public async Task A_server_that_ignores_the_range_is_read_from_the_start()
    {
        var received = await FetchAsync(
            (_, content, http) => Results.Bytes(content).ExecuteAsync(http),
            before: (blobs, file) => File.WriteAllBytes(blobs.PartOf(file.Digest), Content[..5000]));

        Assert.Equal(Content, received.Stored);
        Assert.Equal([5000], received.Requests);
    }

    [Fact]
    public async Task Reading_stops_at_the_signed_length()
    {
        var tally = new FetchTally();
        var refused = await Assert.ThrowsAsync<ProblemException>(() => FetchAsync(
            async (_, content, http) =>
            {
                while (!http.RequestAborted.IsCancellationRequested)
                {
                    await http.Response.Body.WriteAsync(content, http.RequestAborted);
                }
            },
            tally: tally));

        Assert.Equal("trust.mismatch", refused.Kind.Code);
        Assert.Contains("longer than the 300000 bytes", refused.Message, StringComparison.Ordinal);
        Assert.InRange(tally.Received, 1, Content.Length);
    }

    [Fact]
    public async Task Other_bytes_of_the_signed_length_are_thrown_away()
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(() => FetchAsync((_, content, http) => Results.Bytes(new byte[content.Length]).ExecuteAsync(http)));

        Assert.Equal("trust.mismatch", refused.Kind.Code);
    }

    private static async Task<(byte[] Stored, List<long> Requests, long Bytes)> FetchAsync(Func<int, byte[], HttpContext, Task> download, Action<BlobStore, TargetFile>? before = null, FetchTally? tally = null)
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 0);
        using var identity = DeviceIdentity.LoadOrCreate(agent.Paths.Identity);
        using var certificate = identity.Certificate();
        using var http = Connection.Open(PinnedCa.FromPem(identity.Enrolment!.CaPem, TimeProvider.System), () => certificate, ControlPlane.Read(agent.Paths)!.Address);
        var blobs = new BlobStore(agent.Paths);
        var api = new DeviceApi(http, TimeProvider.System);
        var state = new StateStore(agent.Paths, NullLogger<StateStore>.Instance);
        using var fetcher = new BlobFetcher(api, blobs, new ParcelFetcher(api, blobs, state, TimeProvider.System, NullLogger<ParcelFetcher>.Instance), TimeProvider.System);
        var file = new TargetFile("models/tiny/1/fp32.onnx", Digest.Of(Content), Content.Length);
        (plane.Blobs[file.Digest], plane.Download) = (Content, download);
        before?.Invoke(blobs, file);
        tally ??= new FetchTally();

        await fetcher.FetchAsync(file, tally, TestContext.Current.CancellationToken);

        return (await File.ReadAllBytesAsync(blobs.PathOf(file.Digest)), [.. plane.BlobRequests], tally.Received);
    }
}
