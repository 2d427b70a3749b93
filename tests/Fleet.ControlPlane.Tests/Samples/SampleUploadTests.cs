using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;

namespace Fleet.ControlPlane.Tests.Samples;

public sealed class SampleUploadTests : IAsyncLifetime
{
    private SendingCamera _sender = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RunningPlane Plane => _sender.Plane;

    private HttpClient Http => _sender.Http;

    public async ValueTask InitializeAsync() => _sender = await SendingCamera.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _sender.DisposeAsync();

    [Fact]
    public async Task Acknowledges_a_sample_once_it_is_kept_and_again_when_it_comes_again()
    {
        var jpeg = Jpegs.Of(seed: 1);

        using var first = await SendAsync(Frame(jpeg), jpeg);
        using var second = await SendAsync(Frame(jpeg), jpeg);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        var sample = await Plane.Admin.Samples.GetAsync(Digest.Of(jpeg), Cancel);
        Assert.Equal((_sender.Device.Id, SampleState.Unlabelled), (sample.Device, sample.State));
        Assert.Equal(jpeg, await Plane.Admin.Samples.GetPictureAsync(Digest.Of(jpeg), Cancel));
    }

    [Fact]
    public async Task Refuses_what_is_not_what_it_says_and_keeps_nothing()
    {
        var jpeg = Jpegs.Of(seed: 2);
        var frame = Frame(jpeg);

        await RefusesAsync(Problems.BlobDigest, frame, Jpegs.Of(seed: 3));
        await RefusesAsync(Problems.BlobDigest, frame, jpeg, address: Digest.Of("another"u8));
        await RefusesAsync(Problems.SamplePicture, frame with { WidthPx = 4000 }, jpeg);
        await RefusesAsync(Problems.SamplePicture, Frame("<svg/>"u8.ToArray()), "<svg/>"u8.ToArray());
        await RefusesAsync(Problems.CameraUnknown, frame with { Camera = CameraId.Parse("someone-elses") }, jpeg);
        await RefusesAsync(Problems.RequestInvalid, frame with { Score = 7 }, jpeg);
        await RefusesAsync(Problems.RequestTooLarge, Frame(new byte[4_400_000]), new byte[4_400_000]);
        await RefusesAsync(Problems.RequestTooLarge, Frame(new byte[4_900_000]), new byte[4_900_000]);
        Assert.Empty((await Plane.Admin.Samples.PageAsync(new(), cursor: null, limit: null, Cancel)).Items);
    }

    [Fact]
    public async Task Says_what_a_form_lacks()
    {
        using var noForm = await Http.PutAsync(Address(Digest.Of("x"u8)), new StringContent("{}"), Cancel);
        using var cutOff = await Http.PutAsync(Address(Digest.Of("x"u8)), CutOff(), Cancel);
        using var noFrame = await Http.PutAsync(Address(Digest.Of("x"u8)), new MultipartFormDataContent { { new StringContent("{}"), "meta" } }, Cancel);

        Assert.Equal(Problems.RequestMalformed.Code, (await TestControlPlane.ProblemAsync(noForm)).Code);
        Assert.Equal(Problems.RequestMalformed.Code, (await TestControlPlane.ProblemAsync(cutOff)).Code);
        Assert.Equal(Problems.RequestMalformed.Code, (await TestControlPlane.ProblemAsync(noFrame)).Code);
    }

    private static StringContent CutOff() => new("--edge\r\nContent-Disposition: form-data; name=\"frame\"; filename=\"f\"\r\n\r\nabc")
    {
        Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=edge") },
    };

    private static Uri Address(Digest digest) => new($"/device/v1/samples/{digest}", UriKind.Relative);

    private static FrameMessage Frame(byte[] jpeg) => new(
        Digest.Of(jpeg), CameraId.Parse("door"), "twin:scene", Version: null, Frame: 7, DateTimeOffset.UnixEpoch, 64, 48, [], "uncertain", Score: 0.4, InclusionProbability: 1);

    private async Task<HttpResponseMessage> SendAsync(FrameMessage frame, byte[] jpeg, Digest? address = null)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(frame, FleetJson.Strict.FrameMessage)), "meta" },
            { new ByteArrayContent(jpeg), "frame", "frame.jpg" },
        };
        return await Http.PutAsync(Address(address ?? frame.Digest), form, Cancel);
    }

    private async Task RefusesAsync(ProblemKind kind, FrameMessage frame, byte[] jpeg, Digest? address = null)
    {
        using var answer = await SendAsync(frame, jpeg, address);
        Assert.Equal(kind.Code, (await TestControlPlane.ProblemAsync(answer)).Code);
    }
}
