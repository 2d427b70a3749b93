using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

/// <summary>Released once is not released for ever: a publisher can say from which release on devices install.</summary>
public sealed class FloorTests : IDisposable
{
    private readonly ReleaseWorld _world = new();
    private readonly SigningKey _second = SigningKey.Create();
    private readonly TargetFile _old = ReleaseWorld.FileOf("warehouse@1", "with a hole");
    private readonly TargetFile _new = ReleaseWorld.FileOf("warehouse@2", "mended");

    public FloorTests()
    {
        _world.Release("warehouse@1", _old);
        _world.Release("warehouse@2", _new);
        _world.Release("night-sky@1", ReleaseWorld.FileOf("night-sky@1", "stars"));
    }

    [Fact]
    public async Task A_device_installs_nothing_below_the_floor_and_other_models_as_before()
    {
        Check("warehouse@1", _old, await _world.RefreshAsync());

        _world.Repository.AcceptTargets(Raise("warehouse@2"));
        var released = await _world.RefreshAsync();

        Check("warehouse@2", _new, released);
        Check("night-sky@1", ReleaseWorld.FileOf("night-sky@1", "stars"), released);
        Assert.Equal(Problems.TrustRollback, Assert.Throws<ProblemException>(() => Check("warehouse@1", _old, released)).Kind);
        Assert.True(released.Contains(_old), "it is still listed");
    }

    [Fact]
    public void A_floor_never_falls_and_stands_on_a_release()
    {
        _world.Repository.AcceptTargets(Raise("warehouse@2"));
        var without = _world.SignedPart("5.targets.json");
        without["version"] = 6;
        without.Remove(TufRoles.Floors);

        Assert.Contains("never falls", Assert.Throws<ProblemException>(() => _world.Repository.AcceptTargets(TufWriter.Sign(without, _world.Publisher))).Message, StringComparison.Ordinal);
        Assert.Equal(Problems.RequestInvalid, Assert.Throws<ProblemException>(() => Raise("warehouse@3")).Kind);
        Assert.Equal(_world.Repository.CurrentTargets(), Raise("warehouse@1"));
    }

    [Fact]
    public void Two_publishers_sign_the_floor_that_both_mean_and_no_release_slips_one_in()
    {
        var (root, current) = (_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets());
        var signed = Ceremony.Begin(root, current, new KeyChange { AddPublishers = [_second.Public], Publishers = 2 }, [.. _world.RootKeys, _world.Publisher, _second], _world.Time);
        _world.Repository.AcceptRoot(signed.Root, signed.Targets);

        var draft = Raise("warehouse@2");
        Assert.True(_world.Repository.Hold(draft));
        Assert.Equal(Problems.TrustMismatch, Assert.Throws<ProblemException>(() => Approve(draft, "warehouse@1")).Kind);
        Assert.Equal(Problems.TrustMismatch, Assert.Throws<ProblemException>(() =>
            Fleet.Trust.Publisher.Approve(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), draft, [], _second, _world.Time)).Kind);
        Assert.Single(_world.Repository.AcceptTargets(Approve(draft, "warehouse@2")).Floors);
    }

    public void Dispose()
    {
        _second.Dispose();
        _world.Dispose();
    }

    private static void Check(string version, TargetFile file, TrustedTargets released)
    {
        var id = VersionId.Parse(version);
        DesiredCheck.Check(
            new Desired("acme", DeviceId.Parse("edge-1"), 1, ReleaseWorld.Start, ReleaseWorld.Start, "", [], [new DesiredVersion(id, "fp32", [file])], new DevicePolicy()), released);
    }

    private byte[] Raise(string version) =>
        Fleet.Trust.Publisher.RaiseFloor(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), VersionId.Parse(version), _world.Publisher, _world.Time);

    private byte[] Approve(byte[] draft, string version) =>
        Fleet.Trust.Publisher.ApproveFloor(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), draft, VersionId.Parse(version), _second, _world.Time);
}
