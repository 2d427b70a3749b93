using System.Text.Json;
using Fleet.Contracts;
using Fleet.ControlPlane.Registry;
using Fleet.Vision;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Registry;

public sealed class VersionsApiTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly string[] Classes = ["carton", "pallet"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registers_what_the_file_says_and_lists_every_file_a_publisher_signs()
    {
        var file = await UploadAsync(TinyModels.Bytes());
        var golden = await UploadAsync(Golden("carton"));

        var version = await plane.Admin.Versions.RegisterAsync(Request("files", file) with { GoldenClip = golden }, Cancel);

        Assert.Equal(VersionId.Parse("files@1"), version.Card.Version);
        Assert.Equal((64, 64, "float32", "rgb"), (version.Card.Input.WidthPx, version.Card.Input.HeightPx, version.Card.Input.Element, version.Card.Input.Color));
        Assert.Equal(["peaks.weight", "ltrb.weight"], version.Card.Sparsity.Select(l => l.Layer));
        Assert.Equal((VersionState.Draft, plane.Server.Admin.Name), (version.State, version.CreatedBy));
        Assert.Equal(["models/files/1/card.json", "models/files/1/fp32.onnx", "models/files/1/golden.zip"], version.Files.Select(f => f.Path));
        Assert.Equal(JsonSerializer.Serialize(version.Card, FleetJson.Strict.ModelCard), JsonSerializer.Serialize(await CardAsync(version), FleetJson.Strict.ModelCard));
    }

    [Fact]
    public async Task Shows_the_report_of_a_version_to_people_and_lets_it_do_nothing()
    {
        var file = await UploadAsync(TinyModels.Bytes());
        var page = await UploadAsync("<h1>mAP</h1><script>steal()</script>"u8.ToArray());
        var version = await plane.Admin.Versions.RegisterAsync(Request("page", file) with { Report = page }, Cancel);
        var without = await plane.Admin.Versions.RegisterAsync(Request("page", file), Cancel);

        using var shown = await ReadAsync(new Uri($"/api/v1/versions/{version.Card.Version}/report", UriKind.Relative));
        Assert.Equal("text/html", shown.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("sandbox;", shown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("<h1>mAP</h1>", await shown.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain(version.Files, f => f.Digest == page);
        using var none = await ReadAsync(new Uri($"/api/v1/versions/{without.Card.Version}/report", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, none.StatusCode);
    }

    private async Task<HttpResponseMessage> ReadAsync(Uri path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", plane.Server.Admin.Token);
        return await plane.Server.Http.SendAsync(request, Cancel);
    }

    [Fact]
    public async Task Numbers_versions_without_a_gap_when_many_register_at_once()
    {
        const int many = 6;
        var file = await UploadAsync(TinyModels.Bytes());

        var versions = await Task.WhenAll(Enumerable.Range(0, many).Select(_ => plane.Admin.Versions.RegisterAsync(Request("crowd", file), Cancel)));

        Assert.Equal(Enumerable.Range(1, many), versions.Select(v => v.Card.Version.Number).Order());
    }

    [Fact]
    public async Task Shows_the_newest_version_first_page_by_page()
    {
        var file = await UploadAsync(TinyModels.Bytes());
        for (var i = 0; i < 3; i++)
        {
            await plane.Admin.Versions.RegisterAsync(Request("pages", file), Cancel);
        }

        var listed = new List<VersionId>();
        for (string? cursor = null; ;)
        {
            var page = await plane.Admin.Versions.PageAsync(cursor, limit: 2, Cancel);
            listed.AddRange(page.Items.Select(v => v.Card.Version));
            if ((cursor = page.Next) is null)
            {
                break;
            }
        }

        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.Equal([3, 2, 1], listed.Where(v => v.Model == ModelName.Parse("pages")).Select(v => v.Number));
    }

    [Fact]
    public async Task Refuses_what_is_not_onnx_in_a_sentence_that_names_the_variant()
    {
        var e = await RefusedAsync(Request("pointer", await UploadAsync("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"u8.ToArray())));

        Assert.Equal(Problems.ModelNotOnnx, e.Kind);
        Assert.StartsWith("Variant fp32: This is a Git LFS pointer", e.Message, StringComparison.Ordinal);
        await AssertNothingRegisteredAsync("pointer");
    }

    [Fact]
    public async Task Refuses_weights_in_another_file()
    {
        var e = await RefusedAsync(Request("external", await UploadAsync(TinyModels.WithExternalData())));

        Assert.Equal(Problems.ModelUnsafe, e.Kind);
        await AssertNothingRegisteredAsync("external");
    }

    [Fact]
    public async Task Refuses_a_head_that_does_not_fit()
    {
        var file = await UploadAsync(TinyModels.Bytes());

        Assert.Equal(Problems.ModelHead, (await RefusedAsync(Request("head", file) with { Head = "yolox" })).Kind);
        Assert.Equal(Problems.ModelHead, (await RefusedAsync(Request("head", file) with { Classes = ["carton"] })).Kind);
        await AssertNothingRegisteredAsync("head");
    }

    [Fact]
    public async Task Recognises_the_head_and_puts_what_was_said_about_the_input_on_the_card()
    {
        var request = Request("said", await UploadAsync(TinyModels.Bytes())) with
        {
            Head = null, NmsIou = 0.7f, ScoreThreshold = 0.2f, InputOptions = new InputOptions { Color = "bgr", Scale = 0.5f, Fit = Fits.Stretch, Pad = 0 },
        };

        var card = (await plane.Admin.Versions.RegisterAsync(request, Cancel)).Card;

        Assert.Equal(("fleet", 0.7f, 0.2f), (card.Head, card.NmsIou, card.ScoreThreshold));
        Assert.Equal(("bgr", 0.5f, Fits.Stretch, (byte)0), (card.Input.Color, card.Input.Scale, card.Input.Fit, card.Input.Pad));
        Assert.Equal(Problems.ModelHead, (await RefusedAsync(request with { InputOptions = new InputOptions { WidthPx = 65 } })).Kind);
    }

    [Fact]
    public async Task Refuses_a_variant_that_was_never_uploaded() =>
        Assert.Equal(Problems.BlobUnknown, (await RefusedAsync(Request("missing", Digest.Of("never uploaded"u8)))).Kind);

    [Fact]
    public async Task Refuses_variants_that_would_share_a_path()
    {
        var file = await UploadAsync(TinyModels.Bytes());
        var request = Request("twins", file) with { Variants = [new("fp32-2:4", file), new("fp32-2-4", file)] };

        Assert.Equal(Problems.RequestInvalid, (await RefusedAsync(request)).Kind);
    }

    [Theory]
    [InlineData("forklift")]
    [InlineData(null)]
    public async Task Refuses_a_golden_clip_that_is_none_or_expects_another_class(string? label)
    {
        var golden = await UploadAsync(label is null ? "no zip"u8.ToArray() : Golden(label));
        var request = Request("golden", await UploadAsync(TinyModels.Bytes())) with { GoldenClip = golden };

        var e = await RefusedAsync(request);

        Assert.Equal(Problems.RequestInvalid, e.Kind);
        Assert.StartsWith("The golden clip cannot be used", e.Message, StringComparison.Ordinal);
        await AssertNothingRegisteredAsync("golden");
    }

    [Fact]
    public async Task Says_that_a_version_is_unknown()
    {
        var e = await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Versions.GetAsync(VersionId.Parse("nothing@1"), Cancel));

        Assert.Equal(Problems.VersionUnknown, e.Kind);
    }

    private static VersionRequest Request(string model, Digest file) =>
        new() { Model = ModelName.Parse(model), Head = "fleet", Classes = Classes, Variants = [new VariantUpload("fp32", file)] };

    private static byte[] Golden(string label)
    {
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0];
        using var zip = new MemoryStream();
        new GoldenClip([new GoldenFrame("000.png", png, [new Detection(label, 0.9f, new Box(1, 2, 3, 4))])]).Write(zip);
        return zip.ToArray();
    }

    private async Task<Digest> UploadAsync(byte[] bytes) => (await plane.Admin.Blobs.UploadAsync(bytes, Cancel)).Digest;

    private async Task<ProblemException> RefusedAsync(VersionRequest request) =>
        await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Versions.RegisterAsync(request, Cancel));

    private async Task AssertNothingRegisteredAsync(string model) =>
        Assert.Null(await plane.Services.GetRequiredService<VersionCatalogue>().FindAsync(new VersionId(ModelName.Parse(model), number: 1), Cancel));

    private async Task<ModelCard> CardAsync(VersionResponse version)
    {
        using var card = new MemoryStream();
        await plane.Admin.Blobs.DownloadAsync(version.Files[0].Digest, card, progress: null, Cancel);
        Assert.Equal(version.Files[0].SizeBytes, card.Length);
        return JsonSerializer.Deserialize(card.ToArray(), FleetJson.Strict.ModelCard)!;
    }
}
