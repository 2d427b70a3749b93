using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>A canary that somebody else has to approve, and the way back.</summary>
internal static class FourthChapter
{
    private const string Version = ThirdChapter.Version;

    public static async Task RunAsync(BrowsedConsole console, Tour tour)
    {
        var page = console.Page;
        await CompareAsync(console, tour);
        var approver = await InviteAsync(console);
        await AskForApprovalAsync(console);
        var card = Card(page);
        await card.SaysAsync("Waits for approval");
        await card.SaysAsync("daily 00:00-24:00 UTC");

        await approver.GotoAsync(new Uri(console.Address, "/rollouts").ToString());
        await Card(approver).PushAsync("Approve");
        await approver.CloseAsync("Approve");

        await card.Locator(".guards li").First.SaysAsync("Holds");
        await StateOf(card).SaysAsync("Finished");
        await card.SaysAsync("approved by bert");
        await tour.StopAsync("rollout");
        await tour.StopOnPhoneAsync("rollout-phone");
        await console.OpenAsync("/versions");
        await tour.StopAsync("models");
        await RollBackAsync(console);
        await console.OpenAsync("/");
        await tour.StopOnPhoneAsync("overview-phone");
    }

    private static async Task CompareAsync(BrowsedConsole console, Tour tour)
    {
        await console.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Compare with warehouse@1" }).ClickAsync();
        await console.Page.GetByText("Frames on which they differ most come first.").ShowsAsync();
        await tour.StopAsync("compare", from: ".section-head");
    }

    private static async Task<IPage> InviteAsync(BrowsedConsole console)
    {
        var page = console.Page;
        await console.OpenAsync("/settings/people");
        await page.PushAsync("Invite someone");
        await page.EnterAsync(("Name", "bert"));
        await page.ChooseAsync("Role", "Approver");
        await page.OpenDialog().PushAsync("Make the link");
        var link = page.OpenDialog().Locator(".copy code");
        await link.ShowsAsync();
        var bert = await console.WelcomeAsync(await link.InnerTextAsync());
        await page.CloseAsync("Done");
        return bert;
    }

    private static async Task AskForApprovalAsync(BrowsedConsole console)
    {
        var page = console.Page;
        await console.OpenAsync($"/versions/{Version}");
        await page.PushAsync("Roll out");

        // one camera of the box first; what is judged in the shadow comes and goes with the shadow
        await page.EnterAsync(("Cameras each", "1"));
        var shadow = page.OpenDialog().GetByLabel("Shadow first").First;
        var agreement = page.OpenDialog().GetByLabel("Remove the guard Agreement in the shadow");
        await shadow.ClickAsync();
        await agreement.ShowsAsync();
        await shadow.ClickAsync();
        await agreement.GoesAsync();
        await page.OpenDialog().PushAsync("Add a guard");
        await page.EnterAsync(("frames at least", "5"), ("Maintenance windows, one a line", "daily 00:00-24:00 UTC"));
        await page.OpenDialog().GetByText("Someone else has to approve it first").ClickAsync();
        await page.OpenDialog().PushAsync("Preview");
        await page.OpenDialog().GetByRole(AriaRole.Region, new LocatorGetByRoleOptions { Name = "What it would do" }).SaysAsync("1 device, 2 cameras");
        await page.CloseAsync("Ask for approval");
        await console.SettleAsync();
    }

    private static async Task RollBackAsync(BrowsedConsole console)
    {
        var page = console.Page;
        await console.OpenAsync($"/devices/{FirstChapter.Device}");
        var updates = page.Locator("tr", new PageLocatorOptions { HasText = Version }).Filter(new LocatorFilterOptions { HasText = "Committed" });
        Assert.Equal(["0", "0"], await updates.Locator("[data-head=Lost]").AllInnerTextsAsync());

        await console.OpenAsync("/rollouts");
        await Card(page).PushAsync("Roll back");
        await page.CloseAsync("Roll back");
        await StateOf(Card(page)).SaysAsync("Rolled back");
        await console.OpenAsync($"/devices/{FirstChapter.Device}");
        await page.Locator(".camera-facts", new PageLocatorOptions { HasTextRegex = new Regex("Runs\\s*warehouse@1\\s*Wanted\\s*warehouse@1") }).Nth(1).ShowsAsync();
        Assert.Equal(2, await page.Locator(".camera-facts").CountAsync());
    }

    private static ILocator Card(IPage page) => page.Locator("article.rollout", new PageLocatorOptions { Has = page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = Version }) });

    private static ILocator StateOf(ILocator card) => card.Locator(".rollout-head .pill");
}
