using Fleet.Agent.Enrolment;
using Fleet.Agent.Link;
using Fleet.Agent.State;
using Fleet.Agent.Tests.Whole;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Onnx.Parcels;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.Updates;

/// <summary>The device has version 1 and fetches a file of version 2: however its parcel comes, the bytes are those that were signed.</summary>
public sealed class ParcelFetcherTests
{
    private static readonly byte[] Before = Noise(seed: 1);
    private static readonly byte[] After = [.. Before[..20_000], .. Noise(seed: 2)[..500], .. Before[20_500..]];
    private static readonly byte[] Difference = Parcel.Pack(After, Before);

    [Fact]
    public async Task The_difference_to_the_version_that_is_here_is_all_that_comes()
    {
        var fetched = await FetchAsync((_, http) => Results.Bytes(Difference, enableRangeProcessing: true).ExecuteAsync(http));

        Assert.Equal($"?base={Uri.EscapeDataString(Digest.Of(Before).ToString())}", fetched.Questions.Single());
        Assert.Empty(fetched.Blobs);
        Assert.Equal((Difference.Length, After.Length - Difference.Length), (fetched.Tally.Received, fetched.Tally.Saved));
    }

    [Fact]
    public async Task A_parcel_that_breaks_off_goes_on_where_it_stopped()
    {
        var first = Difference.Length / 2;
        var (ranges, tally) = (new List<string>(), new FetchTally());
        var fetched = await FetchAsync(async (index, http) =>
        {
            ranges.Add(http.Request.Headers.Range.ToString());
            if (index == 0)
            {
                http.Response.ContentLength = Difference.Length;
                await http.Response.Body.WriteAsync(Difference.AsMemory(0, first));
                await http.Response.Body.FlushAsync();

                // a connection that is cut takes with it what was not read yet
                await Eventually.Is(() => tally.Received == first, what: "the first half is on the device's disk");
                http.Abort();
                return;
            }

            await Results.Bytes(Difference, enableRangeProcessing: true).ExecuteAsync(http);
        }, tally: tally);

        Assert.Equal(["", $"bytes={first}-"], ranges);

        Assert.Empty(fetched.Blobs);
        Assert.Equal(Difference.Length, fetched.Tally.Received);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("of another base")]
    [InlineData("of another file")]
    [InlineData("cut short")]
    [InlineData("longer than the file")]
    [InlineData("no parcel")]
    public async Task Whatever_else_comes_the_whole_file_is_fetched(string what)
    {
        byte[]? parcel = what switch
        {
            "of another base" => Parcel.Pack(After, Noise(seed: 3, length: 30_000)),
            "of another file" => Parcel.Pack(Noise(seed: 2), Before),
            "cut short" => Difference[..^10],
            "longer than the file" => Noise(seed: 4, After.Length * 2),
            "no parcel" => "<html>hello</html>"u8.ToArray(),
            _ => null,
        };
        var fetched = await FetchAsync((_, http) => (parcel is null ? Results.NotFound() : Results.Bytes(parcel)).ExecuteAsync(http));

        Assert.Equal([0], fetched.Blobs);
        Assert.Equal(0, fetched.Tally.Saved);
    }

    [Fact]
    public async Task A_damaged_version_on_the_device_gives_no_damaged_file()
    {
        var fetched = await FetchAsync((_, http) => Results.Bytes(Difference).ExecuteAsync(http), held: Noise(seed: 9));

        Assert.Equal([0], fetched.Blobs);
    }

    private static byte[] Noise(int seed, int length = 40_000)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<(FetchTally Tally, IReadOnlyList<string> Questions, IReadOnlyList<long> Blobs)> FetchAsync(Func<int, HttpContext, Task> answer, byte[]? held = null, FetchTally? tally = null)
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane, pictures: 0);
        using var identity = DeviceIdentity.LoadOrCreate(agent.Paths.Identity);
        using var certificate = identity.Certificate();
        using var http = Connection.Open(PinnedCa.FromPem(identity.Enrolment!.CaPem, TimeProvider.System), () => certificate, ControlPlane.Read(agent.Paths)!.Address);
        var (blobs, api) = (new BlobStore(agent.Paths), new DeviceApi(http, TimeProvider.System));
        tally ??= new FetchTally();
        var state = new StateStore(agent.Paths, NullLogger<StateStore>.Instance);
        using var fetcher = new BlobFetcher(api, blobs, new ParcelFetcher(api, blobs, state, TimeProvider.System, NullLogger<ParcelFetcher>.Instance), TimeProvider.System);
        var before = new TargetFile("models/boxes/1/fp32.onnx", Digest.Of(Before), Before.Length);
        var after = new TargetFile("models/boxes/2/fp32.onnx", Digest.Of(After), After.Length);
        state.Change(s => s.With(new CameraSlots(A.Camera, A: new Installed(A.V1.Version, "fp32", [before]))));
        await File.WriteAllBytesAsync(blobs.PathOf(before.Digest), held ?? Before, TestContext.Current.CancellationToken);
        List<string> questions = [];
        plane.Blobs[after.Digest] = After;
        plane.Parcel = http =>
        {
            questions.Add(http.Request.QueryString.ToString());
            return answer(questions.Count - 1, http);
        };

        await fetcher.FetchAsync(after, tally, TestContext.Current.CancellationToken);

        Assert.Equal(After, await File.ReadAllBytesAsync(blobs.PathOf(after.Digest), TestContext.Current.CancellationToken));
        Assert.Equal([after.Digest.Hex, before.Digest.Hex], Directory.EnumerateFiles(agent.Paths.Blobs).Select(f => Path.GetFileName(f)!).OrderBy(n => n == before.Digest.Hex));
        return (tally, questions, [.. plane.BlobRequests]);
    }
}
