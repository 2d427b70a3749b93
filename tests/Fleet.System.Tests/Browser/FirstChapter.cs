using Fleet.Contracts;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>The first steps, as the guide has them: from an account to a camera with boxes on it.</summary>
internal static class FirstChapter
{
    public static readonly DeviceId Device = DeviceId.Parse("dock-1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task RunAsync(BrowsedConsole console, Tour tour, Terminal terminal)
    {
        var page = console.Page;
        await terminal.RunAsync(await page.CopyAsync("./fleet sign-in"), console.Password);
        await terminal.RunAsync(await page.CopyAsync("./fleet version register"));
        var sign = await page.CopyAsync("./fleet release sign");
        await terminal.RunAsync(sign.Replace("DATA/", console.Demo.Stack.ControlPlaneData + "/", StringComparison.Ordinal));
        await page.Locator(".guide").SaysAsync("warehouse@1 is signed");
        await EnrolAsync(console);

        // the camera that the guide proposes to who has none at hand
        await console.OpenAsync("/start");
        await page.PushAsync($"Set it on {Device}");
        await page.PushAsync("Roll warehouse@1 out");
        await AddCameraAsync(console);
        await console.OpenAsync("/start");
        await page.Locator(".guide-progress").SaysAsync("7 of 7 done");
        await page.Locator(".guide-picture .boxes rect").First.ShowsAsync();
        await tour.StopAsync("first-steps", from: ".guide");
    }

    private static async Task EnrolAsync(BrowsedConsole console)
    {
        var page = console.Page;
        await console.OpenAsync("/devices");
        await page.PushAsync("Enrol a device");
        await page.EnterAsync(("Device id", Device.ToString()), ("Site", "store-12"), ("Labels", "ring=canary"));
        await page.OpenDialog().PushAsync("Make the command");
        var token = (await page.CopyAsync("./fleet agent enrol")).Split(' ')[3];
        await console.Demo.Stack.EnrolAsync(Device, token, Token);
        console.Demo.Stack.StartAgent(Device);
        await page.OpenDialog().SaysAsync("It is here.");

        // a test has minutes, not days: it watches and tells more often than a site would
        await console.Client.Devices.SetPolicyAsync(Device, new DevicePolicy { TelemetrySeconds = 2, PreviewSeconds = 1, WatchFrames = 8, RandomShare = 0.2 }, Token);
        await page.OpenDialog().GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = $"Open {Device}" }).ClickAsync();
        await page.GetByText("No camera yet").ShowsAsync();
    }

    private static async Task AddCameraAsync(BrowsedConsole console)
    {
        var page = console.Page;
        await console.OpenAsync($"/devices/{Device}");
        await page.PushAsync("Add a camera");
        await page.EnterAsync(("Name", "aisle"), ("Source", "twin:synthetic-data/scenes/warehouse-field.yaml?seed=201&fps=2"));
        await page.CloseAsync("Save");
        await page.Locator(".camera-slot", new PageLocatorOptions { HasText = "aisle" }).Locator(".picture img").ShowsAsync();
    }
}
