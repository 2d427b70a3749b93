using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Tests.Labelling;
using Fleet.ControlPlane.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Fleet.ControlPlane.Tests.Cameras;

/// <summary>The page of a camera in a real browser.</summary>
public sealed class CameraPageTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly DeviceId Box = DeviceId.Parse("box");
    private static readonly CameraId Door = CameraId.Parse("door");

    [Fact]
    public async Task A_zone_is_drawn_by_keys_and_hand_refused_with_a_sentence_while_wrong_and_saved()
    {
        await plane.KnowAsync(Box, Door);
        var jpeg = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Labelling", "shelf.jpg"), TestContext.Current.CancellationToken);
        var frame = new FrameMessage(Digest.Of(jpeg), Door, "twin:scene", Version: null, 0, DateTimeOffset.UnixEpoch, 320, 240, [], "preview", 0, 1);
        plane.Services.GetRequiredService<LivePictures>().Put(Box, Door, new LivePicture(frame, jpeg));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        var page = await OpenAsync(browser, "/devices/box/cameras/door?edit=true");

        // by keys: a zone from the middle, its first corner one step to the right
        await page.GetByRole(AriaRole.Button, new() { Name = "Zone", Exact = true }).First.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Corner 1 of zone-1, 35 % from the left, 35 % from the top" }).PressAsync("ArrowRight");
        var corner = page.GetByRole(AriaRole.Button, new() { Name = "Corner 1 of zone-1, 36 % from the left, 35 % from the top" });
        await corner.WaitForAsync();

        // by hand: the third corner to nine tenths of the picture
        var picture = (await page.Locator("svg.places-edit").BoundingBoxAsync())!;
        await page.Locator("circle.corner").Nth(2).HoverAsync();
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(picture.X + (picture.Width * 0.9f), picture.Y + (picture.Height * 0.8f), new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("Corner 3 of zone-1, 90 %") }).WaitForAsync();

        // a name that cannot be says why, and undo takes it back
        var save = page.GetByRole(AriaRole.Button, new() { Name = "Save" });
        await page.GetByLabel("Name").FillAsync("Gate One");
        await page.GetByLabel("Name").PressAsync("Tab");
        await page.GetByText("'Gate One' is not a name for a zone").WaitForAsync();
        Assert.True(await save.IsDisabledAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await page.GetByText("'Gate One' is not a name for a zone").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await save.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Zones and lines" }).WaitForAsync();
        await page.Context.CloseAsync();

        var zone = Assert.Single((await plane.Admin.Devices.GetAsync(Box, TestContext.Current.CancellationToken)).Cameras.Single().Zones!);
        Assert.Equal(("zone-1", 4), (zone.Name, zone.Points.Count));
        Assert.Equal(new PicturePoint(0.36, 0.35), zone.Points[0]);
        Assert.Equal((0.9, 0.8), (Math.Round(zone.Points[2].X, 2), Math.Round(zone.Points[2].Y, 2)));
    }

    private async Task<IPage> OpenAsync(IBrowser browser, string path)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 1000 } });
        var address = plane.Server.Http.BaseAddress!;
        await context.AddCookiesAsync([new Cookie { Name = "fleet_session", Value = plane.Server.Admin.Token, Url = address.ToString() }]);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(new Uri(address, path).ToString());
        await page.Locator("main#main[aria-busy=false]").WaitForAsync();
        return page;
    }
}
