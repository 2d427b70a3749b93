using System.Net;
using System.Text;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Trust;
using Fleet.ControlPlane.Releases;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Registry;
using Fleet.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Releases;

public sealed class ReleasesApiTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TufRepository Trust => plane.Services.GetRequiredService<ServerTrust>().Releases;

    [Fact]
    public async Task Gives_a_version_to_devices_only_once_a_publisher_signed_it()
    {
        var version = await RegisterAsync("signed");
        await using var device = await TestDevice.EnrolAsync(plane.Server, "reader");
        using var http = device.Http(plane.Server);
        var blob = new Uri($"/device/v1/blobs/{version.Files[1].Digest}", UriKind.Relative);
        using var before = await http.GetAsync(blob, Cancel);

        await plane.Admin.Trust.PublishTargetsAsync(Sign(version, version.Files), Cancel);

        using var after = await http.GetAsync(blob, Cancel);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (before.StatusCode, after.StatusCode));
        Assert.Equal(version.Files[1].SizeBytes, (await after.Content.ReadAsByteArrayAsync(Cancel)).Length);
        Assert.Equal(VersionState.Released, (await plane.Admin.Versions.GetAsync(version.Card.Version, Cancel)).State);
    }

    [Fact]
    public async Task Never_gives_a_device_a_blob_that_is_no_file_of_a_version()
    {
        var blob = await plane.Admin.Blobs.UploadAsync("someone's picture"u8.ToArray(), Cancel);
        await using var device = await TestDevice.EnrolAsync(plane.Server, "curious");
        using var http = device.Http(plane.Server);

        using var answer = await http.GetAsync(new Uri($"/device/v1/blobs/{blob.Digest}", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Leaves_a_version_a_draft_while_one_of_its_files_is_not_signed()
    {
        var version = await RegisterAsync("half");

        await plane.Admin.Trust.PublishTargetsAsync(Sign(version, [.. version.Files.Skip(1)]), Cancel);

        Assert.Equal(VersionState.Draft, (await plane.Admin.Versions.GetAsync(version.Card.Version, Cancel)).State);
    }

    [Fact]
    public async Task Refuses_a_list_that_names_other_bytes_than_were_registered()
    {
        var version = await RegisterAsync("other-bytes");
        var before = Trust.CurrentTargets();
        var forged = version.Files[1] with { Digest = Digest.Of("malware"u8) };

        var e = await RefusedAsync(Sign(version, [version.Files[0], forged]));

        Assert.Equal(Problems.ReleaseUntrusted, e.Kind);
        Assert.Contains(forged.Path, e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Trust.CurrentTargets());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not even JSON")]
    [InlineData("""{"signed":{"targets":{"a":{"length":1,"hashes":{"sha256":"xyz"}}}},"signatures":[]}""")]
    [InlineData("""{"signed":{"_type":"targets","spec_version":"1.0.0","version":2,"expires":"2099-01-01T00:00:00Z","targets":{}},"signatures":[]}""")]
    public async Task Refuses_what_no_publisher_signed(string targets) =>
        Assert.Equal(Problems.ReleaseUntrusted, (await RefusedAsync(Encoding.UTF8.GetBytes(targets))).Kind);

    [Fact]
    public async Task Refuses_a_signed_list_that_was_changed()
    {
        var version = await RegisterAsync("changed");
        var text = Encoding.UTF8.GetString(Sign(version, version.Files));
        var changed = text.Replace("models/changed/1/fp32.onnx", "models/changed/9/fp32.onnx", StringComparison.Ordinal);

        Assert.NotEqual(text, changed);
        Assert.Equal(Problems.ReleaseUntrusted, (await RefusedAsync(Encoding.UTF8.GetBytes(changed))).Kind);
    }

    [Fact]
    public async Task Lets_versions_follow_at_the_next_start_when_the_process_died_right_after_it_accepted()
    {
        var version = await RegisterAsync("died");
        Trust.AcceptTargets(Sign(version, version.Files));
        Assert.Equal(VersionState.Draft, (await plane.Admin.Versions.GetAsync(version.Card.Version, Cancel)).State);

        await plane.Services.GetRequiredService<ReleaseReconciler>().RunAsync(Cancel);

        Assert.Equal(VersionState.Released, (await plane.Admin.Versions.GetAsync(version.Card.Version, Cancel)).State);
    }

    [Fact]
    public async Task Shows_metadata_to_people_and_devices_and_nothing_beside_it()
    {
        await using var device = await TestDevice.EnrolAsync(plane.Server, "client");
        using var http = device.Http(plane.Server);
        string[] hostile = ["..%2Fkeys%2Ftimestamp.pem", "%2e%2e%2f%2e%2e%2ffleet.db", "timestamp.json%00", "9999.root.json"];

        Assert.Equal(await plane.Admin.Trust.GetAsync("timestamp.json", Cancel), await http.GetByteArrayAsync(new Uri("/device/v1/trust/timestamp.json", UriKind.Relative), Cancel));
        foreach (var path in hostile)
        {
            using var fromDevice = await http.GetAsync(new Uri($"/device/v1/trust/{path}", UriKind.Relative), Cancel);
            using var fromOperator = await plane.Server.Http.GetAsync(new Uri($"/api/v1/trust/{path}", UriKind.Relative), Cancel);
            Assert.InRange((int)fromDevice.StatusCode, 400, 404);
            Assert.InRange((int)fromOperator.StatusCode, 400, 404);
        }
    }

    private async Task<VersionResponse> RegisterAsync(string model)
    {
        var file = await plane.Admin.Blobs.UploadAsync(TinyModels.Bytes(seed: model.Length), Cancel);
        return await plane.Admin.Versions.RegisterAsync(
            new VersionRequest { Model = ModelName.Parse(model), Head = "fleet", Classes = ["carton", "pallet"], Variants = [new("fp32", file.Digest)] }, Cancel);
    }

    private byte[] Sign(VersionResponse version, IReadOnlyList<TargetFile> files)
    {
        using var key = SigningKey.Load(Path.Combine(plane.Server.DataFolder, "offline", "publisher.pem"));
        return Publisher.Add(Trust.CurrentRoot(), Trust.CurrentTargets(), version.Card.Version, files, key, TimeProvider.System);
    }

    private async Task<ProblemException> RefusedAsync(byte[] targets) =>
        await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Trust.PublishTargetsAsync(targets, Cancel));
}
