using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.Trust;

namespace Fleet.Shared.Tests.Trust;

public sealed class CeremonyTests : IDisposable
{
    private readonly ReleaseWorld _world = new();
    private readonly SigningKey _second = SigningKey.Create();

    [Fact]
    public async Task A_stolen_publisher_key_ends_and_devices_keep_what_was_released()
    {
        var file = ReleaseWorld.FileOf("warehouse@1", "weights");
        _world.Release("warehouse@1", file);
        await _world.RefreshAsync();

        Change(new KeyChange { Remove = [_world.Publisher.Public.KeyId], AddPublishers = [_second.Public] });

        Assert.True((await _world.RefreshAsync()).Contains(file));
        Assert.Equal(2, _world.ClientVersion("root"));
        var next = ReleaseWorld.FileOf("warehouse@2", "more");
        Assert.Contains("no publisher's key", Assert.Throws<ProblemException>(() => Add("warehouse@2", next, _world.Publisher)).Message, StringComparison.Ordinal);
        _world.Repository.AcceptTargets(Add("warehouse@2", next, _second));
        Assert.True((await _world.RefreshAsync()).Contains(next));
    }

    [Fact]
    public async Task With_an_approver_nothing_is_in_force_before_both_signed()
    {
        Approvers();
        var file = ReleaseWorld.FileOf("warehouse@1", "weights");
        var draft = Add("warehouse@1", file, _world.Publisher);

        Assert.True(_world.Repository.Hold(draft));
        Assert.Equal(Problems.ReleaseUntrusted, Assert.Throws<ProblemException>(() => _world.Repository.AcceptTargets(draft)).Kind);
        Assert.False((await _world.RefreshAsync()).Contains(file));

        var approved = Approve(_world.Repository.Drafted()!, [file], _second);
        Assert.False(_world.Repository.Hold(approved));
        _world.Repository.AcceptTargets(approved);
        Assert.True((await _world.RefreshAsync()).Contains(file));
        Assert.Null(_world.Repository.Drafted());
    }

    [Fact]
    public void An_author_does_not_approve_and_a_draft_with_more_in_it_is_not_approved()
    {
        Approvers();
        var (meant, smuggled) = (ReleaseWorld.FileOf("warehouse@1", "weights"), ReleaseWorld.FileOf("night-sky@7", "malware"));
        var draft = Fleet.Trust.Publisher.Add(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), VersionId.Parse("warehouse@1"), [meant, smuggled], _world.Publisher, _world.Time);

