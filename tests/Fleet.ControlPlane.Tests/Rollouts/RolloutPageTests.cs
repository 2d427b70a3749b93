using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Microsoft.Playwright;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>The page of rollouts in a real browser.</summary>
public sealed class RolloutPageTests
{
    private static readonly VersionId First = VersionId.Parse("shelf@1");
    private static readonly LocatorWaitForOptions Patience = new() { Timeout = 60_000 };

    [Fact]
    public async Task The_form_says_what_a_rollout_would_do_before_it_starts_and_the_card_shows_what_was_asked()
    {
        await using var fleet = await TestControlPlane.StartAsync();
        await TestReleases.ReleaseAsync(fleet, First);
        await using var device = await TestDevice.EnrolAsync(fleet, "edge-1", new() { ["ring"] = "canary" });
        await fleet.SetCameraAsync(device.Id, "dock");
        await fleet.SetCameraAsync(device.Id, "gate");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        var page = await OpenAsync(browser, fleet);

        await page.GetByRole(AriaRole.Button, new() { Name = "Start a rollout" }).First.ClickAsync();
        await page.GetByLabel("Cameras each").First.FillAsync("1");
        await page.GetByLabel("Shadow first").First.ClickAsync();
        var agreement = page.GetByLabel("Remove the guard Agreement in the shadow");
        await agreement.WaitForAsync(Patience);
        await page.GetByLabel("Shadow first").First.ClickAsync();
        await agreement.WaitForAsync(new() { State = WaitForSelectorState.Hidden, Timeout = Patience.Timeout });
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a guard" }).ClickAsync();
        await page.GetByLabel("Maintenance windows, one a line").FillAsync("daily 00:00-24:00 UTC");
        await page.GetByText("Someone else has to approve it first").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview", Exact = true }).ClickAsync();
        var preview = page.GetByRole(AriaRole.Region, new() { Name = "What it would do" });
        await preview.WaitForAsync(Patience);
        var text = await preview.InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for approval" }).ClickAsync();
        var card = page.Locator("article.rollout");
        await card.WaitForAsync(Patience);

        var shown = await card.InnerTextAsync();
        await page.Context.CloseAsync();

        Assert.Contains("1 device, 2 cameras, 1.5 kB to send.", text, StringComparison.Ordinal);
        Assert.Contains("1 device offline: edge-1", text, StringComparison.Ordinal);
        Assert.Contains("edge-1: it has never reported", text, StringComparison.Ordinal);
        Assert.Contains("Waits for approval", shown, StringComparison.Ordinal);
        Assert.Contains("daily 00:00-24:00 UTC", shown, StringComparison.Ordinal);
        Assert.Null((await fleet.DeviceAsync("edge-1")).Cameras[0].Wanted);
    }

    private static async Task<IPage> OpenAsync(IBrowser browser, TestControlPlane fleet)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 1000 } });
        var address = fleet.Http.BaseAddress!;
        await context.AddCookiesAsync([new Cookie { Name = "fleet_session", Value = fleet.Admin.Token, Url = address.ToString() }]);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(new Uri(address, "/rollouts").ToString());
        await page.Locator("main#main[aria-busy=false]").WaitForAsync(Patience);
        return page;
    }
}
