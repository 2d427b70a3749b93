using System.Net;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.ControlPlane.Tests.Registry;
using Fleet.Trust;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.SharedEngines;

public sealed class SharedEnginesTests(RunningPlane plane) : IClassFixture<RunningPlane>, IAsyncLifetime
{
    private static int _names;
    private readonly ModelName _model = ModelName.Parse($"engines-{Interlocked.Increment(ref _names)}");
    private readonly byte[] _engine = Guid.NewGuid().ToByteArray();
    private Digest _key;
    private Digest _file;
    private TestDevice _builder = null!;
    private TestDevice _taker = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Both devices are told to run a released version.</summary>
    public async ValueTask InitializeAsync()
    {
        _key = Digest.Of(_engine.Reverse().ToArray());
        _file = await ReleaseAsync();
        _builder = await EnrolAsync("builder", EngineSharing.Offer);
        _taker = await EnrolAsync("taker", EngineSharing.Take);
    }

    [Fact]
    public async Task What_one_device_built_and_sealed_another_of_its_kind_gets_whole()
    {
        Assert.Equal(HttpStatusCode.Created, (await OfferAsync(_builder, _engine)).StatusCode);

        using var answer = await TakeAsync(_taker);

        Assert.Equal(_engine, await answer.Content.ReadAsByteArrayAsync(Cancel));
        var statement = EngineSeal.Open(answer.Headers.GetValues(SealedEngine.Header).Single(), _taker.Enrolment.CaPem, TimeProvider.System);
        Assert.Equal((_builder.Id, _key, Digest.Of(_engine)), (statement.Device, statement.Key, statement.File));
        Assert.Equal(HttpStatusCode.NoContent, (await OfferAsync(_builder, _engine)).StatusCode);
    }

    [Fact]
    public async Task Without_the_policies_of_both_nothing_is_given_or_taken()
    {
        await PolicyAsync(_builder, EngineSharing.Take);
        Assert.Equal("auth.forbidden", await RefusedAsync(OfferAsync(_builder, _engine)));
        await PolicyAsync(_builder, EngineSharing.Both);
        await OfferAsync(_builder, _engine);

        await PolicyAsync(_taker, EngineSharing.Off);

        Assert.Equal("engine.none", await RefusedAsync(TakeAsync(_taker)));
    }

    [Fact]
    public async Task Other_bytes_than_were_sealed_are_not_kept()
    {
        Assert.Equal("blob.digest", await RefusedAsync(OfferAsync(_builder, [.. _engine.Skip(1), 0])));
        Assert.Equal("request.too-large", await RefusedAsync(OfferAsync(_builder, [.. _engine, 0])));

        Assert.Equal("engine.none", await RefusedAsync(TakeAsync(_taker)));
    }

    [Fact]
    public async Task A_seal_of_someone_else_or_for_something_else_is_refused()
    {
        await PolicyAsync(_taker, EngineSharing.Both);
        using var certificate = _builder.Certificate();
        var stolen = EngineSeal.Close(Statement(_builder), certificate);

        Assert.Equal("engine.seal", await RefusedAsync(PutAsync(_taker, stolen, _engine, _key)));
        Assert.Equal("engine.seal", await RefusedAsync(PutAsync(_builder, stolen, _engine, Digest.Of([9]))));
        Assert.Equal("engine.seal", await RefusedAsync(PutAsync(_builder, "nonsense", _engine, _key)));
        Assert.Equal("engine.none", await RefusedAsync(TakeAsync(_taker)));
    }

    [Fact]
    public async Task An_engine_of_a_file_that_the_device_is_not_told_to_run_is_neither_taken_nor_given()
    {
        await OfferAsync(_builder, _engine);
        using var certificate = _builder.Certificate();
        var foreign = EngineSeal.Close(Statement(_builder) with { Model = Digest.Of([7]) }, certificate);
        Assert.Equal("engine.none", await RefusedAsync(PutAsync(_builder, foreign, _engine, _key)));

        await plane.Server.StoreAsync(store => store.Set<ControlPlane.Devices.CameraRow>().Single(c => c.Device == _taker.Id).Version = null);

        Assert.Equal("engine.none", await RefusedAsync(TakeAsync(_taker)));
    }

