using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class TufRollbackTests : IDisposable
{
    private readonly ReleaseWorld _world = new();

    [Fact]
    public async Task Refuses_an_older_timestamp_also_after_a_restart()
    {
        var old = _world.Repository.Read("timestamp.json");
        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        await _world.RefreshAsync();
        _world.Served["timestamp.json"] = old;

        var problem = await _world.RefusesAsync(Problems.TrustRollback);

        Assert.Contains("The timestamp has version 1", problem.Message, StringComparison.Ordinal);
        Assert.Equal(2, _world.ClientVersion("timestamp"));
    }

    [Fact]
    public async Task Refuses_a_new_timestamp_that_names_an_older_snapshot()
    {
        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        await _world.RefreshAsync();
        _world.ServeTimestamp(9, TufDocument.Parse(TufRoles.Snapshot, _world.Repository.Read("1.snapshot.json")!));

        await _world.RefusesAsync(Problems.TrustRollback);

        Assert.Equal(2, _world.ClientVersion("timestamp"));
    }

    [Fact]
    public async Task Refuses_a_new_snapshot_that_names_older_targets()
    {
        _world.Release("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "card"));
        await _world.RefreshAsync();
        _world.ServeChain(timestampVersion: 9, snapshotVersion: 9, _world.Repository.Read("1.targets.json")!);

        await _world.RefusesAsync(Problems.TrustRollback);

        Assert.Equal(2, _world.ClientVersion("snapshot"));
        Assert.Equal(2, _world.ClientVersion("targets"));
    }

    [Fact]
    public async Task Refuses_a_snapshot_that_drops_a_file()
    {
        var snapshot = _world.SignedPart("1.snapshot.json");
        snapshot["meta"]!["delegated.json"] = new System.Text.Json.Nodes.JsonObject { ["version"] = 1 };
        snapshot["version"] = 2;
        var with = TufWriter.Sign(snapshot, _world.Snapshot);
        _world.Served["2.snapshot.json"] = with;
        _world.ServeTimestamp(2, TufDocument.Parse(TufRoles.Snapshot, with));
        await _world.RefreshAsync();

        _world.ServeChain(timestampVersion: 3, snapshotVersion: 3, _world.Repository.CurrentTargets());

        await _world.RefusesAsync(Problems.TrustRollback);
    }

    [Fact]
    public async Task Refuses_a_root_that_does_not_count_on()
    {
        _world.Served["2.root.json"] = _world.Repository.Read("1.root.json");
        await _world.RefusesAsync(Problems.TrustRollback);

        _world.Served["2.root.json"] = TufWriter.Sign(_world.NextRoot(3), _world.RootKeys);
        await _world.RefusesAsync(Problems.TrustMismatch);

        Assert.Equal(1, _world.ClientVersion("root"));
    }

    [Fact]
    public async Task Keeps_its_timestamp_where_another_has_the_same_version()
    {
        await _world.RefreshAsync();
        var mine = _world.ReadClient("timestamp");
        _world.ServeTimestamp(1, TufDocument.Parse(TufRoles.Snapshot, _world.Repository.Read("1.snapshot.json")!));

        await _world.RefreshAsync();

        Assert.Equal(mine, _world.ReadClient("timestamp"));
    }

    [Fact]
    public async Task Notices_a_freeze_when_the_timestamp_expires()
    {
        await _world.RefreshAsync();
        _world.Time.Advance(TimeSpan.FromDays(1));

        var problem = await _world.RefusesAsync(Problems.TrustExpired);

        Assert.Contains("timestamp", problem.Message, StringComparison.Ordinal);
        _world.Repository.RefreshTimestamp();
        await _world.RefreshAsync();
    }

    [Theory]
    [InlineData(8, "snapshot")]
    [InlineData(91, "targets")]
    [InlineData(366, "root")]
    public async Task Refuses_each_role_once_expired(int days, string role)
    {
        await _world.RefreshAsync();
        if (role != "snapshot")
        {
            _world.Time.Advance(TimeSpan.FromDays(days));
            _world.Repository.RefreshTimestamp();
        }
        else
        {
            var old = TufDocument.Parse(TufRoles.Snapshot, _world.Repository.Read("1.snapshot.json")!);
            _world.Time.Advance(TimeSpan.FromDays(days));
            _world.ServeTimestamp(2, old);
        }

        var problem = await _world.RefusesAsync(Problems.TrustExpired);

        Assert.Contains($"The {role} metadata", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_clock_does_not_revive_what_expired()
    {
        var floored = new FlooredClock(_world.Time, ReleaseWorld.Start);
        floored.Raise(ReleaseWorld.Start.AddDays(2));
        floored.Raise(ReleaseWorld.Start);
        var client = new TufClient(_world.ClientFolder, (name, _, _) => Task.FromResult(_world.Repository.Read(name)), floored);

        var problem = await Assert.ThrowsAsync<ProblemException>(() => client.RefreshAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Problems.TrustExpired, problem.Kind);
        Assert.Equal(ReleaseWorld.Start.AddDays(2), floored.Floor);
    }

    public void Dispose() => _world.Dispose();
}
