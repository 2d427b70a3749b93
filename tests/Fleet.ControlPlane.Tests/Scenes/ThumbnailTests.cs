using System.Net;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.ControlPlane.Scenes;
using Fleet.Testing;
using SkiaSharp;

namespace Fleet.ControlPlane.Tests.Scenes;

/// <summary>Real contact sheets, made small by the real child.</summary>
public sealed class ThumbnailTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private const int CellWidthPx = 80;
    private const int CellHeightPx = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pushed_scene_gets_a_small_picture_of_its_first_frames_and_a_sheet_that_is_none_is_said_to_be_none()
    {
        var good = await PushAsync("pictured", Sheet());
        var bad = await PushAsync("torn", SceneFiles.Png());
        using var viewer = await plane.ClientAsync(Role.Viewer);

        await Eventually.Is(async () => await StateAsync(viewer, good) == SceneThumbnail.Ready && await StateAsync(viewer, bad) == SceneThumbnail.None, Patience);
        var answer = await plane.Server.Http.GetAsync(ScenesClient.ThumbnailPath(good.Name, good.Number), Cancel);
        using var small = SKBitmap.Decode(await answer.Content.ReadAsByteArrayAsync(Cancel));

        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal((3 * CellWidthPx, 2 * CellHeightPx), (small.Width, small.Height));
        Assert.Equal(["red", "green", "blue"], Enumerable.Range(0, 3).Select(c => NameOf(small.GetPixel((c * CellWidthPx) + (CellWidthPx / 2), CellHeightPx / 2))));
        Assert.Equal(HttpStatusCode.NotFound, (await plane.Server.Http.GetAsync(ScenesClient.ThumbnailPath(bad.Name, bad.Number), Cancel)).StatusCode);
        Assert.All(await viewer.Scenes.VersionsAsync(good.Name, Cancel), s => Assert.Equal(SceneThumbnail.Ready, s.Thumbnail));
    }

    [Theory]
    [InlineData(1800, 900, 640, 480, 24, 900, 450)] // four to three: three by two
    [InlineData(1800, 1200, 512, 512, 24, 1200, 600)] // square: four by two
    [InlineData(600, 168, 1920, 1080, 2, 300, 168)] // fewer than a card holds
    [InlineData(700, 650, 640, 480, 24, 700, 650)] // no rows and columns: all of it
    [InlineData(4, 2, 640, 480, int.MaxValue, 4, 2)]
    public void Whole_frames_nearest_to_the_shape_of_a_card_are_cut_out(int sheetWidth, int sheetHeight, int cameraWidth, int cameraHeight, int frames, int width, int height) =>
        Assert.Equal(new PictureSize(width, height), ThumbnailCut.Of(new PictureSize(sheetWidth, sheetHeight), new SceneCamera(cameraWidth, cameraHeight, FovDegrees: null, Poses: 0), frames));

    private static async Task<SceneThumbnail> StateAsync(FleetClient viewer, SceneResponse scene) => (await viewer.Scenes.GetAsync(scene.Name, scene.Number, Cancel)).Thumbnail;

    private async Task<SceneResponse> PushAsync(string name, byte[] sheet)
    {
        var text = System.Text.Encoding.UTF8.GetBytes($"label: {name}\n");
        var facts = new SceneFacts("warehouse", Frames: 24, [new SceneClass("box", 7)], new SceneCamera(640, 480, [40, 60], Poses: 0), []);
        return await plane.Admin.Scenes.PushAsync(
            new SceneRequest(SceneName.Parse(name), Digest.Of(text), (await plane.Admin.Blobs.UploadAsync(text, Cancel)).Digest, (await plane.Admin.Blobs.UploadAsync(sheet, Cancel)).Digest, [], facts), Cancel);
    }

    /// <summary>Six frames wide and four high, each of one colour.</summary>
    private static byte[] Sheet()
    {
        using var bitmap = new SKBitmap(6 * CellWidthPx, 4 * CellHeightPx);
        using (var canvas = new SKCanvas(bitmap))
        {
            for (var cell = 0; cell < 24; cell++)
            {
                using var paint = new SKPaint { Color = (cell % 6) switch { 0 => SKColors.Red, 1 => SKColors.Lime, 2 => SKColors.Blue, _ => SKColors.White } };
                canvas.DrawRect(SKRect.Create(cell % 6 * CellWidthPx, cell / 6 * CellHeightPx, CellWidthPx, CellHeightPx), paint);
            }
        }

        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }

    private static string NameOf(SKColor colour) => (colour.Red > 200, colour.Green > 200, colour.Blue > 200) switch
    {
        (true, false, false) => "red",
        (false, true, false) => "green",
        (false, false, true) => "blue",
        _ => colour.ToString(),
    };
}
