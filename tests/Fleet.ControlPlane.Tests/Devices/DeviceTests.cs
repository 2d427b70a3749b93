using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Devices;

public sealed class DeviceTests : IAsyncLifetime
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9];
    private TestControlPlane _fleet = null!;
    private TestDevice _device = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fleet = await StartAsync();
        _device = await TestDevice.EnrolAsync(_fleet, "edge-1");
    }

    public async ValueTask DisposeAsync()
    {
        await _device.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task Every_change_of_what_is_wanted_gives_a_new_directive_and_no_change_gives_none()
    {
        using var http = _device.Http(_fleet);
        await Eventually.Is(async () => (await _fleet.DeviceAsync("edge-1")).Generation == 1);
        await _fleet.SetCameraAsync(_device.Id, "dock");
        await Eventually.Is(async () => (await _fleet.DeviceAsync("edge-1")).Generation == 2);
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
        var answer = await _fleet.Http.PutAsync("/api/v1/devices/edge-1/cameras/dock", Json(new CameraRequest(source), FleetJson.Strict.CameraRequest), Token);

        Assert.Equal(Problems.CameraSource.Code, (await ProblemAsync(answer)).Code);
    }

    [Fact]
    public async Task The_live_picture_is_shown_with_its_frame_until_its_camera_goes()
    {
        await _fleet.SetCameraAsync(_device.Id, "dock");
        Assert.Equal(Problems.CameraNoPicture.Code, (await ProblemAsync(await _fleet.Http.GetAsync("/api/v1/devices/edge-1/cameras/dock/picture", Token))).Code);

        using var http = _device.Http(_fleet);
        using var form = Form("dock", Jpeg, Digest.Of(Jpeg));
        Assert.Equal(HttpStatusCode.NoContent, (await http.PutAsync("/device/v1/cameras/dock/preview", form, Token)).StatusCode);

        Assert.Equal(Jpeg, await _fleet.Http.GetByteArrayAsync("/api/v1/devices/edge-1/cameras/dock/picture", Token));
        var frame = await ReadAsync(await _fleet.Http.GetAsync("/api/v1/devices/edge-1/cameras/dock/frame", Token), FleetJson.Strict.FrameMessage);
        Assert.Equal(frame.CapturedAt, (await _fleet.DeviceAsync("edge-1")).Cameras.Single().PreviewAt);
        await _fleet.Http.DeleteAsync("/api/v1/devices/edge-1/cameras/dock", Token);
        Assert.Equal(HttpStatusCode.NotFound, (await _fleet.Http.GetAsync("/api/v1/devices/edge-1/cameras/dock/picture", Token)).StatusCode);
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
        for (var i = 2; i <= 5; i++)
        {
            await _fleet.StoreAsync(s => s.Add(new DeviceRow { Id = DeviceId.Parse($"edge-{i}") }));
        }

        var first = await ReadAsync(await _fleet.Http.GetAsync("/api/v1/devices?limit=3", Token), FleetJson.Strict.PageDeviceResponse);
        var second = await ReadAsync(await _fleet.Http.GetAsync($"/api/v1/devices?limit=3&cursor={first.Next}", Token), FleetJson.Strict.PageDeviceResponse);

        Assert.Equal(["edge-1", "edge-2", "edge-3", "edge-4", "edge-5"], first.Items.Concat(second.Items).Select(d => d.Id.ToString()));
        Assert.Null(second.Next);
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

        Assert.Equal(5, (await _fleet.DeviceAsync("edge-1")).Cameras.Single().CompletedPerSecond);
        Assert.Contains("fleet_frames_completed", await _fleet.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
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
