using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.ControlPlane.Tests.Samples;
using Fleet.Testing;
using MQTTnet;

namespace Fleet.ControlPlane.Tests.Attacks;

/// <summary>Someone has a device, its key and its certificate, and tries what else that opens.</summary>
public sealed class StolenDeviceTests(RunningPlane plane) : IClassFixture<RunningPlane>, IAsyncLifetime
{
    private readonly string _name = $"thief-{Guid.NewGuid():N}";
    private TestDevice _thief = null!;
    private TestDevice _victim = null!;
    private HttpClient _http = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _thief = await TestDevice.EnrolAsync(plane.Server, _name);
        _victim = await TestDevice.EnrolAsync(plane.Server, $"{_name}-victim");
        _http = _thief.Http(plane.Server);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _thief.DisposeAsync();
        await _victim.DisposeAsync();
    }

    [Fact]
    public async Task Hears_and_says_nothing_for_another_device_and_the_operator_listener_is_closed()
    {
        await _victim.ConnectAsync();
        await _victim.SubscribeAsync(Topics.Desired(_victim.Id));
        await _thief.ConnectAsync();
        Assert.True(await _thief.SubscribeAsync(Topics.Desired(_victim.Id)) > MqttClientSubscribeResultCode.GrantedQoS2);
        var before = _victim.Received.Count;

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, await _thief.PublishAsync(Topics.Desired(_victim.Id), "{}"u8.ToArray(), retain: true));
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, await _thief.PublishAsync(Topics.Reported(_victim.Id), _victim.Report(99), FleetJson.Strict.Reported));
        using var http = await _http.PutAsync("/device/v1/reported", TestControlPlane.Json(_victim.Report(99), FleetJson.Strict.Reported), Cancel);
        using var operators = await _http.GetAsync("/api/v1/devices", Cancel);

        Assert.True((int)http.StatusCode is >= 400 and < 500, http.StatusCode.ToString());
        Assert.Equal(Problems.RouteUnknown.Code, (await TestControlPlane.ProblemAsync(operators)).Code);
        Assert.Null((await plane.Admin.Devices.GetAsync(_victim.Id, Cancel)).Reported);
        Assert.True(_victim.Received.Count <= before + 1);
        Assert.Empty(_thief.Received);
    }

    [Fact]
    public async Task A_retained_message_squats_on_no_topic()
    {
        await _thief.ConnectAsync();
        await _thief.PublishAsync(Topics.Desired(_thief.Id), "{\"squat\":1}"u8.ToArray(), retain: true);
        await _thief.PublishAsync(Topics.Status(_thief.Id), "{\"presence\":\"Online\"}"u8.ToArray(), retain: true);
        await plane.Server.SetCameraAsync(_thief.Id, "dock");

        await _thief.SubscribeAsync(Topics.Desired(_thief.Id));

        await Eventually.Is(() => _thief.Received.Count > 0);
        Assert.All(_thief.Received, m => Assert.DoesNotContain("squat", Encoding.UTF8.GetString(TestDevice.Payload(m)), StringComparison.Ordinal));
        Assert.All(_thief.Received, m => Assert.Equal(Topics.Desired(_thief.Id), m.Topic));
    }

    [Fact]
    public async Task What_exists_and_is_not_the_devices_business_answers_as_what_does_not_exist()
    {
        var secret = await plane.Admin.Blobs.UploadAsync(Encoding.UTF8.GetBytes($"someone's picture {_name}"), Cancel);
        var nothing = Digest.Of(Encoding.UTF8.GetBytes(_name));

        var there = await TestControlPlane.ProblemAsync(await _http.GetAsync($"/device/v1/blobs/{secret.Digest}", Cancel));
        var not = await TestControlPlane.ProblemAsync(await _http.GetAsync($"/device/v1/blobs/{nothing}", Cancel));

        Assert.Equal((not.Code, not.Status, not.Title), (there.Code, there.Status, there.Title));
        Assert.Equal(not.Detail?.Replace($"{nothing}", "", StringComparison.Ordinal), there.Detail?.Replace($"{secret.Digest}", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_nobody_has_signs_in_as_badly_as_one_that_exists()
    {
        var (known, unknown) = (await FailAsync("anna"), await FailAsync("nobody-at-all"));

        Assert.Equal((unknown.Kind, unknown.Message), (known.Kind, known.Message));
    }

    [Fact]
    public async Task A_flood_of_connections_of_one_device_leaves_room_for_the_others()
    {
        var flood = new List<SslStream>();
        try
        {
            for (var i = 0; i < ConnectionGate.MaxOfDevice + 8; i++)
            {
                flood.Add(await _thief.RawAsync(plane.Server));
            }

            Assert.Equal(8, await EndedAsync(flood));
            using var victim = _victim.Http(plane.Server);
            Assert.True((await victim.GetAsync("/device/v1/desired", Cancel)).IsSuccessStatusCode);
        }
        finally
        {
            flood.ForEach(s => s.Dispose());
        }

        await Eventually.Is(async () => await ServedAsync());
    }

    [Fact]
    public async Task A_flood_of_handshakes_that_never_end_is_cut_off_and_the_next_device_comes_in()
    {
        var flood = new List<TcpClient>();
        try
        {
            for (var i = 0; i < ConnectionGate.MaxHandshakesOfAddress + 16; i++)
            {
                flood.Add(new TcpClient("localhost", _thief.Enrolment.MqttPort));
            }

            await Eventually.Is(() => flood.Count(IsClosed) >= 16);
        }
        finally
        {
            flood.ForEach(s => s.Dispose());
        }

        await Eventually.Is(async () => await ConnectsAsync());
    }

    [Fact]
    public async Task A_picture_that_breaks_off_or_says_it_is_endless_leaves_nothing()
    {
        await plane.Server.SetCameraAsync(_thief.Id, "door");
        await using (var cut = await _thief.RawAsync(plane.Server))
        {
            await cut.WriteAsync(Encoding.ASCII.GetBytes($"PUT /device/v1/cameras/door/preview HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=e\r\nContent-Length: 4000\r\n\r\n--e\r\n"), Cancel);
        }

        await using var endless = await _thief.RawAsync(plane.Server);
        await endless.WriteAsync(Encoding.ASCII.GetBytes($"PUT /device/v1/cameras/door/preview HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=e\r\nContent-Length: 99000000000\r\n\r\n--e\r\n"), Cancel);
        var answer = new byte[200];
        Assert.StartsWith("HTTP/1.1 413", Encoding.ASCII.GetString(answer, 0, await endless.ReadAsync(answer, Cancel)), StringComparison.Ordinal);

        var none = await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Devices.GetPictureAsync(_thief.Id, CameraId.Parse("door"), Cancel));
        Assert.Equal(Problems.CameraNoPicture, none.Kind);
    }

    [Fact]
    public async Task A_body_that_drips_is_given_up()
    {
        await using var slow = await _thief.RawAsync(plane.Server);
        await slow.WriteAsync("PUT /device/v1/reported HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{"u8.ToArray(), Cancel);

        var answer = new byte[200];
        Assert.StartsWith("HTTP/1.1 408", Encoding.ASCII.GetString(answer, 0, await slow.ReadAsync(answer, Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_of_compressed_zeroes_is_not_unpacked()
    {
        var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[64 << 20], Cancel);
        }

        using var body = new ByteArrayContent(bomb.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json"), ContentEncoding = { "gzip" } } };
        using var answer = await _http.PutAsync("/device/v1/reported", body, Cancel);

        Assert.Equal(Problems.RequestMalformed.Code, (await TestControlPlane.ProblemAsync(answer)).Code);
    }

    [Fact]
    public async Task A_picture_that_lies_about_its_size_is_refused_and_not_kept()
    {
        await plane.Server.SetCameraAsync(_thief.Id, "door");
        var jpeg = Jpegs.Of(seed: 9);
        var lie = new FrameMessage(Digest.Of(jpeg), CameraId.Parse("door"), "twin:scene", Version: null, Frame: 7, DateTimeOffset.UnixEpoch, 16000, 16000, [], "uncertain", Score: 0.4, InclusionProbability: 1);
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(lie, FleetJson.Strict.FrameMessage), (byte)'\n', .. jpeg];

        using var answer = await Resumable.SendAsync(_http, bytes, Cancel);

        Assert.Equal(Problems.SamplePicture.Code, (await TestControlPlane.ProblemAsync(answer)).Code);
        Assert.Empty((await plane.Admin.Samples.PageAsync(new(Device: _thief.Id), cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public async Task Script_in_texts_that_a_device_or_an_operator_wrote_stays_text_on_every_page()
    {
        const string script = "<script>alert(1)</script>";
        await using var device = TestDevice.New($"{_name}-xss");
        var token = await plane.Admin.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(device.Id, Site: script), Cancel);
        await device.AskToEnrolAsync(Fleet.Trust.EnrolmentToken.Parse(token.Token));
        await plane.Server.SetCameraAsync(device.Id, "door", $"/videos/{script}.mp4");
        await plane.Admin.Access.CreateApiKeyAsync(new ApiKeyRequest(script, Role.Viewer), Cancel);
        await plane.Server.SetCameraAsync(_thief.Id, "door");
        using var reported = await _http.PutAsync("/device/v1/reported", TestControlPlane.Json(Everywhere(script), FleetJson.Strict.Reported), Cancel);
        Assert.True(reported.IsSuccessStatusCode, await reported.Content.ReadAsStringAsync(Cancel));

        var seen = 0;
        foreach (var page in new[] { "/", "/devices", $"/devices/{device.Id}", $"/devices/{_thief.Id}", "/versions", "/rollouts", "/samples", "/training", "/audit", "/settings/keys", "/settings/people" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(page, UriKind.Relative));
            request.Headers.Add("Cookie", $"fleet_session={plane.Server.Admin.Token}");
            using var answer = await plane.Server.Http.SendAsync(request, Cancel);
            var html = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
            seen += html.Contains("&lt;script&gt;alert", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(seen >= 4, $"the text was on {seen} pages only");
    }

    private Reported Everywhere(string text)
    {
        var version = VersionId.Parse("boxes@1");
        var report = _thief.Report(1, ("door", version, UpdateState.RolledBack));
        return report with
        {
            Facts = report.Facts with { AgentVersion = text, Os = text, Architecture = text, Providers = [text] },
            Cameras = [new ReportedCamera(CameraId.Parse("door"), CameraState.Failed, version, Digest: null, text)],
            Updates = [report.Updates[0] with { Problem = new ReportedProblem(Problems.EngineWorse.Code, text), Preparing = new ReportedPreparing(text, 1, 0.5) }],
            Problems = [new ReportedProblem(Problems.TrustExpired.Code, text)],
            Engines = [new ReportedEngine(version, text, text, text, [text], FromCache: false, text)],
            Races = [new ReportedRace(version, [], text, DateTimeOffset.UnixEpoch, text)],
        };
    }

    private static bool IsClosed(TcpClient client) => client.Client.Poll(0, SelectMode.SelectRead) && client.Available == 0;

    private static async Task<int> EndedAsync(IEnumerable<SslStream> streams)
    {
        var reads = streams.Select(s => EndAsync(s)).ToList();
        await Eventually.Is(() => reads.Count(r => r.IsCompleted) >= 8);
        return reads.Count(r => r.IsCompleted);
    }

    private static async Task EndAsync(SslStream stream)
    {
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancel));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // cut off
        }
    }

    private async Task<ProblemException> FailAsync(string name) =>
        await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Access.SignInAsync(new SignInRequest(name, "not the password", Link: null), Cancel));

    private async Task<bool> ServedAsync()
    {
        try
        {
            using var again = _thief.Http(plane.Server);
            return (await again.GetAsync("/device/v1/desired", Cancel)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<bool> ConnectsAsync()
    {
        try
        {
            await _victim.ConnectAsync();
            return true;
        }
        catch (MQTTnet.Exceptions.MqttCommunicationException)
        {
            return false;
        }
    }
}
