using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>What a device is asked for, and ten of its frames labelled by keyboard.</summary>
internal static class SecondChapter
{
    // two keys are the least for a frame, and a frame has a few boxes
    private const double MostInteractionsPerBox = 4;

    public static async Task RunAsync(BrowsedConsole console, Tour tour)
    {
        var page = console.Page;
        await console.OpenAsync($"/devices/{FirstChapter.Device}");
        await CollectAsync(page);
        await LookAtDeviceAsync(page);
        await tour.StopAsync("device");

        await console.OpenAsync("/samples?trigger=request");
        await page.Locator(".sample").Nth(11).ShowsAsync();
        await tour.StopAsync("samples");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Label", Exact = true }).ClickAsync();
        Assert.InRange(await new Labeller(console).LabelTenAsync(() => tour.StopAsync("labelling")), 0, MostInteractionsPerBox);
    }

    private static async Task CollectAsync(IPage page)
    {
        await AskAsync(page, "Collect samples");
        await page.EnterAsync(("Frames", "12"), ("Minutes", "0.1"));
        await page.CloseAsync("Collect");
    }

    private static async Task LookAtDeviceAsync(IPage page)
    {
        await AskAsync(page, "Snapshot");
        await page.OpenDialog().PushAsync("Take it");
        var picture = page.Locator(".picture.snapshot img");
        await picture.ShowsAsync();
        await picture.LoadsAsync();
        Assert.True(await picture.EvaluateAsync<int>("i => i.naturalWidth") > 100);
        await page.CloseAsync("Close");

        await AskAsync(page, "Logs");
        await page.EnterAsync(("Hours back from now", "0.5"));
        await page.OpenDialog().PushAsync("Fetch it");
        await page.GetByLabel("Log", new PageGetByLabelOptions { Exact = true }).SaysAsync("Directive 1 is accepted");
        await page.CloseAsync("Close");
    }

    private static Task AskAsync(IPage page, string what) => page.Locator(".command-acts").PushAsync(what);
}
