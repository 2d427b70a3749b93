using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>What an operator asks of a device from its page, with a real agent at the other end.</summary>
public sealed class CommandTests
{
    // a busy machine is slow, not broken
    private const float PatienceMs = 180_000;
    private static readonly DeviceId Device = DeviceId.Parse("dock-1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_device_shows_a_fresh_picture_and_its_log_and_comes_back_from_a_restart() => BrowsedConsole.RunAsync(async console =>
    {
        await StartDeviceAsync(console);
        await console.OpenAsync($"/devices/{Device}");
        await AskAsync(console.Page, "Snapshot", "Take it");
        var picture = console.Page.Locator(".picture.snapshot img");
        await Assertions.Expect(picture).ToBeVisibleAsync(Patient);
        await Eventually.Is(() => picture.EvaluateAsync<bool>("i => i.complete && i.naturalWidth > 100"), TimeSpan.FromMilliseconds(PatienceMs));
        await ShutAsync(console.Page);

        await AskAsync(console.Page, "Logs", "Fetch it");
        await Assertions.Expect(console.Page.GetByLabel("Log", new PageGetByLabelOptions { Exact = true })).ToContainTextAsync("Directive 1 is accepted", new LocatorAssertionsToContainTextOptions { Timeout = PatienceMs });
        await ShutAsync(console.Page);

        await AskAsync(console.Page, "Restart", "Restart");
        var row = console.Page.Locator("tr", new PageLocatorOptions { HasText = "Restart" }).First;
        await Assertions.Expect(row.GetByText("Done", new LocatorGetByTextOptions { Exact = true })).ToBeVisibleAsync(Patient);
        await Eventually.Is(async () => (await console.Client.Devices.GetAsync(Device, Token)) is { Presence: Presence.Online, Cameras: [{ State: CameraState.Running }] }, TimeSpan.FromMilliseconds(PatienceMs));
        var breaches = await PageRules.BreachesAsync(console);
        Assert.True(breaches.Count == 0, string.Join('\n', breaches));
    });

    private static LocatorAssertionsToBeVisibleOptions Patient => new() { Timeout = PatienceMs };

    private static async Task StartDeviceAsync(BrowsedConsole console)
    {
        var pictures = Directory.CreateDirectory(Path.Combine(console.Folder, "pictures")).FullName;
        File.Copy(Path.Combine(Repository.Root, "docs", "console.png"), Path.Combine(pictures, "1.png"));
        var token = await console.Client.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(Device, null, Site: "store-12"), Token);
        await console.Demo.Stack.EnrolAsync(Device, token.Token, Token);
        console.Demo.Stack.StartAgent(Device);
        await console.Client.Devices.SetCameraAsync(Device, CameraId.Parse("gate"), new CameraRequest(pictures, Fps: 5), Token);
        await Eventually.Is(async () => (await console.Client.Devices.GetAsync(Device, Token)).Cameras is [{ State: CameraState.Running }], TimeSpan.FromMilliseconds(PatienceMs));
    }

    private static async Task AskAsync(IPage page, string what, string act)
    {
        await page.Locator(".command-acts").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = what, Exact = true }).ClickAsync();
        await page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = act, Exact = true }).ClickAsync();
    }

    private static async Task ShutAsync(IPage page)
    {
        await page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Close", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".mud-dialog")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = PatienceMs });
    }
}
