using System.Globalization;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>The whole loop on real processes, driven from the browser as an operator drives it.</summary>
public sealed class WholeLoopTests
{
    /// <summary>What pages call a terminal's work is done in a terminal: registering and signing with keys that the server does not need.</summary>
    [Fact]
    public Task An_operator_turns_the_whole_loop_in_the_browser() => BrowsedConsole.RunAsync(async console =>
    {
        var tour = new Tour(console);
        var terminal = new Terminal(console.Folder);
        var welcome = new Uri(console.Page.Url).PathAndQuery;
        await TimedAsync("A scene of the twin is walked through", () => SceneChapter.RunAsync(console, tour));
        await console.LookAsync(PageRules.DeskWidthPx, ColorScheme.Light);
        await console.OpenAsync(welcome);
        await TimedAsync("From the bootstrap link to boxes on a live picture", () => FirstChapter.RunAsync(console, tour, terminal));
        await TimedAsync("Frames come home and are labelled", () => SecondChapter.RunAsync(console, tour));
        await TimedAsync("A version is trained from them", () => ThirdChapter.RunAsync(console, tour, terminal));
        await TimedAsync("It goes out with approval and is rolled back", () => FourthChapter.RunAsync(console, tour));
        await tour.EndAsync();
    });

    private static async Task TimedAsync(string what, Func<Task> chapter)
    {
        var started = TimeProvider.System.GetTimestamp();
        await chapter();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s"));
    }
}
