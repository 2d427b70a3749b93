using Fleet.Cli.Demo;

namespace Fleet.SystemTests.Browser;

/// <summary>Every page of the console in a real browser.</summary>
public sealed class PagesTests
{
    [Fact]
    public Task Every_page_loads_whole_fits_a_phone_and_can_be_used_by_everybody() => BrowsedConsole.RunAsync(async console =>
    {
        var version = await ReleaseStage.RegisterShippedAsync(console.Demo, TestContext.Current.CancellationToken);
        string[] pages = ["/", "/devices", "/versions", $"/versions/{version.Card.Version}", $"/versions/compare?b={version.Card.Version}", "/rollouts", "/samples", "/drift", "/training", "/scenes", "/audit", "/settings/people", "/settings/keys", "/settings/approval", "/not-found"];
        var breaches = new List<string>();
        foreach (var page in pages)
        {
            await console.OpenAsync(page);
            breaches.AddRange(await PageRules.BreachesAsync(console));
        }

        Assert.True(breaches.Count == 0, string.Join('\n', breaches));
    });
}
