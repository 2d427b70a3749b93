using Fleet.Cli.Commands;
using Fleet.Testing;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>A scene of the twin, from an engineer's command to a world that can be walked through in the console.</summary>
internal static class SceneChapter
{
    // a busy machine is slow, not broken
    private const float PatienceMs = 180_000;

    public static async Task RunAsync(BrowsedConsole console, Tour tour)
    {
        var page = console.Page;

        // a small window: without a GPU every pixel of the world is the processor's work
        await console.LookAsync(PageRules.PhoneWidthPx, ColorScheme.Light);
        await console.OpenAsync("/scenes");
        await page.GetByText("./fleet twin push warehouse").ShowsAsync();

        var scene = await SceneCommands.PushAsync(console.Client, console.Demo.Programs.Scene("warehouse-field"), name: null, console.Folder, TestContext.Current.CancellationToken);
        Assert.Equal(2, Assert.Single(scene.Worlds).Cameras);
        await console.OpenAsync("/scenes");
        await Eventually.Is(() => page.EvaluateAsync<bool>("() => document.querySelector('.scene-card img')?.naturalWidth > 300"), TimeSpan.FromMilliseconds(PatienceMs));
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "warehouse-field", Exact = true }).ClickAsync();
        await console.SettleAsync();

        var canvas = page.Locator(".world-host canvas[data-drawn]");
        var second = page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Look through camera 2" });
        await Assertions.Expect(second).ToBeEnabledAsync(new LocatorAssertionsToBeEnabledOptions { Timeout = PatienceMs });
        await DrawnAsync(page);
        await Eventually.Is(async () => await ColoursAsync(page) > 200, TimeSpan.FromMilliseconds(PatienceMs));
        var around = await PixelsAsync(page);
        await second.ClickAsync();
        await Eventually.Is(async () => !(await PixelsAsync(page)).SequenceEqual(around), TimeSpan.FromMilliseconds(PatienceMs));
        await canvas.PressAsync("ArrowLeft");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Walk around" })).ToHaveAttributeAsync("aria-current", "true", new LocatorAssertionsToHaveAttributeOptions { Timeout = PatienceMs });
        await page.GetByText("identity: 23").ShowsAsync();
        await tour.StopOnPhoneAsync("scene-phone");
        await console.OpenAsync("/scenes");
        await tour.StopAsync("scenes");
    }

    // reading pixels holds the page until all of it is drawn; a page held for too long loses its server
    private static async Task DrawnAsync(IPage page) => await page.EvaluateAsync(
        """
        async () => {
            const gl = document.querySelector('.world-host canvas').getContext('webgl2');
            const drawn = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
            gl.flush();
            while (gl.getSyncParameter(drawn, gl.SYNC_STATUS) !== gl.SIGNALED) { await new Promise(done => setTimeout(done, 50)); }
        }
        """);

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
