using Fleet.Cli.Commands;
using Fleet.Testing;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>A scene of the twin, from an engineer's command to a world that can be walked through in the console.</summary>
public sealed class SceneTests
{
    [Fact]
    public Task A_pushed_scene_is_drawn_in_3d_and_leads_to_the_models_trained_from_it() => BrowsedConsole.RunAsync(async console =>
    {
        await console.LookAsync(PageRules.DeskWidthPx, ColorScheme.Light);
        await console.OpenAsync("/scenes");
        await Assertions.Expect(console.Page.GetByText("./fleet twin push warehouse")).ToBeVisibleAsync();

        var scene = await SceneCommands.PushAsync(console.Client, console.Demo.Programs.Scene("warehouse-field"), name: null, console.Folder, TestContext.Current.CancellationToken);
        Assert.Equal(2, Assert.Single(scene.Worlds).Cameras);
        await console.OpenAsync("/scenes");
        await console.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "warehouse-field", Exact = true }).ClickAsync();
        await console.SettleAsync();

        var canvas = console.Page.Locator(".world-host canvas[data-drawn]");
        var second = console.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Look through camera 2" });
        await Assertions.Expect(second).ToBeEnabledAsync(new LocatorAssertionsToBeEnabledOptions { Timeout = 60_000 });
        await Eventually.Is(async () => await ColoursAsync(console.Page) > 200, TimeSpan.FromMinutes(1));
        var around = await PixelsAsync(console.Page);
        await second.ClickAsync();
        await Eventually.Is(async () => !(await PixelsAsync(console.Page)).SequenceEqual(around), TimeSpan.FromMinutes(1));
        await canvas.PressAsync("ArrowLeft");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Walk around" })).ToHaveAttributeAsync("aria-current", "true", new LocatorAssertionsToHaveAttributeOptions { Timeout = 60_000 });
        await Assertions.Expect(console.Page.GetByText("identity: 23")).ToBeVisibleAsync();
        Assert.Empty(await PageRules.BreachesAsync(console));
    });

    /// <summary>How many different colours the drawn world has; an empty canvas has one.</summary>
    private static async Task<int> ColoursAsync(IPage page) => (await PixelsAsync(page)).Distinct().Count();

    /// <summary>Every 97th pixel, red, green and blue in one number, read in the frame in which it was drawn.</summary>
    private static Task<int[]> PixelsAsync(IPage page) => page.EvaluateAsync<int[]>(
        """
        async () => {
            // the world is drawn anew when the theme is set
            document.documentElement.dataset.theme = document.documentElement.dataset.theme;
            await Promise.resolve();
            return new Promise(done => requestAnimationFrame(() => {
                const drawn = document.querySelector('.world-host canvas');
                const flat = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d');
                flat.drawImage(drawn, 0, 0);
                const pixels = new Uint32Array(flat.getImageData(0, 0, drawn.width, drawn.height).data.buffer);
                done(Array.from({ length: Math.floor(pixels.length / 97) }, (_, i) => pixels[i * 97] & 0xffffff));
            }));
        }
        """);
}