    [Fact]
    public async Task What_a_device_built_that_is_revoked_is_given_to_nobody_and_gives_way()
    {
        await OfferAsync(_builder, _engine);
        await plane.Admin.Devices.RevokeAsync(_builder.Id, Cancel);

        Assert.Equal("engine.none", await RefusedAsync(TakeAsync(_taker)));

        await PolicyAsync(_taker, EngineSharing.Both);
        Assert.Equal(HttpStatusCode.Created, (await OfferAsync(_taker, _engine)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await TakeAsync(_taker)).StatusCode);
    }

    [Fact]
    public async Task An_engine_that_gave_way_leaves_no_file_behind()
    {
        byte[] first = [.. _engine, 1];
        using var certificate = _builder.Certificate();
        await PutAsync(_builder, EngineSeal.Close(Statement(_builder, first), certificate), first, _key);
        Assert.True(File.Exists(FileOf(first)));
        await plane.Admin.Devices.RevokeAsync(_builder.Id, Cancel);
        await PolicyAsync(_taker, EngineSharing.Both);

        await OfferAsync(_taker, _engine);

        Assert.False(File.Exists(FileOf(first)));
        Assert.True(File.Exists(FileOf(_engine)));
    }

    private string FileOf(byte[] engine) => Path.Combine(plane.Server.DataFolder, "engines", Digest.Of(engine).Hex[..2], Digest.Of(engine).Hex);

    public async ValueTask DisposeAsync()
    {
        await _builder.DisposeAsync();
        await _taker.DisposeAsync();
    }

    private async Task<TestDevice> EnrolAsync(string name, EngineSharing sharing)
    {
        var device = await TestDevice.EnrolAsync(plane.Server, $"{_model}-{name}");
        await plane.Server.SetCameraAsync(device.Id, "dock");
        await plane.Server.StoreAsync(store => store.Set<ControlPlane.Devices.CameraRow>().Single(c => c.Device == device.Id).Version = new VersionId(_model, 1));
        await PolicyAsync(device, sharing);
        return device;
    }

    private Task PolicyAsync(TestDevice device, EngineSharing sharing) => plane.Admin.Devices.SetPolicyAsync(device.Id, new DevicePolicy { EngineSharing = sharing }, Cancel);

    private EngineStatement Statement(TestDevice device, byte[]? engine = null) =>
        new(_key, _file, Digest.Of(engine ?? _engine), (engine ?? _engine).Length, device.Id, DateTimeOffset.UnixEpoch);

    private async Task<HttpResponseMessage> OfferAsync(TestDevice device, byte[] bytes)
    {
        using var certificate = device.Certificate();
        return await PutAsync(device, EngineSeal.Close(Statement(device), certificate), bytes, _key);
    }

    private async Task<HttpResponseMessage> PutAsync(TestDevice device, string seal, byte[] bytes, Digest key)
    {
        using var http = device.Http(plane.Server);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/device/v1/engines/{key}") { Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/octet-stream") } } };
        request.Headers.Add(SealedEngine.Header, seal);
        return await http.SendAsync(request, Cancel);
    }

    private async Task<HttpResponseMessage> TakeAsync(TestDevice device)
    {
        using var http = device.Http(plane.Server);
        return await http.GetAsync($"/device/v1/engines/{_key}", Cancel);
    }

    private static async Task<string> RefusedAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        return (await TestControlPlane.ProblemAsync(answer)).Code;
    }

    private async Task<Digest> ReleaseAsync()
    {
        var model = TinyModels.Of();
        model.ProducerVersion = $"{_model}";
        var blob = await plane.Admin.Blobs.UploadAsync(model.ToByteArray(), Cancel);
        var version = await plane.Admin.Versions.RegisterAsync(
            new VersionRequest { Model = _model, Head = "fleet", Classes = ["carton", "pallet"], Variants = [new("fp32", blob.Digest)] }, Cancel);
        var releases = plane.Services.GetRequiredService<TufRepository>();
        using var publisher = SigningKey.Load(Path.Combine(plane.Server.DataFolder, "offline", "publisher.pem"));
        await plane.Admin.Trust.PublishTargetsAsync(Publisher.Add(releases.CurrentRoot(), releases.CurrentTargets(), version.Card.Version, version.Files, publisher, TimeProvider.System), Cancel);
        return blob.Digest;
    }
}
