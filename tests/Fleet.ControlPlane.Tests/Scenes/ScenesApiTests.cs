using System.Net;
using System.Text;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.ControlPlane.Tests.Registry;

namespace Fleet.ControlPlane.Tests.Scenes;

public sealed class ScenesApiTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_scene_keeps_its_versions_and_the_same_scene_twice_is_one()
    {
        var first = await plane.Admin.Scenes.PushAsync(await RequestAsync("aisle", "label: box\n"), Cancel);
        var again = await plane.Admin.Scenes.PushAsync(await RequestAsync("aisle", "label: box\n"), Cancel);
        var second = await plane.Admin.Scenes.PushAsync(await RequestAsync("aisle", "label: carton\n"), Cancel);

        Assert.Equal(first.CreatedAt, again.CreatedAt);
        Assert.Equal((1, 1, 2), (first.Number, again.Number, second.Number));
        Assert.Equal(new PictureSize(4, 2), first.SheetSize);
        Assert.Equal(2, Assert.Single(first.Worlds).Cameras);
        Assert.Equal([2, 1], (await plane.Admin.Scenes.VersionsAsync(first.Name, Cancel)).Select(v => v.Number));
        Assert.Equal(2, Assert.Single((await plane.Admin.Scenes.PageAsync(cursor: null, limit: null, Cancel)).Items, s => s.Name == first.Name).Number);
        Assert.Equal("label: box\n", await plane.Admin.Scenes.YamlAsync(first.Name, 1, Cancel));
        Assert.Equal(first.Number, (await plane.Admin.Scenes.FindAsync(first.Scene, Cancel))!.Number);
    }

    [Fact]
    public async Task Its_files_come_with_the_type_that_was_checked()
    {
        var scene = await plane.Admin.Scenes.PushAsync(await RequestAsync("typed", "label: typed\n"), Cancel);

        Assert.Equal(("image/png", "nosniff"), await TypeAsync(ScenesClient.SheetPath(scene.Name, 1)));
        Assert.Equal(("model/gltf-binary", "nosniff"), await TypeAsync(ScenesClient.WorldPath(scene.Name, 1, at: 0)));
        Assert.Equal(("text/plain", "nosniff"), await TypeAsync(ScenesClient.YamlPath(scene.Name, 1)));
        Assert.Equal(HttpStatusCode.NotFound, (await plane.Server.Http.GetAsync(ScenesClient.WorldPath(scene.Name, 1, at: 1), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await plane.Server.Http.GetAsync(ScenesClient.SheetPath(scene.Name, 2), Cancel)).StatusCode);
    }

    [Fact]
    public async Task What_is_no_picture_no_world_or_no_text_is_refused_and_nothing_is_kept()
    {
        var png = SceneFiles.Png();
        await RefusedAsync("not a PNG", sheet: "<svg onload='alert(1)'/>"u8.ToArray());
        await RefusedAsync("not a PNG", sheet: png[..^8]);
        await RefusedAsync("not a PNG", sheet: [.. png, .. "<script>"u8]);
        await RefusedAsync("16384", sheet: SceneFiles.Png(widthPx: 100_000));
        await RefusedAsync("not a binary glTF", world: "{}"u8.ToArray());
        await RefusedAsync("version 1", world: SceneFiles.Glb(version: 1));
        await RefusedAsync("bytes", world: SceneFiles.Glb(tooLong: 4));
        await RefusedAsync("outside itself", world: SceneFiles.Glb("""{"asset":{"version":"2.0"},"buffers":[{"byteLength":4,"uri":"http://elsewhere/x.bin"}]}"""));
        await RefusedAsync("picture", world: SceneFiles.Glb("""{"asset":{"version":"2.0"},"images":[{"uri":"http://elsewhere/x.png"}]}"""));
        await RefusedAsync("lies outside", world: SceneFiles.Glb("""{"asset":{"version":"2.0"},"buffers":[{"byteLength":4}],"bufferViews":[{"byteOffset":3,"byteLength":4}]}"""));
        await RefusedAsync("KHR_draco", world: SceneFiles.Glb("""{"asset":{"version":"2.0"},"extensionsRequired":["KHR_draco_mesh_compression"]}"""));
        await RefusedAsync("not UTF-8", yaml: [0x61, 0xFF]);
        await RefusedAsync("control characters", yaml: "a: \u0007"u8.ToArray());
        await RefusedAsync("at most 262144", yaml: new byte[(256 << 10) + 1]);
        Assert.Empty(await plane.Admin.Scenes.VersionsAsync(SceneName.Parse("hostile"), Cancel));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("Upper")]
    [InlineData("")]
    public async Task A_name_that_is_a_path_is_refused(string name)
    {
        var body = Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(await RequestAsync("placeholder", "label: p\n"), FleetJson.Strict.SceneRequest));
        using var content = new StringContent(body.Replace("placeholder", name, StringComparison.Ordinal), Encoding.UTF8, "application/json");

        var answer = await plane.Server.Http.PostAsync("/api/v1/scenes", content, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await plane.Server.Http.GetAsync($"/api/v1/scenes/{Uri.EscapeDataString(name)}/1/sheet", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Only_an_operator_pushes_and_a_trainer_does_not_even_look()
    {
        var request = await RequestAsync("guarded", "label: guarded\n");
        foreach (var role in (Role[])[Role.Viewer, Role.Labeller, Role.Trainer])
        {
            using var client = await plane.ClientAsync(role);
            Assert.Equal(Problems.AuthForbidden, (await Assert.ThrowsAsync<ProblemException>(() => client.Scenes.PushAsync(request, Cancel))).Kind);
        }

        using var stranger = plane.Server.Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/scenes", Cancel)).StatusCode);
        using var trainer = await plane.ClientAsync(Role.Trainer);
        Assert.Equal(Problems.AuthForbidden, (await Assert.ThrowsAsync<ProblemException>(() => trainer.Scenes.PageAsync(cursor: null, limit: null, Cancel))).Kind);
        await plane.Admin.Scenes.PushAsync(request, Cancel);
        using var viewer = await plane.ClientAsync(Role.Viewer);
        Assert.Single(await viewer.Scenes.VersionsAsync(request.Name, Cancel));
        var written = await TestControlPlane.ReadAsync(await plane.Server.Http.GetAsync("/api/v1/audit?act=/scenes", Cancel), FleetJson.Strict.PageAuditEntry);
        Assert.Contains(written.Items, e => e.Status == 403);
        Assert.Contains(written.Items, e => e.Status == 201);
    }

    [Fact]
    public async Task A_version_that_was_trained_from_a_scene_is_found_by_it()
    {
        var scene = await plane.Admin.Scenes.PushAsync(await RequestAsync("origin", "label: origin\n"), Cancel);
        var onnx = await plane.Admin.Blobs.UploadAsync(TinyModels.Bytes(), Cancel);
        var request = new VersionRequest { Model = ModelName.Parse("from-origin"), Variants = [new VariantUpload("fp32", onnx.Digest)], Head = "fleet", Classes = ["box", "can"] };
        var trained = await plane.Admin.Versions.RegisterAsync(request with { Lineage = new Lineage { Scene = scene.Scene } }, Cancel);
        await plane.Admin.Versions.RegisterAsync(request, Cancel);

        Assert.Equal([trained.Card.Version], (await plane.Admin.Versions.TrainedFromAsync(scene.Scene, Cancel)).Select(v => v.Card.Version));
    }

    private async Task<SceneRequest> RequestAsync(string name, string yaml, byte[]? sheet = null, byte[]? world = null, byte[]? text = null)
    {
        var content = text ?? Encoding.UTF8.GetBytes(yaml);
        var facts = new SceneFacts("warehouse", Frames: 2, [new SceneClass("box", 7)], new SceneCamera(640, 480, [40, 60], Poses: 0), [new SceneKnob("label", "box")]);
        return new SceneRequest(
            SceneName.Parse(name),
            Digest.Of(content),
            (await plane.Admin.Blobs.UploadAsync(content, Cancel)).Digest,
            (await plane.Admin.Blobs.UploadAsync(sheet ?? SceneFiles.Png(), Cancel)).Digest,
            [new WorldUpload("Frame 0", (await plane.Admin.Blobs.UploadAsync(world ?? SceneFiles.Glb(), Cancel)).Digest)],
            facts);
    }

    private async Task RefusedAsync(string why, byte[]? sheet = null, byte[]? world = null, byte[]? yaml = null)
    {
        var request = await RequestAsync("hostile", "label: hostile\n", sheet, world, text: yaml);
        var refused = await Assert.ThrowsAsync<ProblemException>(() => plane.Admin.Scenes.PushAsync(request, Cancel));
        Assert.Equal(Problems.SceneInvalid, refused.Kind);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private async Task<(string? Type, string Sniffing)> TypeAsync(string path)
    {
        var answer = await plane.Server.Http.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (answer.Content.Headers.ContentType?.MediaType, answer.Headers.GetValues("X-Content-Type-Options").Single());
    }
}
