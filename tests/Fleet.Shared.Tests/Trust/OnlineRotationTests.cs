using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

/// <summary>The server's own keys were stolen and are replaced.</summary>
public sealed class OnlineRotationTests : IDisposable
{
    private readonly ReleaseWorld _world = new();
    private readonly TargetFile _file = ReleaseWorld.FileOf("warehouse@1", "weights");

    public OnlineRotationTests() => _world.Release("warehouse@1", _file);

    [Fact]
    public async Task A_device_recovers_from_what_the_thief_drove_up_and_believes_the_old_keys_nothing_any_more()
    {
        await _world.RefreshAsync();
        _world.ServeChain(timestampVersion: 1L << 40, snapshotVersion: 1L << 40, _world.Repository.CurrentTargets());
        await _world.RefreshAsync();
        _world.Served.Clear();
        await _world.RefusesAsync(Problems.TrustRollback);
        var before = _world.Repository.Director.Public.KeyId;

        Rotate();

        var trusted = await _world.RefreshAsync();
        Assert.True(trusted.Contains(_file));
        Assert.Equal(_world.Repository.Director.Public.KeyId, trusted.Director!.KeyId);
        Assert.NotEqual(before, trusted.Director.KeyId);
        _world.ServeChain(timestampVersion: 1L << 41, snapshotVersion: 1L << 41, _world.Repository.CurrentTargets());
        await _world.RefusesAsync(Problems.TrustSignature);
    }

    [Fact]
    public void The_keys_that_wait_are_the_same_until_a_root_names_them_and_the_present_ones_serve_meanwhile()
    {
        var (present, offered) = (_world.Repository.Director.Public.KeyId, _world.Repository.NextOnlineKeys());
        _world.RestartRepository();

        Assert.Equal(offered.Director.KeyId, _world.Repository.NextOnlineKeys().Director.KeyId);
        Assert.Equal(present, _world.Repository.Director.Public.KeyId);

        Rotate();
        _world.RestartRepository();
        Assert.Equal(offered.Director.KeyId, _world.Repository.Director.Public.KeyId);
        Assert.NotEqual(offered.Director.KeyId, _world.Repository.NextOnlineKeys().Director.KeyId);
    }

    [Fact]
    public void Keys_that_this_server_does_not_have_are_not_taken()
    {
        using var stranger = SigningKey.Create();
        var foreign = new KeyChange { Online = new OnlinePublicKeys(stranger.Public, stranger.Public, stranger.Public) };

        Assert.Equal(Problems.ReleaseUntrusted, Assert.Throws<ProblemException>(() => Accept(foreign)).Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_power_cut_after_so_many_keys_changed_places_leaves_a_server_that_ends_the_change(int keysMoved)
    {
        var offered = _world.Repository.NextOnlineKeys();
        var signed = Next(new KeyChange { Online = offered });
        await File.WriteAllTextAsync(Path.Combine(_world.MetadataFolder, "pending.keys"), $$"""{"root":"{{Convert.ToBase64String(signed.Root)}}","targets":null}""", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(_world.MetadataFolder, "2.root.json"), signed.Root, TestContext.Current.CancellationToken);
        var keys = Path.Combine(Path.GetDirectoryName(_world.MetadataFolder)!, "keys");
        foreach (var file in new[] { "snapshot.pem", "timestamp.pem", "director.pem" }.Take(keysMoved))
        {
            File.Move(Path.Combine(keys, "next", file), Path.Combine(keys, file), overwrite: true);
        }

        _world.RestartRepository();

        Assert.Equal(offered.Director.KeyId, _world.Repository.Director.Public.KeyId);
        Assert.True((await _world.RefreshAsync()).Contains(_file));
        Assert.True(_world.Repository.AcceptTargets(Fleet.Trust.Publisher.Renew(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), _world.Publisher, _world.Time)).Contains(_file));
    }

    public void Dispose() => _world.Dispose();

    private void Rotate() => Accept(new KeyChange { Online = _world.Repository.NextOnlineKeys() });

    private SignedKeys Next(KeyChange change) => Ceremony.Begin(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), change, [.. _world.RootKeys.Take(2)], _world.Time);

    private void Accept(KeyChange change)
    {
        var signed = Next(change);
        _world.Repository.AcceptRoot(signed.Root, signed.Targets);
    }
}
