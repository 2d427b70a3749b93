using System.Net;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Trust;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.ControlPlane.Tests.Registry;
using Fleet.Onnx.Parcels;
using Fleet.Trust;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Blobs;

public sealed class ParcelsApiTests(RunningPlane plane) : IClassFixture<RunningPlane>, IAsyncLifetime
{
    private static int _names;
    private readonly ModelName _model = ModelName.Parse($"parcels-{Interlocked.Increment(ref _names)}");
    private TestDevice? _device;
    private HttpClient? _http;
    private BlobRef[] _files = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Versions 1 and 2 are released, 3 is a draft; a camera of the device is told to run 2.</summary>
    public async ValueTask InitializeAsync()
    {
        _device = await TestDevice.EnrolAsync(plane.Server, $"{_model}");
        _http = _device.Http(plane.Server);
        await plane.Server.SetCameraAsync(_device.Id, "dock");
        _files = [await RegisterAsync(1, released: true), await RegisterAsync(2, released: true), await RegisterAsync(3, released: false)];
        await plane.Server.StoreAsync(store => store.Set<ControlPlane.Devices.CameraRow>().Single(c => c.Device == _device.Id).Version = new VersionId(_model, 2));
    }

    [Fact]
    public async Task A_device_that_has_the_version_before_gets_the_difference()
    {
        var parcel = await BytesAsync(Path(_files[1], _files[0]));
        var held = await BlobAsync(_files[0]);

        Assert.True(Parcel.NeedsBase(parcel));
        Assert.Equal(await BlobAsync(_files[1]), Parcel.Unpack(parcel, held, _files[1]));
        Assert.True(parcel.Length < (await BytesAsync(Path(_files[1]))).Length / 2, "a difference is smaller than the file packed");
    }

    [Fact]
    public async Task A_device_with_none_or_with_what_it_may_not_have_gets_the_file_packed()
    {
        var stranger = await plane.Admin.Blobs.UploadAsync((byte[])[.. await BlobAsync(_files[0]), 1], Cancel);
        foreach (var from in new[] { null, _files[2], _files[1], stranger })
        {
            var parcel = await BytesAsync(Path(_files[1], from));

            Assert.False(Parcel.NeedsBase(parcel));
            Assert.Equal(await BlobAsync(_files[1]), Parcel.Unpack(parcel, [], _files[1]));
        }
    }

    [Fact]
    public async Task A_parcel_is_made_once_and_goes_on_where_it_stopped()
    {
        var whole = await BytesAsync(Path(_files[1], _files[0]));
        var kept = System.IO.Path.Combine(plane.Server.DataFolder, "parcels", $"{_files[1].Digest.Hex}-{_files[0].Digest.Hex}");
        var made = File.GetLastWriteTimeUtc(kept);
        using var request = new HttpRequestMessage(HttpMethod.Get, Path(_files[1], _files[0])) { Headers = { Range = new(10, null) } };

        using var answer = await _http!.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(whole[10..], await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(made, File.GetLastWriteTimeUtc(kept));
    }

    [Theory]
    [InlineData(0, "parcel.none")]
    [InlineData(2, "blob.unknown")]
    public async Task There_is_no_parcel_of_what_the_device_is_not_told_to_run(int file, string code)
    {
        using var answer = await _http!.GetAsync(Path(_files[file], _files[1]), Cancel);

        Assert.Equal((HttpStatusCode.NotFound, code), (answer.StatusCode, (await TestControlPlane.ProblemAsync(answer)).Code));
    }

    [Fact]
    public async Task Nobody_gets_a_parcel_without_a_devices_certificate()
    {
        using var nobody = _device!.Http(plane.Server, withCertificate: false);

        using var answer = await nobody.GetAsync(Path(_files[1]), Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await _device!.DisposeAsync();
    }

    private static Uri Path(BlobRef file, BlobRef? from = null) =>
        new($"/device/v1/parcels/{file.Digest}{(from is null ? "" : $"?base={Uri.EscapeDataString($"{from.Digest}")}")}", UriKind.Relative);

    private async Task<byte[]> BytesAsync(Uri path)
    {
        using var answer = await _http!.GetAsync(path, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    private async Task<byte[]> BlobAsync(BlobRef blob)
    {
        using var bytes = new MemoryStream();
        await plane.Admin.Blobs.DownloadAsync(blob.Digest, bytes, progress: null, Cancel);
        return bytes.ToArray();
    }

    /// <summary>Each number's weights lie close to those of the number before.</summary>
    private async Task<BlobRef> RegisterAsync(int number, bool released)
    {
        var model = TinyModels.Of();
        var chance = new Random(1);
        foreach (var weight in model.Graph.Initializer)
        {
            for (var i = 0; i < weight.FloatData.Count; i++)
            {
                weight.FloatData[i] = (chance.NextSingle() - 0.5f) * (1 + (number * 1e-5f));
            }
        }

        model.ProducerVersion = $"{_model}";
        var blob = await plane.Admin.Blobs.UploadAsync(model.ToByteArray(), Cancel);
        var card = await plane.Admin.Blobs.UploadAsync(System.Text.Encoding.UTF8.GetBytes($"{{\"{_model}\":{number}}}"), Cancel);
        var id = new VersionId(_model, number);
        var row = new ControlPlane.Registry.VersionRow
        {
            Id = id,
            Model = _model,
            Number = number,
            Card = new ModelCard { Version = id, Head = "fleet", Classes = ["a", "b"], Input = new InputSpec("image", 64, 64, "float32", "rgb", 1, [], [], "letterbox", 114), Variants = [new VariantFile("fp32", blob.Digest, blob.SizeBytes)] },
            State = released ? VersionState.Released : VersionState.Draft,
            CreatedAt = DateTimeOffset.UnixEpoch,
            CreatedBy = "anna",
            Files =
            [
                new() { Position = 0, Path = Targets.Card(id), Digest = card.Digest, SizeBytes = card.SizeBytes },
                new() { Position = 1, Path = Targets.Variant(id, "fp32"), Digest = blob.Digest, SizeBytes = blob.SizeBytes },
            ],
        };
        await plane.Server.StoreAsync(store => store.Add(row));
        return blob;
    }
}
