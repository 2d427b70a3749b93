using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fleet.Agent.Link;
using Fleet.Agent.Tests.Whole;
using Fleet.Agent.Updates;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Agent.Tests.Attacks;

/// <summary>Attacks on what a device believes, and on how it fetches, each through real sockets.</summary>
public sealed class ReleaseTrustTests
{
    [Fact]
    public async Task A_thief_of_the_servers_keys_releases_nothing_of_their_own()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        var v1 = device.Plane.Release(1, TinyModel.Make(1));
        await device.DirectAsync(1, v1);
        await device.JudgeAsync(v1);
        using var own = SigningKey.Create();
        var list = device.Plane.ReleasedPart();
        list["version"] = (long)list["version"]! + 1;
        var file = new TargetFile("models/tiny/9/fp32.onnx", Digest.Of("malware"u8), 7);
        list["targets"]![file.Path] = TufWriter.Target(file, VersionId.Parse("tiny@9"), counter: 9);
        var malware = new DesiredVersion(VersionId.Parse("tiny@9"), "fp32", [file]);

        device.Plane.ServeChain(TufWriter.Sign(list, own), device.Time.GetUtcNow().AddDays(1));
        await device.DirectAsync(2, malware);

        await device.RefusesVersionAsync(malware, Problems.TrustSignature);
        Assert.Equal(Problems.TrustSignature.Code, device.Stale!.Code);
    }

    [Fact]
    public async Task A_freeze_on_old_metadata_ends_when_it_expires_and_is_reported()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        var v1 = device.Plane.Release(1, TinyModel.Make(1));
        await device.DirectAsync(1, v1);
        await device.JudgeAsync(v1);
        Assert.Null(device.Stale);

        device.Time.Advance(TimeSpan.FromHours(25));
        device.Plane.Direct(2, [device.Agent.Camera(v1)], [v1], expiresIn: TimeSpan.FromDays(3));
        Assert.Equal(2, (await device.AcceptAsync()).Generation);

        await device.RefusesVersionAsync(v1, Problems.TrustExpired);
        Assert.Equal(Problems.TrustExpired.Code, device.Stale!.Code);
        Assert.Contains("no version is installed", device.Stale.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_leaps_ten_years_ahead_and_back_lets_nothing_expired_in_and_bricks_nothing()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        var v1 = device.Plane.Release(1, TinyModel.Make(1));
        await device.DirectAsync(1, v1);
        var now = device.Time.GetUtcNow();

        device.Time.Advance(TimeSpan.FromDays(3650));
        device.Plane.Direct(2, [device.Agent.Camera(v1)], [v1]);
        await device.RefusesDirectiveAsync(Problems.TrustExpired);
        device.Time.AdjustTime(now);

        Assert.Equal(2, (await device.AcceptAsync()).Generation);
        await device.JudgeAsync(v1);
    }

    [Fact]
    public async Task A_clock_that_falls_back_to_1970_revives_nothing_that_expired_also_after_a_start()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        var v1 = device.Plane.Release(1, TinyModel.Make(1));
        await device.DirectAsync(1, v1);
        device.Time.AdjustTime(DateTimeOffset.UnixEpoch);
        device.Restart();

        device.Plane.Direct(2, [device.Agent.Camera(v1)], [v1], expiresIn: TimeSpan.FromHours(-1));
        await device.RefusesDirectiveAsync(Problems.TrustExpired);

        device.Plane.Direct(3, [device.Agent.Camera(v1)], [v1]);
        Assert.Equal(3, (await device.AcceptAsync()).Generation);
    }

    [Fact]
    public async Task A_publisher_who_was_revoked_releases_nothing_more()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        var v1 = device.Plane.Release(1, TinyModel.Make(1));
        await device.DirectAsync(1, v1);
        var stolen = device.Plane.PublisherKey;
        using var next = SigningKey.Create();
        device.Plane.ChangeKeys(new KeyChange { Remove = [stolen.Public.KeyId], AddPublishers = [next.Public] }, next);
        await device.JudgeAsync(v1);

        var list = device.Plane.ReleasedPart();
        list["version"] = (long)list["version"]! + 1;
        device.Plane.ServeChain(TufWriter.Sign(list, stolen), device.Time.GetUtcNow().AddDays(1));

        await device.RefusesVersionAsync(v1, Problems.TrustSignature);
    }

    [Fact]
    public async Task Once_stolen_server_keys_are_replaced_a_device_counts_anew_and_its_clock_comes_back()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        var v1 = device.Plane.Release(1, TinyModel.Make(1));
        var wanted = await device.DirectAsync(1, v1);
        var far = device.Time.GetUtcNow().AddYears(5000);
        var thieves = DirectiveSigner.Sign(wanted with { Generation = 1L << 40, IssuedAt = far, ExpiresAt = far.AddDays(1) }, device.Plane.Releases.Director);
        device.Plane.Envelope = thieves;
        await device.AcceptAsync();
        device.Restart();
        await device.RefusesVersionAsync(v1, Problems.TrustExpired);

        device.Plane.RotateOnlineKeys();
        Assert.Equal(2, (await device.DirectAsync(2, v1)).Generation);

        await device.JudgeAsync(v1);
        Assert.Null(device.Stale);
        Assert.Equal((2, true), (device.State.SeenGeneration, device.State.ClockFloor < far));
        device.Plane.Envelope = thieves;
        await device.RefusesDirectiveAsync(Problems.TrustSignature);
    }

    [Fact]
    public async Task A_file_that_a_delegated_role_signed_is_installed_where_it_may_sign_and_nowhere_else()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        using var site = SigningKey.Create();
        var list = device.Plane.ReleasedPart();
        list["version"] = (long)list["version"]! + 1;
        list["delegations"] = new JsonObject
        {
            ["keys"] = new JsonObject { [site.Public.KeyId] = site.Public.ToJson() },
            ["roles"] = new JsonArray(new JsonObject
            {
                ["name"] = "site", ["keyids"] = new JsonArray(site.Public.KeyId), ["threshold"] = 1, ["terminating"] = false, ["paths"] = new JsonArray("models/tiny/3/*"),
            }),
        };
        var (mine, other) = (VersionOf(3), VersionOf(4));
        var files = new JsonObject();
        foreach (var version in (DesiredVersion[])[mine, other])
        {
            files[version.Files[0].Path] = TufWriter.Target(version.Files[0], version.Id, counter: version.Id.Number);
        }

        var expires = device.Time.GetUtcNow().AddDays(1);
        device.Plane.ServeChain(TufWriter.Sign(list, device.Plane.PublisherKey), expires, [("site", TufWriter.Sign(TufWriter.Targets(1, expires, files), site))]);
        await device.DirectAsync(1, mine);
        await device.JudgeAsync(mine);

        await device.DirectAsync(2, other);
        await device.RefusesVersionAsync(other, Problems.TrustMismatch);
    }

    [Fact]
    public async Task A_redirect_leads_a_device_nowhere_and_shows_nobody_its_certificate()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        var v1 = device.Plane.Release(1, TinyModel.Make(1));
        using var thief = new TcpListener(IPAddress.Loopback, 0);
        thief.Start();
        device.Plane.Download = (_, _, http) =>
        {
            http.Response.Redirect($"https://localhost:{((IPEndPoint)thief.LocalEndpoint).Port}/{http.Request.Path}");
            return Task.CompletedTask;
        };

        var refused = await Assert.ThrowsAsync<ProblemException>(() => device.Api.BlobAsync(v1.Files[1].Digest, from: 0, TestContext.Current.CancellationToken));

        Assert.Contains("302", refused.Message, StringComparison.Ordinal);
        Assert.False(thief.Pending());
    }

    [Fact]
    public async Task A_download_that_drips_is_given_up()
    {
        await using var device = await TrustingDevice.EnrolAsync();
        var v1 = device.Plane.Release(1, TinyModel.Make(1));
        var (time, tally) = (new FakeTimeProvider(), new FetchTally());
        using var drops = new SemaphoreSlim(1);
        device.Plane.Download = async (_, content, http) =>
        {
            foreach (var piece in content)
            {
                await drops.WaitAsync(http.RequestAborted);
                await http.Response.Body.WriteAsync(new[] { piece }, http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        };
        using var folder = new TempFolder();
        await using var stream = new FileStream(folder.At("part"), FileMode.Create);
        var download = new Download("model", v1.Files[1].SizeBytes, (from, token) => device.Api.BlobAsync(v1.Files[1].Digest, from, token), time);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reading = download.ReadOnAsync(stream, hash, tally, TestContext.Current.CancellationToken);
        for (var dropped = 1; dropped < 10 && !reading.IsCompleted; dropped++)
        {
            await Eventually.Is(() => tally.Received == dropped || reading.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(20));
            drops.Release();
        }

        // without a least rate it would go on for as long as someone drips
        await Eventually.Is(() => reading.IsCompleted);
        var given = await Assert.ThrowsAsync<TimeoutException>(() => reading);
        Assert.Contains("bytes a second", given.Message, StringComparison.Ordinal);
        Assert.InRange(tally.Received, 2, 6);
    }

    private static DesiredVersion VersionOf(int number)
    {
        var id = new VersionId(ModelName.Parse("tiny"), number);
        return new DesiredVersion(id, "fp32", [new TargetFile(Targets.Variant(id, "fp32"), Digest.Of([(byte)number]), 1)]);
    }
}
