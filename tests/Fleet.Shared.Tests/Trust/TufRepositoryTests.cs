using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class TufRepositoryTests : IDisposable
{
    private readonly ReleaseWorld _world = new();

    [Fact]
    public void Keeps_release_keys_apart_from_online_keys_and_all_of_them_secret()
    {
        var keys = Directory.GetFiles(Path.GetDirectoryName(_world.ClientFolder)!, "*.pem", SearchOption.AllDirectories);

        Assert.Equal(
            ["director.pem", "publisher.pem", "root-1.pem", "root-2.pem", "root-3.pem", "snapshot.pem", "timestamp.pem"],
            keys.Select(Path.GetFileName).Order());
        Assert.All(keys, k => Assert.Equal(DurableFile.Secret, File.GetUnixFileMode(k)));
    }

    [Fact]
    public async Task Goes_on_after_a_restart()
    {
        var card = ReleaseWorld.FileOf("warehouse@1", "card");
        _world.Release("warehouse@1", card);

        _world.RestartRepository();

        Assert.True(_world.Repository.Released().Contains(card));
        _world.Release("warehouse@2", ReleaseWorld.FileOf("warehouse@2", "other card"));
        Assert.Equal(2, (await _world.RefreshAsync()).Files.Count);
    }

    [Fact]
    public async Task A_power_cut_before_the_timestamp_leaves_the_release_before_it()
    {
        var timestamp = _world.Repository.Read("timestamp.json")!;
        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        await File.WriteAllBytesAsync(Path.Combine(_world.MetadataFolder, "timestamp.json"), timestamp, TestContext.Current.CancellationToken);

        _world.RestartRepository();

        Assert.Empty((await _world.RefreshAsync()).Files);
        _world.Release("warehouse@2", ReleaseWorld.FileOf("warehouse@2", "other card"));
        Assert.Single((await _world.RefreshAsync()).Files);
    }

    [Fact]
    public void Signs_again_only_when_half_of_the_time_is_spent()
    {
        Assert.False(_world.Repository.RefreshTimestamp());
        _world.Time.Advance(TimeSpan.FromHours(13));

        Assert.True(_world.Repository.RefreshTimestamp());

        Assert.False(_world.Repository.RefreshTimestamp());
        Assert.Null(_world.Repository.Read("2.snapshot.json"));
        _world.Time.Advance(TimeSpan.FromDays(4));
        Assert.True(_world.Repository.RefreshTimestamp());
        Assert.NotNull(_world.Repository.Read("2.snapshot.json"));
    }

    [Fact]
    public void Takes_the_same_release_twice_without_a_change()
    {
        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        var timestamp = _world.Repository.Read("timestamp.json");

        _world.Repository.AcceptTargets(_world.Repository.CurrentTargets());

        Assert.Equal(timestamp, _world.Repository.Read("timestamp.json"));
    }

    [Theory]
    [InlineData("signed by another key")]
    [InlineData("skips a version")]
    [InlineData("expired")]
    [InlineData("changes a released file")]
    [InlineData("no JSON")]
    public void Refuses_a_release_and_stores_nothing(string fault)
    {
        var file = ReleaseWorld.FileOf("warehouse@1", "card");
        _world.Release("warehouse@1", file);
        var (before, signed) = (_world.Repository.Read("timestamp.json"), _world.SignedPart("2.targets.json"));
        signed["version"] = fault == "skips a version" ? 4 : 3;
        if (fault == "expired")
        {
            signed["expires"] = "2029-12-31T00:00:00Z";
        }
        else if (fault == "changes a released file")
        {
            signed["targets"]![file.Path]!["length"] = 5;
        }

        using var stranger = SigningKey.Create();
        var bytes = fault == "no JSON" ? "no JSON"u8.ToArray() : TufWriter.Sign(signed, fault == "signed by another key" ? stranger : _world.Publisher);
        var problem = Assert.Throws<ProblemException>(() => _world.Repository.AcceptTargets(bytes));

        Assert.Equal(Problems.ReleaseUntrusted, problem.Kind);
        Assert.Equal(before, _world.Repository.Read("timestamp.json"));
        Assert.Null(_world.Repository.Read("3.targets.json"));
    }

    [Theory]
    [InlineData("../keys/snapshot.pem")]
    [InlineData("/etc/passwd")]
    [InlineData("root.json")]
    [InlineData("01.root.json")]
    [InlineData("1.root.json\n")]
    [InlineData("1.role.json")]
    [InlineData("")]
    public void Serves_no_other_file(string name) => Assert.Null(_world.Repository.Read(name));

    [Fact]
    public void Counts_the_releases_of_a_model_and_keeps_members_it_does_not_know()
    {
        var signed = _world.SignedPart("1.targets.json");
        signed["version"] = 2;
        signed["x-note"] = "kept";
        _world.Repository.AcceptTargets(TufWriter.Sign(signed, _world.Publisher));

        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        _world.Release("sky@1", ReleaseWorld.FileOf("sky@1", "card"));
        _world.Release("warehouse@7", ReleaseWorld.FileOf("warehouse@7", "card"));

        var after = _world.SignedPart("5.targets.json");
        Assert.Equal("kept", (string?)after["x-note"]);
        Assert.Equal(2, (int)after["targets"]!["models/warehouse/7/card.json"]!["custom"]!["counter"]!);
        Assert.Equal(1, (int)after["targets"]!["models/sky/1/card.json"]!["custom"]!["counter"]!);
    }

    [Fact]
    public void A_publisher_signs_no_other_bytes_for_a_released_path_and_nothing_twice()
    {
        var file = ReleaseWorld.FileOf("warehouse@1", "card");
        _world.Release("warehouse@1", file);
        var current = _world.Repository.CurrentTargets();

        Assert.Same(current, Add(current, file));
        var problem = Assert.Throws<ProblemException>(() => Add(current, file with { Digest = Digest.Of([1]) }));

        Assert.Equal(Problems.TrustMismatch, problem.Kind);
    }

    [Fact]
    public void A_publisher_builds_on_nothing_that_was_not_signed()
    {
        using var stranger = SigningKey.Create();
        var forged = TufWriter.Sign(_world.SignedPart("1.targets.json"), stranger);

        Assert.Equal(Problems.TrustSignature, Assert.Throws<ProblemException>(() => Add(forged, ReleaseWorld.FileOf("warehouse@1", "card"))).Kind);
    }

    [Fact]
    public void A_key_the_root_does_not_name_is_told_so()
    {
        using var stranger = SigningKey.Create();

        var problem = Assert.Throws<ProblemException>(() => Publisher.Renew(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), stranger, _world.Time));

        Assert.Equal(Problems.TrustSignature, problem.Kind);
        Assert.Contains(_world.Publisher.Public.KeyId, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Creating_again_after_a_cut_keeps_the_keys()
    {
        File.Delete(Path.Combine(_world.MetadataFolder, "timestamp.json"));
        var server = Path.GetDirectoryName(_world.MetadataFolder)!;

        using var again = TufRepository.Create(server, Path.Combine(server, "..", "offline"), _world.Time);

        Assert.Equal(_world.Repository.Director.Public.KeyId, again.Director.Public.KeyId);
        Assert.Throws<InvalidOperationException>(() => TufRepository.Create(server, server, _world.Time));
    }

    public void Dispose() => _world.Dispose();

    private byte[] Add(byte[] current, TargetFile file) =>
        Publisher.Add(_world.Repository.CurrentRoot(), current, VersionId.Parse("warehouse@1"), [file], _world.Publisher, _world.Time);
}
