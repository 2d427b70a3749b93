using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class TufRotationTests : IDisposable
{
    private readonly ReleaseWorld _world = new();

    [Fact]
    public async Task Follows_the_root_from_1_over_2_to_3_with_all_keys_replaced()
    {
        List<SigningKey> second = [SigningKey.Create(), SigningKey.Create(), SigningKey.Create()];
        List<SigningKey> third = [SigningKey.Create(), SigningKey.Create()];
        using var director = SigningKey.Create();
        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(2, second), [.. _world.RootKeys.Take(2), .. second.Take(2)]);
        _world.Served["3.root.json"] = TufWriter.Sign(_world.NextRoot(3, third, director), [.. second.Skip(1), .. third]);

        var trusted = await _world.RefreshAsync();

        Assert.Equal(3, _world.ClientVersion("root"));
        Assert.Equal(director.Public.KeyId, trusted.Director!.KeyId);
        Assert.Equal(director.Public.KeyId, _world.Client().Load().Director!.KeyId);
    }

    [Fact]
    public async Task Refuses_a_root_that_only_its_new_keys_signed()
    {
        List<SigningKey> usurpers = [SigningKey.Create(), SigningKey.Create()];
        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(2, usurpers), [.. usurpers, _world.RootKeys[0]]);

        await _world.RefusesAsync(Problems.TrustSignature);

        Assert.Equal(1, _world.ClientVersion("root"));
    }

    [Fact]
    public async Task Refuses_a_root_that_only_its_old_keys_signed()
    {
        List<SigningKey> absent = [SigningKey.Create(), SigningKey.Create()];
        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(2, absent), _world.RootKeys);

        await _world.RefusesAsync(Problems.TrustSignature);
    }

    [Fact]
    public async Task Passes_through_an_expired_root_to_a_fresh_one()
    {
        await _world.RefreshAsync();
        _world.Time.Advance(TimeSpan.FromDays(366));
        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(2), _world.RootKeys);
        var renewed = Publisher.Renew(TufWriter.Sign(_world.NextRoot(1), _world.RootKeys), _world.Repository.CurrentTargets(), _world.Publisher, _world.Time);
        _world.Repository.AcceptTargets(renewed);

        await _world.RefreshAsync();

        Assert.Equal(2, _world.ClientVersion("root"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recovers_from_versions_driven_up_with_a_stolen_key_once_that_key_is_replaced(bool timestampStolen)
    {
        var top = long.MaxValue - 1;
        _world.ServeChain(top, timestampStolen ? 1 : top, _world.Repository.CurrentTargets());
        await _world.RefreshAsync();
        Assert.Equal(top, _world.ClientVersion("timestamp"));
        _world.Served.Clear();
        await _world.RefusesAsync(Problems.TrustRollback);

        _world.Timestamp = SigningKey.Create();
        _world.Snapshot = timestampStolen ? _world.Snapshot : SigningKey.Create();
        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(2), _world.RootKeys);
        _world.ServeChain(timestampVersion: 1, snapshotVersion: 1, _world.Repository.CurrentTargets());
        await _world.RefreshAsync();

        Assert.Equal(1, _world.ClientVersion("timestamp"));
        Assert.Equal(1, _world.ClientVersion("snapshot"));
    }

    [Fact]
    public async Task Keeps_refusing_old_files_where_the_root_changes_without_those_keys()
    {
        var old = _world.Repository.Read("timestamp.json");
        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        await _world.RefreshAsync();
        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(2), _world.RootKeys);
        _world.Served["timestamp.json"] = old;

        await _world.RefusesAsync(Problems.TrustRollback);
    }

    public void Dispose() => _world.Dispose();
}
