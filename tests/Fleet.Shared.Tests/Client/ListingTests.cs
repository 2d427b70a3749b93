using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Shared.Tests.Client;

public sealed class ListingTests
{
    private static readonly CancellationToken End = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Goes_on_from_page_to_page_until_there_is_no_next()
    {
        using var server = new Answering(_ => Page("a", "x&y"), _ => Page("b", "z"), _ => Page("c", next: null));

        var names = await server.Client().Snapshots.ListAsync(End).Select(s => s.Name).ToListAsync(End);

        Assert.Equal(["a", "b", "c"], names);
        Assert.Equal(["", "?cursor=x%26y", "?cursor=z"], server.Requests.Select(r => r.Address.Query));
    }

    [Fact]
    public async Task Reads_no_further_page_than_is_wanted()
    {
        using var server = new Answering(_ => Page("a", "x"));

        await server.Client().Snapshots.ListAsync(End).FirstAsync(End);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Filters_samples_by_what_is_given()
    {
        using var server = new Answering(_ => Answering.Json("""{"items":[],"next":null}"""));

        await server.Client().Samples.PageAsync(new SampleFilter(SampleState.Unlabelled, Camera: CameraId.Parse("gate")), cursor: null, limit: 20, End);

        Assert.Equal("/api/v1/samples?state=Unlabelled&camera=gate&limit=20", server.Requests[0].Address.PathAndQuery);
    }

    private static HttpResponseMessage Page(string name, string? next) => Answering.Json(
        $$"""{"items":[{"digest":"{{Digest.Of([1])}}","name":"{{name}}","frames":1,"boxes":2,"createdAt":"2030-01-01T00:00:00Z"}],"next":{{(next is null ? "null" : $"\"{next}\"")}}}""");
}