        Assert.Contains("another publisher", Refused(() => Approve(draft, [meant, smuggled], _world.Publisher)).Message, StringComparison.Ordinal);
        Assert.Contains(smuggled.Path, Refused(() => Approve(draft, [meant], _second)).Message, StringComparison.Ordinal);
        Assert.Equal(Problems.TrustMismatch, Refused(() => Approve(draft, [meant, smuggled with { Digest = Digest.Of("other"u8) }], _second)).Kind);
    }

    [Fact]
    public void A_draft_that_no_publisher_signed_is_not_kept()
    {
        Approvers();
        using var stranger = SigningKey.Create();
        var signed = JsonNode.Parse(Add("warehouse@1", ReleaseWorld.FileOf("warehouse@1", "weights"), _world.Publisher))!["signed"]!.DeepClone().AsObject();

        Assert.False(_world.Repository.Hold(TufWriter.Sign(signed, stranger)));
        Assert.Null(_world.Repository.Drafted());
    }

    [Fact]
    public void A_ceremony_without_enough_keys_or_with_none_left_says_what_is_missing()
    {
        Assert.Equal(Problems.TrustSignature, Refused(() => Next(new KeyChange(), [_world.RootKeys[0]])).Kind);
        Assert.Contains("0 publisher keys", Refused(() => Next(new KeyChange { Remove = [_world.Publisher.Public.KeyId] }, _world.RootKeys)).Message, StringComparison.Ordinal);
        Assert.Contains("'abc'", Refused(() => Next(new KeyChange { Remove = ["abc"] }, _world.RootKeys)).Message, StringComparison.Ordinal);
        var change = new KeyChange { Remove = [_world.Publisher.Public.KeyId], AddPublishers = [_second.Public] };
        Assert.Equal(Problems.TrustSignature, Refused(() => Next(change, _world.RootKeys)).Kind);
    }

    [Fact]
    public async Task Keys_that_are_with_four_people_sign_one_after_the_other()
    {
        var file = ReleaseWorld.FileOf("warehouse@1", "weights");
        _world.Release("warehouse@1", file);
        var begun = Begin(new KeyChange { AddPublishers = [_second.Public], Publishers = 2 }, [_world.RootKeys[0]]);
        Assert.Equal(Problems.TrustSignature, Refused(() => Ceremony.RequireEnough(_world.Repository.CurrentRoot(), begun)).Kind);

        var signed = Sign(Sign(Sign(Sign(begun, _world.RootKeys[2]), _world.Publisher), _second), _second);

        Ceremony.RequireEnough(_world.Repository.CurrentRoot(), signed);
        _world.Repository.AcceptRoot(signed.Root, signed.Targets);
        Assert.True((await _world.RefreshAsync()).Contains(file));
    }

    [Fact]
    public void Who_signs_what_another_began_signs_no_file_that_was_slipped_in()
    {
        var begun = Begin(new KeyChange { AddPublishers = [_second.Public], Publishers = 2 }, [_world.RootKeys[0]]);
        var list = JsonNode.Parse(begun.Targets!)!["signed"]!.DeepClone().AsObject();
        list["targets"]!["models/warehouse/9/fp32.onnx"] = TufWriter.Target(ReleaseWorld.FileOf("warehouse@9", "malware"), VersionId.Parse("warehouse@9"), 9);

        Assert.Equal(Problems.TrustMismatch, Refused(() => Sign(begun with { Targets = TufWriter.Sign(list, _world.Publisher) }, _second)).Kind);
        Assert.Equal(Problems.TrustMismatch, Refused(() => Sign(begun with { Root = TufWriter.Sign(_world.NextRoot(7), _world.RootKeys[0]) }, _world.RootKeys[1])).Kind);
    }

    [Fact]
    public void A_root_that_shuts_devices_off_from_this_server_is_not_taken()
    {
        var before = _world.Repository.CurrentRoot();
        using var director = SigningKey.Create();
        var root = TufWriter.Sign(_world.NextRoot(2, director: director), _world.RootKeys);

        Assert.Equal(Problems.ReleaseUntrusted, Refused(() => _world.Repository.AcceptRoot(root, signedTargets: null)).Kind);
        Assert.Equal(before, _world.Repository.CurrentRoot());
        Assert.Null(_world.Repository.Read("2.root.json"));
    }

    [Fact]
    public void A_root_of_its_own_keys_alone_is_not_taken()
    {
        List<SigningKey> usurpers = [SigningKey.Create(), SigningKey.Create()];
        Assert.Equal(Problems.ReleaseUntrusted, Refused(() => _world.Repository.AcceptRoot(TufWriter.Sign(_world.NextRoot(2, usurpers), usurpers), signedTargets: null)).Kind);
    }

    /// <summary>The order in which files appear: the intent, the targets, the root, the snapshot, the timestamp.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_power_cut_in_a_change_of_keys_leaves_a_server_that_ends_it(int written)
    {
        var file = ReleaseWorld.FileOf("warehouse@1", "weights");
        _world.Release("warehouse@1", file);
        var before = Files();
        var signed = Next(new KeyChange { Remove = [_world.Publisher.Public.KeyId], AddPublishers = [_second.Public] }, [.. _world.RootKeys, _second]);
        _world.Repository.AcceptRoot(signed.Root, signed.Targets);
        var after = Files();
        string[] order = ["3.targets.json", "2.root.json", "3.snapshot.json", "timestamp.json"];
        Restore(before);
        foreach (var name in order.Take(written))
        {
            File.WriteAllBytes(Path.Combine(_world.MetadataFolder, name), after[name]);
        }

        var intent = new JsonObject { ["root"] = Convert.ToBase64String(signed.Root), ["targets"] = Convert.ToBase64String(signed.Targets!) };
        File.WriteAllText(Path.Combine(_world.MetadataFolder, "pending.keys"), intent.ToJsonString());

        _world.RestartRepository();

        Assert.Equal(signed.Root, _world.Repository.CurrentRoot());
        Assert.True((await _world.RefreshAsync()).Contains(file));
        _world.Repository.AcceptTargets(Add("warehouse@2", ReleaseWorld.FileOf("warehouse@2", "more"), _second));
        Assert.DoesNotContain("pending.keys", Files().Keys);
        _world.RestartRepository();
    }

    public void Dispose()
    {
        _second.Dispose();
        _world.Dispose();
    }

    private void Approvers() => Change(new KeyChange { AddPublishers = [_second.Public], Publishers = 2 });

    private void Change(KeyChange change)
    {
        var signed = Next(change, [.. _world.RootKeys, _world.Publisher, _second]);
        _world.Repository.AcceptRoot(signed.Root, signed.Targets);
        _world.RestartRepository();
    }

    private SignedKeys Next(KeyChange change, IReadOnlyCollection<SigningKey> keys)
    {
        var signed = Begin(change, keys);
        Ceremony.RequireEnough(_world.Repository.CurrentRoot(), signed);
        return signed;
    }

    private SignedKeys Begin(KeyChange change, IReadOnlyCollection<SigningKey> keys) =>
        Ceremony.Begin(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), change, keys, _world.Time);

    private SignedKeys Sign(SignedKeys begun, params SigningKey[] keys) =>
        Ceremony.Sign(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), begun, keys, _world.Time);

    private byte[] Add(string version, TargetFile file, SigningKey key) =>
        Fleet.Trust.Publisher.Add(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), VersionId.Parse(version), [file], key, _world.Time);

    private byte[] Approve(byte[] draft, IReadOnlyList<TargetFile> files, SigningKey key) =>
        Fleet.Trust.Publisher.Approve(_world.Repository.CurrentRoot(), _world.Repository.CurrentTargets(), draft, files, key, _world.Time);

    private static ProblemException Refused(Action act) => Assert.Throws<ProblemException>(act);

    private static ProblemException Refused(Func<object> act) => Assert.Throws<ProblemException>(act);

    private Dictionary<string, byte[]> Files() => Directory.GetFiles(_world.MetadataFolder).ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes);

    private void Restore(Dictionary<string, byte[]> files)
    {
        foreach (var name in Files().Keys.Except(files.Keys))
        {
            File.Delete(Path.Combine(_world.MetadataFolder, name));
        }

        foreach (var (name, bytes) in files)
        {
            File.WriteAllBytes(Path.Combine(_world.MetadataFolder, name), bytes);
        }
    }
}
