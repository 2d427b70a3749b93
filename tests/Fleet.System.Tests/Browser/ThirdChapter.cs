using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>A training from the page, watched, and the version that it makes.</summary>
internal static partial class ThirdChapter
{
    public const string Version = "warehouse@2";

    public static async Task RunAsync(BrowsedConsole console, Tour tour, Terminal terminal)
    {
        var page = console.Page;
        await StartTrainerAsync(console);
        await StartTrainingAsync(console);
        var loss = page.Locator(".run-figures dd").First;
        await loss.SaysAsync(Number());
        await tour.StopAsync("training");

        // what else there is to see while it runs
        foreach (var (name, address) in new[] { ("overview", "/"), ("drift", "/drift"), ("audit", "/audit") })
        {
            await console.OpenAsync(address);
            await tour.StopAsync(name);
        }

        await console.OpenAsync($"/devices/{FirstChapter.Device}/cameras/aisle");
        await page.Locator(".charts").ShowsAsync();
        await tour.StopAsync("camera", from: ".camera-page");

        await console.OpenAsync("/training");
        var made = page.Locator("article.run").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = Version });
        await made.ComesAsync();
        await made.ClickAsync();
        var sign = await page.CopyAsync("./fleet release sign");
        await terminal.RunAsync(sign.Replace("KEYFILE", Path.Combine(console.Demo.Stack.ControlPlaneData, "offline", "publisher.pem"), StringComparison.Ordinal));
        await page.Locator("h1").SaysAsync("Released");
        await tour.StopAsync("version", from: ".section-head");
    }

    private static async Task StartTrainerAsync(BrowsedConsole console)
    {
        await console.OpenAsync("/settings/keys");
        await console.Page.PushAsync("Make a key");
        await console.Page.EnterAsync(("What is it for", "trainer"));
        await console.Page.OpenDialog().PushAsync("Make it");
        var key = console.Page.OpenDialog().Locator(".copy code");
        await key.ShowsAsync();
        console.Demo.Stack.StartTrainer(await key.InnerTextAsync());
        await console.Page.CloseAsync("Done");
    }

    private static async Task StartTrainingAsync(BrowsedConsole console)
    {
        var page = console.Page;
        var recipe = await File.ReadAllTextAsync(console.Demo.Programs.Recipe("fine-tune"), TestContext.Current.CancellationToken);
        await console.OpenAsync("/training");
        await page.PushAsync("Start a training");
        await page.OpenDialog().SaysAsync("Learn from 10 labelled samples");
        await page.OpenDialog().Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "fine-tune.yaml", MimeType = "text/yaml", Buffer = System.Text.Encoding.UTF8.GetBytes(Short(recipe)) });
        await Assertions.Expect(page.OpenDialog().GetByLabel("Recipe (YAML)")).ToHaveValueAsync(new Regex("steps: 30"));
        await page.CloseAsync("Start");
    }

    // the demo's own recipe, cut to a length that shows the way rather than the accuracy
    private static string Short(string recipe) => Training().Replace(Evaluation().Replace(Frames().Replace(recipe, "frames: 16"), "frames: 4,"), "steps: 30,");

    [GeneratedRegex(@"^\d+\.\d{3}$")]
    private static partial Regex Number();

    [GeneratedRegex(@"(?m)^frames: \d+")]
    private static partial Regex Frames();

    [GeneratedRegex(@"frames: \d+,")]
    private static partial Regex Evaluation();

    [GeneratedRegex(@"steps: \d+,")]
    private static partial Regex Training();
}
