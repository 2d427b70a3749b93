using Fleet.Cli.Commands;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>A scene of the twin, from an engineer's command to a world that can be walked through in the console.</summary>
public sealed class SceneTests
{
    [Fact]
    public Task A_pushed_scene_is_drawn_in_3d_and_leads_to_the_models_trained_from_it() => BrowsedConsole.RunAsync(async console =>
    {
        await console.OpenAsync("/scenes");
        await Assertions.Expect(console.Page.GetByText("./fleet twin push warehouse")).ToBeVisibleAsync();

        var scene = await SceneCommands.PushAsync(console.Client, console.Demo.Programs.Scene("warehouse-field"), name: null, console.Folder, TestContext.Current.CancellationToken);
        Assert.Equal(2, Assert.Single(scene.Worlds).Cameras);
        await console.OpenAsync("/scenes");
        await console.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "warehouse-field", Exact = true }).ClickAsync();
        await console.SettleAsync();

        var canvas = console.Page.Locator(".world-host canvas[data-drawn]");
        await canvas.WaitForAsync();
        Assert.True(await ColoursAsync(console.Page) > 200);
        var around = await PixelAsync(console.Page);
        await console.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Look through camera 2" }).ClickAsync();
        await Eventually.Is(async () => await PixelAsync(console.Page) != around, TimeSpan.FromMinutes(1));
        await canvas.PressAsync("ArrowLeft");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Walk around" })).ToHaveAttributeAsync("aria-current", "true");
        await Assertions.Expect(console.Page.GetByText("identity: 23")).ToBeVisibleAsync();
        Assert.Empty(await PageRules.BreachesAsync(console));
    });

    /// <summary>How many different colours the drawn world has; an empty canvas has one.</summary>
    private static async Task<int> ColoursAsync(IPage page) => (await ShotAsync(page)).Colours;

    private static async Task<string> PixelAsync(IPage page) => (await ShotAsync(page)).Digest;

    // what the person sees is read, not what the canvas says of itself
    private static async Task<(int Colours, string Digest)> ShotAsync(IPage page)
    {
        var picture = await page.Locator(".world-stage").ScreenshotAsync();
        var colours = await page.EvaluateAsync<int>(
            """
            async picture => {
                const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), c => c.charCodeAt(0))], { type: 'image/png' }));
                const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
                const context = canvas.getContext('2d');
                context.drawImage(bitmap, 0, 0);
                return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
            }
            """,
            Convert.ToBase64String(picture));
        return (colours, Digest.Of(picture).ToString());
    }
}
