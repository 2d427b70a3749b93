using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.LabelStudio;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.ControlPlane.Tests.Registry;
using Fleet.ControlPlane.Tests.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fleet.ControlPlane.Tests.LabelStudio;

/// <summary>What a Label Studio sends, as it sends it.</summary>
public sealed class LabelStudioTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private const string Config = """<View><Image name=\"image\" value=\"$image\"/><RectangleLabels name=\"label\" toName=\"image\"><Label value=\"Carton\"/><Label value=\"can\"/></RectangleLabels></View>""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_labels_for_it_what_it_proposes_here()
    {
        var version = await RegisterAsync("tiny-studio");
        var jpeg = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Labelling", "shelf.jpg"), Cancel);
        var sample = await TakeAsync(jpeg);
        using var studio = Studio(await plane.Server.KeyAsync(Role.Viewer));

        using var health = JsonDocument.Parse(await studio.GetStringAsync(new Uri($"{version}/health", UriKind.Relative), Cancel));
        Assert.Equal("UP", health.RootElement.GetProperty("status").GetString());
        using var setup = await SendAsync(studio, $"{version}/setup", $$"""{"project": "7.1764000000", "schema": "{{Config}}", "hostname": "http://evil.example", "access_token": "abc", "extra_params": null}""");
        Assert.Equal($"{version}", setup.RootElement.GetProperty("model_version").GetString());
        using var predicted = await SendAsync(studio, $"{version}/predict", Predict($"https://any.example/api/v1/samples/{sample}/picture", $"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}"));

        var looked = await plane.Admin.Labelling.LookAsync(new LookRequest(version, [sample]), Cancel);
        var results = predicted.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.True(looked.Boxes > 0);
        Assert.Equal(2, results.Count);
        Assert.All(results, r => Assert.Equal((looked.Boxes, $"{version}"), (r.GetProperty("result").GetArrayLength(), r.GetProperty("model_version").GetString())));
        var region = results[0].GetProperty("result")[0];
        Assert.Equal(("label", "image", "rectanglelabels"), (region.GetProperty("from_name").GetString(), region.GetProperty("to_name").GetString(), region.GetProperty("type").GetString()));
        Assert.Equal(JpegHeader.Read(jpeg).WidthPx, region.GetProperty("original_width").GetInt32());
        Assert.InRange(region.GetProperty("value").GetProperty("width").GetDouble(), 0.001, 100);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(plane.Server.DataFolder, "looks", "tasks")));
    }

    [Fact]
    public async Task Its_password_is_an_api_key_that_serves_there_and_nowhere_else()
    {
        var version = await RegisterAsync("tiny-secret");
        using var session = Studio(plane.Server.Admin.Token);
        using var wrong = Studio("fleet_wrong");
        using var key = Studio(await plane.Server.KeyAsync(Role.Labeller));

        foreach (var client in (HttpClient[])[session, wrong])
        {
            using var refused = await client.GetAsync(new Uri($"{version}/health", UriKind.Relative), Cancel);
            Assert.Equal((HttpStatusCode.Unauthorized, "Basic"), (refused.StatusCode, refused.Headers.WwwAuthenticate.First().Scheme));
        }

        Assert.Equal(HttpStatusCode.OK, (await key.GetAsync(new Uri($"{version}/health", UriKind.Relative), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await key.GetAsync(new Uri("/api/v1/versions", UriKind.Relative), Cancel)).StatusCode);
        Assert.Equal(Problems.VersionUnknown.Code, (await TestControlPlane.ProblemAsync(await key.GetAsync(new Uri("tiny-secret/health", UriKind.Relative), Cancel))).Code);
    }

    [Fact]
    public async Task Pictures_come_from_the_hosts_the_operator_named_and_from_nowhere_else()
    {
        var version = await RegisterAsync("tiny-fetch");
        var jpeg = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Labelling", "shelf.jpg"), Cancel);
        await using var uploads = await PictureHost.StartAsync(jpeg);
        await using var inside = await PictureHost.StartAsync(jpeg);
        using var studio = Studio(await plane.Server.KeyAsync(Role.Viewer));
        var options = plane.Services.GetRequiredService<LabelStudioOptions>();

        async Task<string> RefusedAsync(string address)
        {
            var problem = await TestControlPlane.ProblemAsync(await studio.PostAsync(new Uri($"{version}/predict", UriKind.Relative), Json(Predict(address)), Cancel));
            Assert.Equal(Problems.SamplePicture.Code, problem.Code);
            Assert.StartsWith("Task 1: ", problem.Detail, StringComparison.Ordinal);
            return problem.Detail!;
        }

        Assert.Contains("not fetched from", await RefusedAsync($"{uploads.Address}/data/upload/7/a.jpg"), StringComparison.Ordinal);
        Assert.Contains("Taken are", await RefusedAsync("/data/upload/7/a.jpg"), StringComparison.Ordinal);
        Assert.Contains("Taken are", await RefusedAsync("file:///etc/passwd"), StringComparison.Ordinal);
        Assert.Contains("not fetched from", await RefusedAsync("http://169.254.169.254/latest/meta-data"), StringComparison.Ordinal);
        Assert.Empty(uploads.Asked);

        (options.Url, options.Token) = ($"{uploads.Address}", "studio-token");
        Assert.Contains("not fetched from", await RefusedAsync($"http://user@{uploads.Address.Authority}/data/upload/7/a.jpg"), StringComparison.Ordinal);
        Assert.Contains("not fetched from", await RefusedAsync($"{uploads.Address}redirect?to={Uri.EscapeDataString($"{inside.Address}secret")}"), StringComparison.Ordinal);
        Assert.Contains("larger than", await RefusedAsync($"{uploads.Address}endless"), StringComparison.Ordinal);
        Assert.Contains("answered 404", await RefusedAsync($"{uploads.Address}nothing"), StringComparison.Ordinal);
        Assert.Contains("neither a JPEG nor", await RefusedAsync("data:image/gif;base64,R0lGODlhAQABAAAAACw="), StringComparison.Ordinal);
        using var predicted = await SendAsync(studio, $"{version}/predict", Predict("/data/upload/7/a.jpg", $"{uploads.Address}redirect?to=%2Fdata%2Fupload%2F7%2Fa.jpg"));
        Assert.Equal(2, predicted.RootElement.GetProperty("results").GetArrayLength());
        Assert.All(uploads.Asked, a => Assert.Equal("Token studio-token", a));
        Assert.Empty(inside.Asked);

        options.ImageHosts = $"cdn.example, {inside.Address.Authority}";
        using var other = await SendAsync(studio, $"{version}/predict", Predict($"{inside.Address}data/upload/7/a.jpg"));
        Assert.Equal(["no token"], inside.Asked);
    }

    private static string Predict(params string[] pictures)
    {
        var tasks = pictures.Select((p, at) => $$"""{"id": {{at + 1}}, "data": {"image": {{JsonSerializer.Serialize(p)}}, "note": 3}, "annotations": [], "predictions": [], "is_labeled": false, "project": 7}""");
        return $$"""{"tasks": [{{string.Join(", ", tasks)}}], "model_version": "any", "project": "7.1764000000", "label_config": "{{Config}}", "params": {"login": null, "password": null, "context": null} }""";
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<JsonDocument> SendAsync(HttpClient studio, string path, string body)
    {
        using var answer = await studio.PostAsync(new Uri(path, UriKind.Relative), Json(body), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text);
    }

    private HttpClient Studio(string password)
    {
        var client = new HttpClient { BaseAddress = new Uri(new Uri(plane.Server.Endpoints.OperatorUrl), "/api/v1/label-studio/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"fleet:{password}")));
        return client;
    }

    private async Task<VersionId> RegisterAsync(string model)
    {
        var bytes = TinyModels.Bytes(seed: 1);
        await plane.Services.GetRequiredService<BlobStore>().PutAsync(bytes, Cancel);
        var version = await plane.Admin.Versions.RegisterAsync(
            new VersionRequest { Model = ModelName.Parse(model), Head = "fleet", Classes = ["carton", "can"], Variants = [new VariantUpload("fp32", Digest.Of(bytes))] }, Cancel);
        return version.Card.Version;
    }

    private async Task<Digest> TakeAsync(byte[] jpeg)
    {
        var (device, camera) = (DeviceId.Parse("edge-1"), CameraId.Parse("dock"));
        await plane.KnowAsync(device, camera);
        var size = JpegHeader.Read(jpeg);
        var frame = new FrameMessage(Digest.Of(jpeg), camera, "twin:scene", Version: null, Frame: 0, DateTimeOffset.UnixEpoch, size.WidthPx, size.HeightPx, [], "random", 0.5, 1);
        await plane.Services.GetRequiredService<SampleArrival>().TakeAsync(device, new FrameForm(frame, jpeg), Cancel);
        return Digest.Of(jpeg);
    }

    /// <summary>A server of pictures that remembers with which token it was asked.</summary>
    private sealed class PictureHost : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _asked;

        private PictureHost(WebApplication app, System.Collections.Concurrent.ConcurrentQueue<string> asked) => (_app, _asked) = (app, asked);

        public Uri Address => new(_app.Urls.First() + "/");

        public IReadOnlyCollection<string> Asked => _asked;

        public static async Task<PictureHost> StartAsync(byte[] jpeg)
        {
            var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.Use((http, next) =>
            {
                asked.Enqueue(http.Request.Headers.Authorization.FirstOrDefault() ?? "no token");
                return next(http);
            });
            app.MapGet("/data/upload/7/a.jpg", () => Results.Bytes(jpeg, "image/jpeg"));
            app.MapGet("/redirect", (string to) => Results.Redirect(to));
            app.MapGet("/endless", () => Results.Bytes(new byte[TaskPictures.MaxBytes + 1], "image/jpeg"));
            await app.StartAsync(Cancel);
            return new PictureHost(app, asked);
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }
    }
}
