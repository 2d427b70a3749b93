using System.Net;
using Fleet.Contracts;

namespace Fleet.Shared.Tests.Client;

public sealed class RetryTests
{
    private const string Session = """{"token":"t","name":"maria","role":"Admin","expiresAt":"2030-01-01T00:00:00Z"}""";
    private static readonly CancellationToken End = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_again_while_the_server_is_busy()
    {
        using var server = new Answering(Answering.Busy, _ => throw new HttpRequestException("reset"), _ => Answering.Json("""{"status":"ok","version":"1"}"""));

        Assert.Equal("ok", (await server.Client().HealthAsync(End)).Status);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Gives_up_after_the_last_retry_with_the_servers_own_words()
    {
        using var server = new Answering(Answering.Busy);

        var problem = await Assert.ThrowsAsync<ProblemException>(() => server.Client(retries: 2).HealthAsync(End));

        Assert.Equal("It starts.", problem.Message);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Signs_in_only_once()
    {
        using var server = new Answering(Answering.Busy, _ => Answering.Json(Session));

        await Assert.ThrowsAsync<ProblemException>(() => server.Client().Access.SignInAsync(new("maria", "long enough", null), End));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Repeats_a_create_under_the_same_key()
    {
        using var server = new Answering(Answering.Busy, _ => Answering.Json("""{"digest":"sha256:DIGEST","name":"n","frames":1,"boxes":2,"createdAt":"2030-01-01T00:00:00Z"}""".Replace("DIGEST", new string('0', 64), StringComparison.Ordinal)));

        await server.Client().Snapshots.TakeAsync(new("n"), End);

        var keys = server.Requests.Select(r => r.Headers["Idempotency-Key"]).ToList();
        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0], keys[1]);
    }

    [Fact]
    public async Task Sends_a_guarded_label_only_once_and_with_its_tag()
    {
        using var server = new Answering(Answering.Busy);

        await Assert.ThrowsAsync<ProblemException>(() => server.Client().Samples.LabelAsync(Digest.Of([1]), new(SampleState.Labelled, []), "\"7\"", End));

        Assert.Equal("\"7\"", Assert.Single(server.Requests).Headers["If-Match"]);
    }

    [Fact]
    public async Task Carries_the_token_of_whoever_asks()
    {
        using var server = new Answering(_ => Answering.Json("""{"name":"maria","role":"Admin"}"""));
        var client = server.Client();

        await client.Access.WhoAmIAsync(End);
        await client.WithToken("other").Access.WhoAmIAsync(End);
        await client.WithToken(null).Access.WhoAmIAsync(End);

        Assert.Equal(["Bearer secret", "Bearer other", "none"], server.Requests.Select(r => r.Headers.GetValueOrDefault("Authorization", "none")));
    }

    [Fact]
    public async Task Takes_no_work_for_null()
    {
        using var server = new Answering(_ => new(HttpStatusCode.NoContent));

        Assert.Null(await server.Client().TrainingRuns.TakeNextAsync(new("trainer-1"), End));
    }
}
