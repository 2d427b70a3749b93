using Fleet.Cli.Commands;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Registry;
using Fleet.Trust;

namespace Fleet.ControlPlane.Tests.Releases;

/// <summary>The commands of people with release keys, against a running control plane.</summary>
public sealed class ApprovedReleaseTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_is_released_by_two_people_and_a_revoked_key_releases_nothing_more()
    {
        var (author, approver) = (Own("publisher.pem"), Own("approver.pem"));
        string[] roots = [Own("root-1.pem"), Own("root-2.pem")];
        using var second = SigningKey.LoadOrCreate(approver);
        var carried = Own("change.json");
        Assert.Null(await Releasing.ChangeKeysAsync(plane.Admin, new KeyChange { AddPublishers = [second.Public], Publishers = 2 }, [.. roots, author], carried, Cancel));
        Assert.Equal(2, (await Releasing.ChangeKeysAsync(plane.Admin, change: null, [approver], carried, Cancel))!.Publishers.Needed);
        var version = await RegisterAsync("approved");

        Assert.Equal(VersionState.Draft, (await Releasing.SignAsync(plane.Admin, version, author, Cancel)).State);
        Assert.Single((await Releasing.RolesAsync(plane.Admin, author, Cancel)).Draft!);
        await Assert.ThrowsAsync<ProblemException>(() => Releasing.ApproveAsync(plane.Admin, version, author, Cancel));
        Assert.Equal(VersionState.Released, (await Releasing.ApproveAsync(plane.Admin, version, approver, Cancel)).State);

        using var key = SigningKey.Load(author);
        var roles = await Releasing.ChangeKeysAsync(plane.Admin, new KeyChange { Remove = [key.Public.KeyId], Publishers = 1 }, [.. roots, approver], file: null, Cancel);

        Assert.Equal([second.Public.KeyId], roles!.Publishers.KeyIds);
        Assert.Equal(VersionState.Released, (await plane.Admin.Versions.GetAsync(version, Cancel)).State);
        var later = await RegisterAsync("stolen");
        Assert.Contains("no publisher's key", (await Assert.ThrowsAsync<ProblemException>(() => Releasing.SignAsync(plane.Admin, later, author, Cancel))).Message, StringComparison.Ordinal);
        Assert.Equal(VersionState.Released, (await Releasing.SignAsync(plane.Admin, later, approver, Cancel)).State);
    }

    [Fact]
    public async Task Only_an_admin_hands_in_a_root()
    {
        using var someone = await plane.ClientAsync(Role.Operator);
        var root = await plane.Admin.Trust.GetAsync("1.root.json", Cancel);
        Assert.Equal(Problems.AuthForbidden, (await Assert.ThrowsAsync<ProblemException>(() => someone.Trust.PublishRootAsync(new RootRequest(root), Cancel))).Kind);
    }

    private string Own(string file) => Path.Combine(plane.Server.DataFolder, "offline", file);

    private async Task<VersionId> RegisterAsync(string model)
    {
        var file = await plane.Admin.Blobs.UploadAsync(TinyModels.Bytes(seed: model.Length), Cancel);
        var request = new VersionRequest { Model = ModelName.Parse(model), Head = "fleet", Classes = ["carton", "pallet"], Variants = [new("fp32", file.Digest)] };
        return (await plane.Admin.Versions.RegisterAsync(request, Cancel)).Card.Version;
    }
}
