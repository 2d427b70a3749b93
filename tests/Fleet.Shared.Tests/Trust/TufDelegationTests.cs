using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class TufDelegationTests : IDisposable
{
    private readonly DelegatedWorld _world = new();

    /// <summary>Edges <c>delegator>role</c>, with <c>!</c> for a terminating one and <c>~</c> for one that covers other paths only; the order in which roles are asked.</summary>
    public static TheoryData<string, string> Graphs => new()
    {
        { "targets>A", "A" },
        { "targets>A targets>B", "A B" },
        { "targets>A targets>B B>C", "A B C" },
        { "targets>A targets>B A>C A>D", "A C D B" },
        { "targets>A targets>B A>C C>D", "A C D B" },
        { "targets>A targets>B A>C! A>D", "A C" },
        { "targets>A targets>B A>C! C>D", "A C D" },
        { "targets>A! targets>B", "A" },
        { "targets>A~ targets>B A>C", "B" },
        { "targets>A!~ targets>B", "B" },
        { "targets>A targets>B A>C~ C>D", "A B" },
        { "targets>A targets>B B>C C>D D>B", "A B C D" },
        { "targets>A targets>B B>C A>C", "A C B" },
        { "targets>A targets>B B>C A>C~", "A B C" },
        { "targets>A A>A", "A" },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Asks_roles_depth_first_in_the_order_of_the_metadata(string edges, string asked)
    {
        foreach (var edge in edges.Split(' '))
        {
            var ends = edge.TrimEnd('!', '~').Split('>');
            _world.Delegate(ends[0], ends[1], isTerminating: edge.Contains('!'), paths: edge.Contains('~') ? "*.py" : "*");
        }

        _world.Publish();

        Assert.Null(await _world.FindAsync("missing"));
        Assert.Equal(asked.Split(' '), _world.Asked);
    }

    [Theory]
    [InlineData("targetfile", "targets", "")]
    [InlineData("README.md", "A", "A")]
    [InlineData("foo-1.tgz", "A", "A")]
    [InlineData("releases/x/x_v1", "C", "B C")]
    [InlineData("releases/y/y_v1.zip", "D", "B D")]
    [InlineData("releases/z/z_v1.zip", null, "B")]
    [InlineData("releases/README.md", null, "")]
    [InlineData("foo-alpha.tgz", null, "")]
    [InlineData("README.MD", null, "")]
    public async Task Takes_a_file_only_from_a_role_that_every_role_above_lets_sign_for_it(string path, string? role, string asked)
    {
        _world.Delegate("targets", "A", paths: ["*.doc", "*.md", "foo-?.tgz"]);
        _world.Delegate("targets", "B", paths: ["releases/*/*"]);
        _world.Delegate("B", "C", paths: ["releases/x/*"]);
        _world.Delegate("B", "D", paths: ["releases/y/*.zip"]);
        _world.AddFile("targets", "targetfile", "top");
        foreach (var file in new[] { "README.md", "releases/README.md", "foo-1.tgz", "foo-alpha.tgz", "README.MD" })
        {
            _world.AddFile("A", file, file);
        }

        _world.AddFile("C", "releases/x/x_v1", "x");
        _world.AddFile("D", "releases/y/y_v1.zip", "y");
        _world.AddFile("D", "releases/z/z_v1.zip", "z");
        _world.Publish();

        Assert.Equal(role, (await _world.FindAsync(path))?.Role);
        Assert.Equal(asked.Split(' ', StringSplitOptions.RemoveEmptyEntries), _world.Asked);
    }

    [Fact]
    public async Task Follows_the_beginnings_of_path_hashes()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("models/a.onnx")));
        foreach (var (name, prefix) in new[] { ("other", hash[0] == '0' ? "1" : "0"), ("bin", hash[..3]) })
        {
            var role = _world.Delegate("targets", name);
            role.Remove("paths");
            role["path_hash_prefixes"] = new JsonArray(prefix);
            _world.AddFile(name, "models/a.onnx", name);
        }

        _world.Publish();

        Assert.Equal("bin", (await _world.FindAsync("models/a.onnx"))!.Role);
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    public async Task Gives_up_after_32_roles(int delegated, bool isFound)
    {
        var roles = Enumerable.Range(1, delegated).Select(i => $"role-{i}").Prepend("targets").ToList();
        roles.Zip(roles.Skip(1)).ToList().ForEach(pair => _world.Delegate(pair.First, pair.Second));
        _world.AddFile(roles[^1], "a.txt", "deep");
        _world.Publish();

        Assert.Equal(isFound, await _world.FindAsync("a.txt") is not null);
    }

    [Fact]
    public async Task Judges_a_stored_role_by_the_keys_of_the_delegator_that_is_asked_now()
    {
        using var other = SigningKey.Create();
        _world.Delegate("targets", "team-a", paths: "a/*");
        _world.Delegate("targets", "team-b", paths: "b/*");
        _world.Delegate("team-a", "release", paths: "a/*");
        _world.Delegate("team-b", "release", key: other, paths: "b/*");
        _world.AddFile("release", "a/model", "trusted");
        _world.AddFile("release", "b/model", "signed by the wrong team");
        _world.Publish();

        Assert.NotNull(await _world.FindAsync("a/model"));
        await _world.RefusesAsync(Problems.TrustSignature, "b/model");
    }

    [Fact]
    public async Task Asks_for_no_role_that_the_snapshot_leaves_out()
    {
        _world.Delegate("targets", "A");
        _world.AddFile("A", "a.txt", "content");
        _world.Publish(unnamed: "A");

        await _world.RefusesAsync(Problems.TrustMismatch);
        Assert.Empty(_world.Asked);
    }

    [Fact]
    public async Task Refuses_a_snapshot_that_leaves_out_a_role_it_named_before()
    {
        _world.Delegate("targets", "A");
        _world.Publish();
        await _world.FindAsync("a.txt");
        _world.Publish(unnamed: "A");

        await _world.RefusesAsync(Problems.TrustRollback);
        Assert.Equal(2, _world.World.ClientVersion("snapshot"));
    }

    [Fact]
    public async Task Refuses_a_role_that_expired()
    {
        _world.Delegate("targets", "A");
        _world.Of("A")["expires"] = "2029-12-31T00:00:00Z";
        _world.Publish();

        await _world.RefusesAsync(Problems.TrustExpired);
        Assert.False(_world.World.ClientHas("A"));
    }

    [Fact]
    public async Task Refuses_a_role_of_another_version_than_the_snapshot_names()
    {
        _world.Delegate("targets", "A");
        _world.Publish();
        var older = _world.World.Served[_world.Served("A")];
        _world.Publish();
        _world.World.Served[_world.Served("A")] = older;

        await _world.RefusesAsync(Problems.TrustRollback);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("#")]
    [InlineData("/role")]
    [InlineData("../role")]
    [InlineData("..")]
    public async Task Keeps_a_role_of_any_name_inside_its_folder(string name)
    {
        _world.Delegate("targets", name);
        _world.AddFile(name, "a.txt", "content");
        _world.Publish();

        Assert.Equal(name, (await _world.FindAsync("a.txt"))!.Role);
        Assert.Equal(5, Directory.GetFiles(_world.World.ClientFolder, "*.json").Length);
        Assert.Empty(Directory.GetDirectories(_world.World.ClientFolder));
    }

    [Theory]
    [InlineData("name", "\"root\"")]
    [InlineData("name", "\"\"")]
    [InlineData("paths", "null")]
    [InlineData("paths", "[1]")]
    [InlineData("path_hash_prefixes", "[\"0\"]")]
    [InlineData("terminating", "1")]
    [InlineData("threshold", "0")]
    public async Task Refuses_a_delegation_that_cannot_be_meant(string member, string value)
    {
        _world.Delegate("targets", "A")[member] = JsonNode.Parse(value);
        _world.Publish();

        await _world.RefusesAsync(Problems.TrustMalformed);
    }

    [Fact]
    public async Task Refuses_one_name_delegated_to_twice()
    {
        _world.Delegate("targets", "A");
        _world.Delegate("targets", "A");
        _world.Publish();

        await _world.RefusesAsync(Problems.TrustMalformed);
    }

    [Fact]
    public async Task Needs_the_threshold_of_the_delegation()
    {
        _world.Delegate("targets", "A")["threshold"] = 2;
        _world.Publish();

        await _world.RefusesAsync(Problems.TrustSignature);
    }

    [Fact]
    public async Task Follows_no_delegation_after_a_refresh_that_failed()
    {
        _world.Delegate("targets", "A");
        _world.Publish();
        var client = _world.World.Client();
        await client.RefreshAsync(TestContext.Current.CancellationToken);
        _world.World.Served["timestamp.json"] = null;

        await Assert.ThrowsAsync<ProblemException>(() => client.RefreshAsync(TestContext.Current.CancellationToken));

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.FindAsync("a.txt", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Fetches_a_role_once_while_it_is_current()
    {
        _world.Delegate("targets", "A");
        _world.AddFile("A", "a.txt", "content");
        _world.Publish();
        await _world.FindAsync("a.txt");
        await _world.FindAsync("a.txt");

        Assert.Equal(["A"], _world.Asked);
    }

    public void Dispose() => _world.Dispose();
}
