using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class TufClientTests : IDisposable
{
    private readonly ReleaseWorld _world = new();

    [Fact]
    public async Task Sees_what_the_publisher_released()
    {
        var card = ReleaseWorld.FileOf("warehouse@1", "card");
        _world.Release("warehouse@1", card);

        var trusted = await _world.RefreshAsync();

        Assert.True(trusted.Contains(card));
        Assert.False(trusted.Contains(card with { SizeBytes = 5 }));
        Assert.Equal("warehouse", trusted.Files[card.Path].Custom!.Value.GetProperty("model").GetString());
        Assert.Equal(_world.Repository.Director.Public.KeyId, trusted.Director!.KeyId);
        Assert.Equal(["2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"], _world.Fetched);
    }

    [Fact]
    public async Task Fetches_only_root_and_timestamp_when_nothing_changed()
    {
        await _world.RefreshAsync();
        _world.Fetched.Clear();

        await _world.RefreshAsync();

        Assert.Equal(["2.root.json", "timestamp.json"], _world.Fetched);
    }

    [Fact]
    public async Task Knows_the_release_after_a_restart_without_network()
    {
        var card = ReleaseWorld.FileOf("warehouse@1", "card");
        Assert.Empty(_world.Client().Load().Files);
        _world.Release("warehouse@1", card);
        await _world.RefreshAsync();
        _world.Time.Advance(TimeSpan.FromDays(400));

        var loaded = _world.Client().Load();

        Assert.True(loaded.Contains(card));
        Assert.Equal(_world.Repository.Director.Public.KeyId, loaded.Director!.KeyId);
    }

    [Fact]
    public async Task Stores_files_byte_for_byte()
    {
        var padded = (byte[])[.. _world.Repository.Read("timestamp.json")!, (byte)' '];
        _world.Served["timestamp.json"] = padded;

        await _world.RefreshAsync();

        Assert.Equal(padded, _world.ReadClient("timestamp"));
    }

    [Fact]
    public async Task Recovers_where_the_disk_damaged_a_stored_file()
    {
        await _world.RefreshAsync();
        await File.WriteAllBytesAsync(Path.Combine(_world.ClientFolder, "snapshot.json"), [1, 2, 3], TestContext.Current.CancellationToken);

        await _world.RefreshAsync();

        Assert.Equal(1, _world.ClientVersion("snapshot"));
    }

    [Fact]
    public void Trusts_no_first_root_that_is_not_signed_by_itself()
    {
        var root = _world.NextRoot(1);
        using var stranger = SigningKey.Create();
        var folder = Path.Combine(_world.ClientFolder, "other");

        var problem = Assert.Throws<ProblemException>(() => TufClient.Trust(folder, TufWriter.Sign(root, stranger, _world.RootKeys[0])));

        Assert.Equal(Problems.TrustSignature, problem.Kind);
        Assert.False(File.Exists(Path.Combine(folder, "root.json")));
    }

    [Fact]
    public async Task Says_what_to_do_where_no_root_was_ever_trusted()
    {
        var client = new TufClient(Path.Combine(_world.ClientFolder, "empty"), (_, _, _) => throw new InvalidOperationException("nothing may be fetched"), _world.Time);

        var problem = await Assert.ThrowsAsync<ProblemException>(() => client.RefreshAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Problems.TrustMalformed, problem.Kind);
        Assert.Contains("enrol", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepts_fields_it_does_not_know_and_verifies_them()
    {
        var timestamp = _world.SignedPart("timestamp.json");
        timestamp["x-note"] = new JsonObject { ["ünïcode\n\"\\"] = new JsonArray(1, -2, null, true, "😀￿") };
        timestamp["version"] = 2;
        var signed = TufWriter.Sign(timestamp, _world.Timestamp);
        _world.Served["timestamp.json"] = signed;
        await _world.RefreshAsync();

        _world.Served["timestamp.json"] = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(signed).Replace("x-note", "x-nota", StringComparison.Ordinal));

        await _world.RefusesAsync(Problems.TrustSignature);
    }

    public void Dispose() => _world.Dispose();
}
