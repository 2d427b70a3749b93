using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Tests.Blobs;

public sealed class BlobsApiTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_back_the_part_that_is_asked_for()
    {
        var raw = plane.Server.Http;
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        var blob = await plane.Admin.Blobs.UploadAsync(bytes, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/blobs/{blob.Digest}") { Headers = { Range = new(100_000, 100_009) } };

        using var answer = await raw.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(bytes[100_000..100_010], await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal($"\"{blob.Digest.Hex}\"", answer.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task Answers_the_same_upload_again_with_the_same_blob()
    {
        var raw = plane.Server.Http;
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var path = $"/api/v1/blobs/{Digest.Of(bytes)}";

        using var first = await raw.PutAsync(path, new ByteArrayContent(bytes), Cancel);
        using var second = await raw.PutAsync(path, new ByteArrayContent(bytes) { Headers = { ContentType = new("application/x-www-form-urlencoded") } }, Cancel);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(new BlobRef(Digest.Of(bytes), bytes.Length), await second.Content.ReadFromJsonAsync(FleetJson.Strict.BlobRef, Cancel));
    }

    [Fact]
    public async Task Stores_nothing_when_bytes_and_digest_do_not_agree()
    {
        var raw = plane.Server.Http;
        var wanted = Digest.Of(RandomNumberGenerator.GetBytes(10));

        using var answer = await raw.PutAsync($"/api/v1/blobs/{wanted}", new ByteArrayContent([1, 2, 3]), Cancel);

        Assert.Equal(Problems.BlobDigest.Code, (await ProblemAsync(answer)).Code);
        using var after = await raw.GetAsync(new Uri($"/api/v1/blobs/{wanted}", UriKind.Relative), Cancel);
        Assert.Equal(Problems.BlobUnknown.Code, (await ProblemAsync(after)).Code);
    }

    [Fact]
    public async Task Takes_uploads_beyond_the_usual_size_of_a_request()
    {
        var bytes = new byte[40 << 20];

        var blob = await plane.Admin.Blobs.UploadAsync(bytes, Cancel);

        Assert.Equal(bytes.Length, blob.SizeBytes);
        Assert.Equal(bytes.Length, await plane.Admin.Blobs.DownloadAsync(blob.Digest, Stream.Null, progress: null, Cancel));
    }

    [Theory]
    [InlineData("/api/v1/blobs/..%2F..%2Ffleet.db")]
    [InlineData("/api/v1/blobs/sha256:..%2F..%2F..%2F..%2Fetc%2Fpasswd")]
    [InlineData("/api/v1/samples/..%2F..%2Ffleet.db/picture")]
    [InlineData("/api/v1/samples/%2e%2e%2ffleet.db")]
    [InlineData("/api/v1/versions/..%2F..%2Ffleet.db")]
    [InlineData("/api/v1/training-runs/..%2Fnext")]
    public async Task Answers_a_path_that_climbs_out_with_a_problem(string path)
    {
        var raw = plane.Server.Http;

        using var answer = await raw.GetAsync(new Uri(path, UriKind.Relative), Cancel);

        Assert.InRange((int)answer.StatusCode, 400, 404);
        Assert.Contains((await ProblemAsync(answer)).Code, new[] { Problems.RequestMalformed.Code, Problems.RouteUnknown.Code });
    }

    [Fact]
    public async Task Lets_viewers_read_but_not_write()
    {
        var viewer = await plane.ClientAsync(Role.Viewer);
        var blob = await plane.Admin.Blobs.UploadAsync(new byte[] { 4, 5, 6 }, Cancel);

        Assert.Equal(3, await viewer.Blobs.DownloadAsync(blob.Digest, Stream.Null, progress: null, Cancel));
        var e = await Assert.ThrowsAsync<ProblemException>(() => viewer.Blobs.UploadAsync(new byte[] { 7 }, Cancel));
        Assert.Equal(Problems.AuthForbidden, e.Kind);
    }

    private static async Task<ProblemResponse> ProblemAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync(FleetJson.Tolerant.ProblemResponse, Cancel))!;
}
