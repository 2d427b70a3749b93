using Fleet.Cli.Commands;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Trust;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.ControlPlane.Tests.Registry;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

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

        Assert.False(await Releasing.RaiseFloorAsync(plane.Admin, version, author, Cancel));
        Assert.True(await Releasing.RaiseFloorAsync(plane.Admin, version, approver, Cancel));
        Assert.Equal(version, (await Releasing.RolesAsync(plane.Admin, author, Cancel)).Floors.Single().Oldest);

        using var key = SigningKey.Load(author);
        var roles = await Releasing.ChangeKeysAsync(plane.Admin, new KeyChange { Remove = [key.Public.KeyId], Publishers = 1 }, [.. roots, approver], file: null, Cancel);

        Assert.Equal([second.Public.KeyId], roles!.Publishers.KeyIds);
        Assert.Equal(VersionState.Released, (await plane.Admin.Versions.GetAsync(version, Cancel)).State);
        var later = await RegisterAsync("stolen");
        Assert.Contains("no publisher's key", (await Assert.ThrowsAsync<ProblemException>(() => Releasing.SignAsync(plane.Admin, later, author, Cancel))).Message, StringComparison.Ordinal);
        Assert.Equal(VersionState.Released, (await Releasing.SignAsync(plane.Admin, later, approver, Cancel)).State);
    }

    [Fact]
    public async Task The_servers_own_keys_are_replaced_by_command_and_every_directive_is_signed_anew()
    {
        await using var device = await TestDevice.EnrolAsync(plane.Server, "rotated");
        using var http = device.Http(plane.Server);
        await plane.Server.SetCameraAsync(device.Id, "door");
        await Eventually.Is(async () => await IsSignedByAsync(http, plane.Server.Services.GetRequiredService<ServerTrust>().Releases.Director));
        using var someone = await plane.ClientAsync(Role.Operator);
        Assert.Equal(Problems.AuthForbidden, (await Assert.ThrowsAsync<ProblemException>(() => someone.Trust.NextOnlineKeysAsync(Cancel))).Kind);

        var next = await Releasing.NextOnlineKeysAsync(plane.Admin, Cancel);
        await Releasing.ChangeKeysAsync(plane.Admin, new KeyChange { Online = next }, [Own("root-1.pem"), Own("root-2.pem")], file: null, Cancel);

        var director = plane.Server.Services.GetRequiredService<ServerTrust>().Releases.Director;
        Assert.Equal(next.Director.KeyId, director.Public.KeyId);
        await Eventually.Is(async () => await IsSignedByAsync(http, director));
    }

    [Fact]
    public async Task A_store_that_was_put_back_from_a_copy_goes_on_behind_what_devices_have_seen()
    {
        await using var device = await TestDevice.EnrolAsync(plane.Server, "ahead");
        using var http = device.Http(plane.Server);
        using var answer = await http.PutAsync("/device/v1/reported", TestControlPlane.Json(device.Report(50), FleetJson.Strict.Reported), Cancel);
        await Eventually.Is(() => plane.Server.ReadStoreAsync(s => s.Set<DeviceRow>().AnyAsync(d => d.Id == device.Id && d.Reported != null, Cancel)));

        await plane.Server.SetCameraAsync(device.Id, "door");

        await Eventually.Is(async () => (await DesiredAsync(http))?.Headers.ETag?.Tag is { } tag && long.Parse(tag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture) > 50);
        var told = await plane.Admin.Audit.PageAsync(new AuditFilter(Act: "went on behind a store that was put back"), cursor: null, limit: 10, Cancel);
        Assert.StartsWith("ahead saw directive 50", Assert.Single(told.Items).On, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_admin_hands_in_a_root()
    {
        using var someone = await plane.ClientAsync(Role.Operator);
        var root = await plane.Admin.Trust.GetAsync("1.root.json", Cancel);
        Assert.Equal(Problems.AuthForbidden, (await Assert.ThrowsAsync<ProblemException>(() => someone.Trust.PublishRootAsync(new RootRequest(root), Cancel))).Kind);
    }

    private static async Task<HttpResponseMessage?> DesiredAsync(HttpClient http) =>
        await http.GetAsync("/device/v1/desired", Cancel) is { StatusCode: System.Net.HttpStatusCode.OK } answer ? answer : null;

    private static async Task<bool> IsSignedByAsync(HttpClient http, SigningKey director) =>
        await DesiredAsync(http) is { } answer && DirectiveSigner.Names(await answer.Content.ReadAsByteArrayAsync(Cancel), director.Public.KeyId);

    private string Own(string file) => Path.Combine(plane.Server.DataFolder, "offline", file);

    private async Task<VersionId> RegisterAsync(string model)
    {
        var file = await plane.Admin.Blobs.UploadAsync(TinyModels.Bytes(seed: model.Length), Cancel);
        var request = new VersionRequest { Model = ModelName.Parse(model), Head = "fleet", Classes = ["carton", "pallet"], Variants = [new("fp32", file.Digest)] };
        return (await plane.Admin.Versions.RegisterAsync(request, Cancel)).Card.Version;
    }
}
