using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class SecretsAndFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void An_enrolment_token_comes_back_as_it_was_also_with_line_breaks_from_a_terminal()
    {
        var ticket = new EnrolmentTicket("https://localhost:8443", new string('a', 64), OneTimeSecret.Create());
        var token = EnrolmentToken.Encode(ticket);

        Assert.Equal(ticket, EnrolmentToken.Parse($" {token[..40]}\n {token[40..]}\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("e30")]
    public void Says_what_to_do_about_a_token_that_cannot_be_read(string token)
    {
        var problem = Assert.Throws<ProblemException>(() => EnrolmentToken.Parse(token));

        Assert.Equal(Problems.EnrolmentToken, problem.Kind);
        Assert.Contains("paste the whole text", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_token_or_one_that_leads_to_plain_HTTP_is_refused_without_showing_it()
    {
        var token = EnrolmentToken.Encode(new EnrolmentTicket("http://localhost", new string('a', 64), new string('b', 64)));

        Assert.All([token, token[..^9]], t => Assert.DoesNotContain(t, Assert.Throws<ProblemException>(() => EnrolmentToken.Parse(t)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_matches_its_own_hash_only()
    {
        var (one, other) = (OneTimeSecret.Create(), OneTimeSecret.Create());

        Assert.Equal(64, one.Length);
        Assert.True(OneTimeSecret.Matches(one, OneTimeSecret.Hash(one)));
        Assert.False(OneTimeSecret.Matches(other, OneTimeSecret.Hash(one)));
        Assert.False(OneTimeSecret.Matches(one, ""));
    }

    [Fact]
    public void A_key_comes_back_from_its_file_and_a_damaged_file_is_named()
    {
        using var key = SigningKey.LoadOrCreate(_folder.At("a.pem"));
        using var again = SigningKey.LoadOrCreate(_folder.At("a.pem"));
        File.WriteAllText(_folder.At("b.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        Assert.Equal(key.Public.KeyId, again.Public.KeyId);
        Assert.True(again.Public.Verify([1, 2], key.Sign([1, 2])));
        var problem = Assert.Throws<ProblemException>(() => SigningKey.LoadOrCreate(_folder.At("b.pem")));
        Assert.Equal(Problems.TrustMalformed, problem.Kind);
        Assert.Contains("b.pem", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Canonical_JSON_sorts_by_code_point_and_escapes_only_quote_and_backslash()
    {
        var json = JsonNode.Parse("""{"b":[1,-0,true,null],"\uffee":1,"\ud83d\ude00":{},"a":"x\"\\\n\u00e9"}""")!;

        Assert.Equal("{\"a\":\"x\\\"\\\\\né\",\"b\":[1,0,true,null],\"\uffee\":1,\"😀\":{}}", Encoding.UTF8.GetString(CanonicalJson.Of(json)));
    }

    [Fact]
    public async Task A_durable_file_is_replaced_whole_or_not_at_all()
    {
        var path = _folder.At("state.json");
        DurableFile.Write(path, "old"u8, DurableFile.Secret);
        using var failing = new FailingStream();

        await Assert.ThrowsAsync<IOException>(() => DurableFile.WriteAsync(path, failing, DurableFile.Secret, TestContext.Current.CancellationToken));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        DurableFile.Write(path, "new"u8);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(DurableFile.Readable, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Leftovers_of_a_power_cut_are_swept_and_nothing_else()
    {
        DurableFile.MakeFolder(_folder.At("a", "b"), secret: true);
        File.WriteAllText(_folder.At("a", "b", ".state.json.0123.tmp"), "half");
        DurableFile.Write(_folder.At("a", "b", "state.json"), "whole"u8);

        DurableFile.Sweep(_folder.At("a", "b"));

        Assert.Equal(["state.json"], Directory.GetFiles(_folder.At("a", "b")).Select(Path.GetFileName));
        DurableFile.Delete(_folder.At("a", "b", "state.json"));
        Assert.Empty(Directory.GetFiles(_folder.At("a", "b")));
        Assert.Throws<IOException>(() => DurableFile.FlushFolder(_folder.At("missing")));
    }

    public void Dispose() => _folder.Dispose();

    private sealed class FailingStream : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            destination.WriteByte(1);
            throw new IOException("The disk is full.");
        }
    }
}
