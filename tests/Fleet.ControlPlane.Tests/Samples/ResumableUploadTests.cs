using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Samples;

/// <summary>The tus protocol as its specification has it (1.0.0: core, creation, checksum, expiration, termination).</summary>
public sealed class ResumableUploadTests : IAsyncLifetime
{
    private SendingCamera _sender = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RunningPlane Plane => _sender.Plane;

    private HttpClient Http => _sender.Http;

    public async ValueTask InitializeAsync() => _sender = await SendingCamera.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _sender.DisposeAsync();

    [Fact]
    public async Task A_sample_that_comes_in_pieces_is_there_once_and_whoever_sends_it_again_is_told_so_at_once()
    {
        var (digest, bytes) = Sample(seed: 1);
        var address = await CreateAsync(bytes.Length, digest);

        Assert.Equal("100", Offset(await SendAsync(HttpMethod.Patch, address, 0, bytes[..100])));
        Assert.Equal(("100", Number(bytes.Length)), (Offset(await SendAsync(HttpMethod.Head, address)), Header(await SendAsync(HttpMethod.Head, address), "Upload-Length")));
        Assert.Equal(address, await CreateAsync(bytes.Length, digest));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Patch, address, 100, bytes[100..])).StatusCode);

        Assert.Equal(digest, (await Plane.Admin.Samples.PageAsync(new(), cursor: null, limit: null, Cancel)).Items.Single().Frame.Digest);
        Assert.Equal(Jpegs.Of(seed: 1), await Plane.Admin.Samples.GetPictureAsync(digest, Cancel));
        Assert.Equal(Number(bytes.Length), Offset(await SendAsync(HttpMethod.Head, address)));
        await SendAsync(HttpMethod.Delete, address);
        Assert.Equal(Number(bytes.Length), Offset(await PostAsync(bytes.Length, digest)));
        Assert.Single((await Plane.Admin.Samples.PageAsync(new(), cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public async Task A_client_that_knows_nothing_of_digests_uploads_too()
    {
        var (digest, bytes) = Sample(seed: 2);
        var address = await CreateAsync(bytes.Length);

        await SendAsync(HttpMethod.Patch, address, 0, bytes);

        Assert.NotNull(await Plane.Admin.Samples.GetAsync(digest, Cancel));
    }

    [Fact]
    public async Task Says_what_it_can_and_refuses_what_the_protocol_forbids()
    {
        var (digest, bytes) = Sample(seed: 3);
        var address = await CreateAsync(bytes.Length, digest);
        using var options = await Http.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/device/v1/uploads"), Cancel);
        using var other = new HttpRequestMessage(HttpMethod.Head, address);
        using var unversioned = await Http.SendAsync(other, Cancel);

        Assert.Equal("creation,checksum,expiration,termination", Header(options, "Tus-Extension"));
        Assert.Equal("1.0.0", Header(options, "Tus-Version"));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "1.0.0"), (unversioned.StatusCode, Header(unversioned, "Tus-Version")));
        await RefusesAsync(409, Problems.UploadOffset, await SendAsync(HttpMethod.Patch, address, 7, bytes[..10]));
        await RefusesAsync(413, Problems.RequestTooLarge, await SendAsync(HttpMethod.Patch, address, 0, [.. bytes, 1]));
        await RefusesAsync(413, Problems.RequestTooLarge, await PostAsync(5 << 20, digest));
        await RefusesAsync(404, Problems.UploadUnknown, await SendAsync(HttpMethod.Patch, new Uri("/device/v1/uploads/" + new string('0', 32), UriKind.Relative), 0, bytes));
        Assert.True(DateTimeOffset.Parse(Header(await SendAsync(HttpMethod.Head, address), "Upload-Expires"), CultureInfo.InvariantCulture) > TimeProvider.System.GetUtcNow().AddDays(6));
        await SendAsync(HttpMethod.Delete, address);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Head, address)).StatusCode);
    }

    [Fact]
    public async Task Bytes_that_came_damaged_are_not_taken_and_those_that_came_whole_are()
    {
        var (digest, bytes) = Sample(seed: 4);
        var address = await CreateAsync(bytes.Length, digest);

        await RefusesAsync(460, Problems.UploadChecksum, await SendAsync(HttpMethod.Patch, address, 0, bytes[..50], "sha256 " + Convert.ToBase64String(SHA256.HashData(bytes[..49]))));
        Assert.Equal("0", Offset(await SendAsync(HttpMethod.Head, address)));
        await RefusesAsync(400, Problems.RequestMalformed, await SendAsync(HttpMethod.Patch, address, 0, bytes[..50], "crc7 AA=="));
#pragma warning disable CA5350 // the protocol names it, against damage and not against people
        Assert.Equal("50", Offset(await SendAsync(HttpMethod.Patch, address, 0, bytes[..50], "sha1 " + Convert.ToBase64String(SHA1.HashData(bytes[..50])))));
#pragma warning restore CA5350
    }

    [Fact]
    public async Task What_is_no_sample_is_refused_with_its_last_byte_and_nothing_of_it_stays()
    {
        var (digest, bytes) = Sample(seed: 5);
        var (other, _) = Sample(seed: 6);
        var address = await CreateAsync(bytes.Length, other);

        await RefusesAsync(400, Problems.BlobDigest, await SendAsync(HttpMethod.Patch, address, 0, bytes));
        await RefusesAsync(404, Problems.UploadUnknown, await SendAsync(HttpMethod.Patch, address, 0, bytes));
        var text = await CreateAsync(5);
        await RefusesAsync(400, Problems.RequestMalformed, await SendAsync(HttpMethod.Patch, text, 0, "hello"u8.ToArray()));
        await Assert.ThrowsAsync<ProblemException>(() => Plane.Admin.Samples.GetAsync(digest, Cancel));
    }

    [Fact]
    public async Task Refuses_a_sample_that_is_not_what_it_says_and_keeps_nothing()
    {
        var jpeg = Jpegs.Of(seed: 2);
        var frame = Frame(jpeg);
        foreach (var (kind, bytes) in new (ProblemKind, byte[])[]
        {
            (Problems.BlobDigest, Line(frame, Jpegs.Of(seed: 3))),
            (Problems.SamplePicture, Line(frame with { WidthPx = 4000 }, jpeg)),
            (Problems.SamplePicture, Line(Frame("<svg/>"u8.ToArray()), "<svg/>"u8.ToArray())),
            (Problems.CameraUnknown, Line(frame with { Camera = CameraId.Parse("someone-elses") }, jpeg)),
            (Problems.RequestInvalid, Line(frame with { Score = 7 }, jpeg)),
            (Problems.RequestTooLarge, Line(Frame(new byte[4_200_000]), new byte[4_200_000])),
        })
        {
            using var answer = await Resumable.SendAsync(Http, bytes, Cancel);
            Assert.Equal(kind.Code, (await TestControlPlane.ProblemAsync(answer)).Code);
        }

        Assert.Empty((await Plane.Admin.Samples.PageAsync(new(), cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public async Task Bytes_of_another_media_type_are_none_of_an_upload_and_who_cannot_patch_may_say_so_in_a_header()
    {
        var (digest, bytes) = Sample(seed: 9);
        var address = await CreateAsync(bytes.Length, digest);

        await RefusesAsync(415, Problems.UploadMedia, await SendAsync(HttpMethod.Patch, address, 0, bytes, media: "application/octet-stream"));
        Assert.Equal("0", Offset(await SendAsync(HttpMethod.Head, address)));
        Assert.Equal(Number(bytes.Length), Offset(await SendAsync(HttpMethod.Post, address, 0, bytes, instead: "PATCH")));
        Assert.NotNull(await Plane.Admin.Samples.GetAsync(digest, Cancel));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Post, address, instead: "DELETE")).StatusCode);
        await RefusesAsync(405, Problems.RouteMethod, await SendAsync(HttpMethod.Post, address, instead: "PUT"));
    }

    [Fact]
    public async Task No_device_sees_another_ones_upload()
    {
        await using var stranger = await TestDevice.EnrolAsync(Plane.Server, "stranger");
        using var http = stranger.Http(Plane.Server);
        var (digest, bytes) = Sample(seed: 7);
        var address = await CreateAsync(bytes.Length, digest);
        await SendAsync(HttpMethod.Patch, address, 0, bytes[..20]);

        using var look = new HttpRequestMessage(HttpMethod.Head, address) { Headers = { { "Tus-Resumable", "1.0.0" } } };
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(look, Cancel)).StatusCode);
    }

    [Fact]
    public async Task What_nobody_goes_on_with_expires_and_what_was_written_before_a_start_goes_on()
    {
        var folder = Path.Combine(Plane.Server.DataFolder, "uploads", _sender.Device.Id.ToString());
        Directory.CreateDirectory(folder);
        var (digest, bytes) = Sample(seed: 8);
        var file = Path.Combine(folder, $"{digest.Hex}.{bytes.Length}.part");
        await File.WriteAllBytesAsync(file, bytes[..30], Cancel);
        var uploads = Plane.Services.GetRequiredService<UploadFolder>();

        uploads.Sweep(TimeProvider.System.GetUtcNow().AddDays(6));
        Assert.Equal("30", Offset(await PostAsync(bytes.Length, digest)));
        uploads.Sweep(TimeProvider.System.GetUtcNow().AddDays(8));
        Assert.False(File.Exists(file));
    }

    private static (Digest Digest, byte[] Bytes) Sample(int seed)
    {
        var jpeg = Jpegs.Of(seed: seed);
        return (Digest.Of(jpeg), Line(Frame(jpeg), jpeg));
    }

    private static FrameMessage Frame(byte[] jpeg) => new(
        Digest.Of(jpeg), CameraId.Parse("door"), "twin:scene", Version: null, Frame: 7, DateTimeOffset.UnixEpoch, 64, 48, [], "uncertain", Score: 0.4, InclusionProbability: 1);

    private static byte[] Line(FrameMessage frame, byte[] jpeg) => [.. JsonSerializer.SerializeToUtf8Bytes(frame, FleetJson.Strict.FrameMessage), (byte)'\n', .. jpeg];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private static string Offset(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        return Header(answer, "Upload-Offset");
    }

    private static async Task RefusesAsync(int status, ProblemKind kind, HttpResponseMessage answer)
    {
        Assert.Equal((status, kind.Code), ((int)answer.StatusCode, (await TestControlPlane.ProblemAsync(answer)).Code));
        Assert.Equal("1.0.0", Header(answer, "Tus-Resumable"));
    }

    private async Task<Uri> CreateAsync(long length, Digest? digest = null)
    {
        using var answer = await PostAsync(length, digest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.Location!;
    }

    private async Task<HttpResponseMessage> PostAsync(long length, Digest? digest = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/device/v1/uploads") { Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", length.ToString(CultureInfo.InvariantCulture) } } };
        if (digest is { } known)
        {
            message.Headers.Add("Upload-Metadata", $"filename {Convert.ToBase64String("f.jpg"u8)}, digest {Convert.ToBase64String(Encoding.ASCII.GetBytes(known.ToString()))}");
        }

        return await Http.SendAsync(message, Cancel);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, long? offset = null, byte[]? bytes = null, string? sum = null, string media = "application/offset+octet-stream", string? instead = null)
    {
        using var message = new HttpRequestMessage(method, address) { Headers = { { "Tus-Resumable", "1.0.0" } } };
        if (bytes is not null)
        {
            message.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new(media) } };
            message.Headers.Add("Upload-Offset", offset!.Value.ToString(CultureInfo.InvariantCulture));
        }

        if (instead is not null)
        {
            message.Headers.Add("X-HTTP-Method-Override", instead);
        }

        if (sum is not null)
        {
            message.Headers.Add("Upload-Checksum", sum);
        }

        return await Http.SendAsync(message, Cancel);
    }
}
