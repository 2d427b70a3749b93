using System.Security.Cryptography;
using System.Text;
using Fleet.Testing;
using Fleet.Trust;
using Fleet.TufConformance;

namespace Fleet.Shared.Tests.Trust;

/// <summary>The command line that the public conformance suite drives, over a socket.</summary>
public sealed class ConformanceClientTests : IAsyncDisposable
{
    private readonly DelegatedWorld _world = new();
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, byte[]> _targets = [];
    private readonly RepositoryServer _server;
    private readonly StringWriter _error = new();

    public ConformanceClientTests() => _server = new RepositoryServer(path => path.StartsWith("/targets/", StringComparison.Ordinal)
        ? _targets.GetValueOrDefault(path["/targets/".Length..])
        : _world.World.Served.GetValueOrDefault(path["/metadata/".Length..]));

    [Fact]
    public async Task Refreshes_what_init_trusted_and_keeps_it_under_plain_names()
    {
        _world.Publish();

        Assert.Equal(0, await InitAsync());
        Assert.Empty(_server.Asked);
        Assert.Equal(0, await RunAsync("refresh"));

        Assert.Equal(["root.json", "snapshot.json", "targets.json", "timestamp.json"], Kept("metadata"));
        Assert.Equal(["/metadata/2.root.json", "/metadata/timestamp.json", "/metadata/2.snapshot.json", "/metadata/2.targets.json"], _server.Asked);
    }

    [Fact]
    public async Task Downloads_a_delegated_target_once()
    {
        AddTarget("../role", "path/to/a file.txt", "content");
        await InitAsync();

        Assert.Equal(0, await DownloadAsync("path/to/a file.txt"));
        Assert.Equal(0, await DownloadAsync("path/to/a file.txt"));

        Assert.Equal("content", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder.At("targets"))), TestContext.Current.CancellationToken));
        Assert.Contains("/metadata/2...%2Frole.json", _server.Asked);
        Assert.Single(_server.Asked, path => path.EndsWith(".a%20file.txt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("other bytes")]
    [InlineData("content and more")]
    public async Task Keeps_nothing_of_a_target_that_was_not_signed(string served)
    {
        AddTarget("targets", "a.txt", "content");
        _targets[_targets.Keys.Single()] = Encoding.UTF8.GetBytes(served);
        await InitAsync();

        Assert.Equal(1, await DownloadAsync("a.txt"));

        Assert.Empty(Kept("targets"));
        Assert.StartsWith("trust.mismatch", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_target_it_has_where_the_next_one_is_tampered_with()
    {
        AddTarget("targets", "a.txt", "content");
        await InitAsync();
        await DownloadAsync("a.txt");
        AddTarget("targets", "a.txt", "newer content");
        _targets.Keys.ToList().ForEach(name => _targets[name] = "tampered with!"u8.ToArray()[..13]);

        Assert.Equal(1, await DownloadAsync("a.txt"));

        Assert.Equal("content", await File.ReadAllTextAsync(_folder.At("targets", "a.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stops_at_the_first_target_that_nobody_signed_for()
    {
        AddTarget("targets", "a.txt", "content");
        AddTarget("targets", "z.txt", "content");
        await InitAsync();

        Assert.Equal(1, await DownloadAsync("a.txt", "missing", "z.txt"));

        Assert.Equal(["a.txt"], Kept("targets"));
    }

    [Fact]
    public async Task Asks_nobody_where_the_first_root_was_no_root()
    {
        await File.WriteAllTextAsync(_folder.At("root.json"), "{}", TestContext.Current.CancellationToken);

        Assert.Equal(1, await RunAsync("init", _folder.At("root.json")));
        Assert.Equal(1, await RunAsync("refresh"));

        Assert.Empty(_server.Asked);
    }

    [Theory]
    [InlineData("download")]
    [InlineData("refresh")]
    public async Task Says_which_option_a_command_lacks(string command)
    {
        Assert.Equal(1, await ClientUnderTest.RunAsync(["--metadata-dir", _folder.At("metadata"), command], _error, TestContext.Current.CancellationToken));

        Assert.Contains("--metadata-url", _error.ToString(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
        _world.Dispose();
        await _error.DisposeAsync();
    }

    private void AddTarget(string role, string path, string content)
    {
        if (role != TufRoles.Targets)
        {
            _world.Delegate("targets", role, paths: "path/to/*");
        }

        _world.AddFile(role, path, content);
        _world.Publish();
        var (slash, hash) = (path.LastIndexOf('/') + 1, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))));
        _targets[$"{path[..slash]}{hash}.{path[slash..]}"] = Encoding.UTF8.GetBytes(content);
    }

    private async Task<int> InitAsync()
    {
        await File.WriteAllBytesAsync(_folder.At("root.json"), _world.World.Repository.CurrentRoot(), TestContext.Current.CancellationToken);
        return await RunAsync("init", _folder.At("root.json"));
    }

    private Task<int> RunAsync(params string[] command) => ClientUnderTest.RunAsync(
        ["--metadata-dir", _folder.At("metadata"), "--metadata-url", _server.Address + "/metadata", .. command], _error, TestContext.Current.CancellationToken);

    private Task<int> DownloadAsync(params string[] names) => RunAsync(
        [.. names.SelectMany(name => new[] { "--target-name", name }), "--target-base-url", _server.Address + "/targets", "--target-dir", _folder.At("targets"), "download"]);

    private IEnumerable<string> Kept(string folder) => Directory.Exists(_folder.At(folder)) ? Directory.GetFiles(_folder.At(folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal) : [];
}
