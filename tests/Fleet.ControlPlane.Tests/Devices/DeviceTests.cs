using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Microsoft.EntityFrameworkCore;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Devices;

[Collection(Scraped.Name)]
public sealed class DeviceTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>, IAsyncLifetime
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9];
    private readonly string _me = $"edge-{Guid.NewGuid():N}";
    private readonly TestControlPlane _fleet = shared.Fleet;
    private TestDevice _device = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _device = await TestDevice.EnrolAsync(_fleet, _me);

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    [Fact]
    public async Task Every_change_of_what_is_wanted_gives_a_new_directive_and_no_change_gives_none()
    {
        using var http = _device.Http(_fleet);
        await Eventually.Is(async () => (await _fleet.DeviceAsync(_me)).Generation == 1);
        await _fleet.SetCameraAsync(_device.Id, "dock");
        await Eventually.Is(async () => (await _fleet.DeviceAsync(_me)).Generation == 2);
        await _fleet.SetCameraAsync(_device.Id, "dock");

        using var newest = await http.GetAsync("/device/v1/desired", Token);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/device/v1/desired");
        again.Headers.IfNoneMatch.Add(newest.Headers.ETag!);

        Assert.Equal("\"2\"", newest.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.NotModified, (await http.SendAsync(again, Token)).StatusCode);
    }

    [Theory]
    [InlineData("ftp://nvr/1")]
    [InlineData("rtsp://")]
    [InlineData("videos/aisle.mp4")]
    [InlineData("twin:")]
    public async Task A_source_of_no_known_kind_is_refused(string source)
    {
        var answer = await _fleet.Http.PutAsync($"/api/v1/devices/{_me}/cameras/dock", Json(new CameraRequest(source), FleetJson.Strict.CameraRequest), Token);

        Assert.Equal(Problems.CameraSource.Code, (await ProblemAsync(answer)).Code);
    }

    [Fact]
    public async Task A_password_in_a_source_is_never_shown_and_outlives_a_change_of_the_rest()
    {
        const string Source = "rtsp://admin:s3cret@10.0.0.9:554/live?token=abc123&channel=1";
        const string Shown = "rtsp://admin:***@10.0.0.9:554/live?token=***&channel=1";
        async Task<HttpResponseMessage> SetAsync(string source) => await _fleet.Http.PutAsync($"/api/v1/devices/{_me}/cameras/gate", Json(new CameraRequest(source), FleetJson.Strict.CameraRequest), Token);
        Task<string> StoredAsync() => _fleet.ReadStoreAsync(async s => (await s.Set<CameraRow>().SingleAsync(c => c.Device == _device.Id, Token)).Source);

        Assert.Equal(Shown, (await ReadAsync(await SetAsync(Source), FleetJson.Strict.CameraResponse)).Source);
        Assert.DoesNotContain("s3cret", await _fleet.Http.GetStringAsync($"/api/v1/devices/{_me}", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SetAsync(Shown.Replace("channel=1", "channel=2", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(Source.Replace("channel=1", "channel=2", StringComparison.Ordinal), await StoredAsync());

        // the password goes to no other host
        var refused = await ProblemAsync(await SetAsync(Shown.Replace("10.0.0.9", "10.6.6.6", StringComparison.Ordinal)));
        Assert.Equal(Problems.CameraSource.Code, refused.Code);
        Assert.Contains("10.0.0.9", await StoredAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_live_picture_is_shown_with_its_frame_until_its_camera_goes()
    {
        await _fleet.SetCameraAsync(_device.Id, "dock");
        Assert.Equal(Problems.CameraNoPicture.Code, (await ProblemAsync(await _fleet.Http.GetAsync($"/api/v1/devices/{_me}/cameras/dock/picture", Token))).Code);

        using var http = _device.Http(_fleet);
        using var form = Form("dock", Jpeg, Digest.Of(Jpeg));
        Assert.Equal(HttpStatusCode.NoContent, (await http.PutAsync("/device/v1/cameras/dock/preview", form, Token)).StatusCode);

        Assert.Equal(Jpeg, await _fleet.Http.GetByteArrayAsync($"/api/v1/devices/{_me}/cameras/dock/picture", Token));
        var frame = await ReadAsync(await _fleet.Http.GetAsync($"/api/v1/devices/{_me}/cameras/dock/frame", Token), FleetJson.Strict.FrameMessage);
        Assert.Equal(frame.CapturedAt, (await _fleet.DeviceAsync(_me)).Cameras.Single().PreviewAt);
        await _fleet.Http.DeleteAsync($"/api/v1/devices/{_me}/cameras/dock", Token);
        Assert.Equal(HttpStatusCode.NotFound, (await _fleet.Http.GetAsync($"/api/v1/devices/{_me}/cameras/dock/picture", Token)).StatusCode);
    }

    [Fact]
    public async Task Says_what_the_form_of_a_live_picture_lacks()
    {
        await _fleet.SetCameraAsync(_device.Id, "dock");
        using var http = _device.Http(_fleet);
        using var cutOff = new StringContent("--edge\r\nContent-Disposition: form-data; name=\"frame\"; filename=\"f\"\r\n\r\nabc")
        {
            Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=edge") },
        };
        foreach (var body in new HttpContent[] { new StringContent("{}"), cutOff, new MultipartFormDataContent { { new StringContent("{}"), "meta" } } })
        {
            Assert.Equal(Problems.RequestMalformed.Code, (await ProblemAsync(await http.PutAsync("/device/v1/cameras/dock/preview", body, Token))).Code);
        }
    }

    [Fact]
    public async Task A_picture_with_another_digest_too_large_or_of_a_foreign_camera_is_refused()
    {
        await _fleet.SetCameraAsync(_device.Id, "dock");
        using var http = _device.Http(_fleet);
        async Task<string> RefusedAsync(string camera, byte[] jpeg, Digest digest)
        {
            using var form = Form(camera, jpeg, digest);
            return (await ProblemAsync(await http.PutAsync($"/device/v1/cameras/{camera}/preview", form, Token))).Code;
        }

        var large = new byte[600 << 10];
        Jpeg.CopyTo(large, 0);
        Assert.Equal(Problems.BlobDigest.Code, await RefusedAsync("dock", Jpeg, Digest.Of("other"u8)));
        Assert.Equal(Problems.RequestTooLarge.Code, await RefusedAsync("dock", large, Digest.Of(large)));
        Assert.Equal(Problems.CameraUnknown.Code, await RefusedAsync("roof", Jpeg, Digest.Of(Jpeg)));
        Assert.Equal(Problems.SamplePicture.Code, await RefusedAsync("dock", [1, 2, 3, 4], Digest.Of([1, 2, 3, 4])));
    }

    [Fact]
    public async Task Pages_through_devices_by_cursor()
    {
        for (var i = 1; i <= 4; i++)
        {
            await _fleet.StoreAsync(s => s.Add(new DeviceRow { Id = DeviceId.Parse($"{_me}-{i}") }));
        }

        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await ReadAsync(await _fleet.Http.GetAsync($"/api/v1/devices?limit=2{(next is null ? "" : $"&cursor={next}")}", Token), FleetJson.Strict.PageDeviceResponse);
            Assert.InRange(page.Items.Count, 0, 2);
            seen.AddRange(page.Items.Select(d => d.Id.ToString()));
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal([_me, $"{_me}-1", $"{_me}-2", $"{_me}-3", $"{_me}-4"], seen.Where(d => d.StartsWith(_me, StringComparison.Ordinal)));
        Assert.Equal(seen.Distinct().Order(StringComparer.Ordinal), seen);
        Assert.Equal(Problems.RequestInvalid.Code, (await ProblemAsync(await _fleet.Http.GetAsync("/api/v1/devices?limit=501", Token))).Code);
    }

    [Fact]
    public async Task Completed_frames_a_second_come_from_the_two_newest_messages()
    {
        await _fleet.SetCameraAsync(_device.Id, "dock");
        await _device.ConnectAsync();
        var start = DateTimeOffset.UnixEpoch;
        await _device.PublishAsync(Topics.Telemetry(_device.Id), Counters(start, start.AddSeconds(10), 100), FleetJson.Strict.Telemetry);
        await _device.PublishAsync(Topics.Telemetry(_device.Id), Counters(start, start.AddSeconds(20), 150), FleetJson.Strict.Telemetry);

        Assert.Equal(5, (await _fleet.DeviceAsync(_me)).Cameras.Single().CompletedPerSecond);
        Assert.Contains(await _fleet.MetricsOfAsync(_me), l => l.Contains("fleet_frames_completed", StringComparison.Ordinal) && l.Split(' ')[1] == "150");
    }

    [Fact]
    public async Task What_a_camera_gave_and_why_frames_were_skipped_are_metrics_and_so_is_the_heat_of_its_computer()
    {
        await _fleet.SetCameraAsync(_device.Id, "dock");
        await _device.ConnectAsync();
        var dock = CameraId.Parse("dock");
        var counters = Counters(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(10), 100);
        await _device.PublishAsync(
            Topics.Telemetry(_device.Id),
            counters with
            {
                Cameras = [counters.Cameras[0] with { Skipped = new Dictionary<string, long> { ["pressure"] = 7 } }],
                Sources = [new SourceCounters(dock, Received: 107, Decoded: 105, Opened: 2, Failures: 1, Stalls: 1, 640, 480, 12.5, DateTimeOffset.UnixEpoch)],
                Health = new DeviceHealth(71.5, Throttled: 0, MemoryFreeBytes: null, DiskFreeBytes: 1, ShedLevel: 2),
            },
            FleetJson.Strict.Telemetry);

        var metrics = await _fleet.MetricsOfAsync(_me);
        foreach (var (name, value) in new[] { ("fleet_frames_received", "107"), ("fleet_frames_decoded", "105"), ("reason=\"pressure\"", "7"), ("fleet_camera_failures", "1"), ("fleet_device_temperature", "71.5"), ("fleet_device_shed_level", "2"), ("fleet_frames_last_completed", "10") })
        {
            Assert.Contains(metrics, l => l.Contains(name, StringComparison.Ordinal) && l.Split(' ')[1] == value);
        }

        Assert.DoesNotContain(metrics, l => l.Contains("memory_free", StringComparison.Ordinal));
    }

    private Telemetry Counters(DateTimeOffset startedAt, DateTimeOffset at, long completed)
    {
        var none = new Histogram([1], [0, 0], 0);
        return new Telemetry(_device.Id, at, startedAt, [new(CameraId.Parse("dock"), VersionId.Parse("shelf@1"), completed, new Dictionary<string, long>(), completed, completed, 0, 7, at, none, none)], 0, 0, 1 << 20);
    }

    private static MultipartFormDataContent Form(string camera, byte[] jpeg, Digest digest)
    {
        var meta = new FrameMessage(digest, CameraId.Parse(camera), "twin:x", null, 7, DateTimeOffset.UnixEpoch, 640, 480, [], "preview", 0, 1);
        var picture = new ByteArrayContent(jpeg);
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        return new MultipartFormDataContent { { JsonContent.Create(meta, FleetJson.Strict.FrameMessage), "meta" }, { picture, "frame", "frame.jpg" } };
    }
}
