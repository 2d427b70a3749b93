using System.Text.RegularExpressions;
using Fleet.Testing;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>The places that <c>docs/tour.md</c> tells of. Where <c>FLEET_TOUR</c> names a folder, their pictures are taken into it.</summary>
internal sealed partial class Tour(BrowsedConsole console)
{
    private const int MostBytes = 150_000;
    private const int MostBytesInAll = 1_500_000;

    // the first that is small enough is taken
    private static readonly int[] Qualities = [75, 60, 45, 30];

    private static readonly string? Folder = Environment.GetEnvironmentVariable("FLEET_TOUR") is { Length: > 0 } folder ? Path.GetFullPath(folder, Repository.Root) : null;

    private readonly Dictionary<string, string> _seen = [];
    private readonly List<string> _breaches = [];

    /// <summary>Stops at the page that is open, and holds it to what holds for every page.</summary>
    /// <param name="name">Of the place.</param>
    /// <param name="from">What stands on top of the picture; the page's head where nothing is named.</param>
    public async Task StopAsync(string name, string? from = null)
    {
        await console.SettleAsync();
        _breaches.AddRange(await PageRules.BreachesAsync(console.Page, PageRules.DeskWidthPx, ColorScheme.Light));
        if (from is not null)
        {
            await console.Page.Locator(from).First.EvaluateAsync("e => window.scrollTo(0, e.getBoundingClientRect().top + window.scrollY - 90)");
        }

        await SeeAsync(name);
    }

    /// <summary>The same place by night on a phone.</summary>
    public async Task StopOnPhoneAsync(string name)
    {
        await console.LookAsync(PageRules.PhoneWidthPx, ColorScheme.Dark);
        _breaches.AddRange(await PageRules.BreachesAsync(console.Page, PageRules.PhoneWidthPx, ColorScheme.Dark));
        await SeeAsync(name);
        await console.LookAsync(PageRules.DeskWidthPx, ColorScheme.Light);
    }

    /// <summary>The page tells of these places and of no others, at these addresses, and each of them still answers.</summary>
    public async Task EndAsync()
    {
        Assert.True(_breaches.Count == 0, string.Join('\n', _breaches));
        var told = Picture().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "tour.md"), TestContext.Current.CancellationToken))
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.Equal(told.Keys.Order(), _seen.Keys.Order());
        foreach (var (name, address) in _seen)
        {
            // … stands for what every fleet has its own of
            Assert.Matches($"^{Regex.Escape(told[name]).Replace("…", ".+", StringComparison.Ordinal)}$", address);
            var answer = await console.Page.Context.APIRequest.GetAsync(new Uri(console.Address, address).ToString());
            Assert.True(answer.Ok, $"{address} answers {answer.Status}");
        }

        var pictures = told.Keys.Select(n => new FileInfo(Path.Combine(Repository.Root, "docs", "tour", n + ".jpg"))).ToList();
        Assert.All(pictures, p => Assert.InRange(p.Length, 1, MostBytes));
        Assert.InRange(pictures.Sum(p => p.Length), 1, MostBytesInAll);
    }

    private async Task SeeAsync(string name)
    {
        _seen.Add(name, new Uri(console.Page.Url).PathAndQuery);

        // a frame of a camera has come, too, and not just its boxes
        await console.Page.WaitForFunctionAsync("""
            () => [...document.images].every(i => {
                const at = i.getBoundingClientRect();
                return at.bottom < 0 || at.top > innerHeight || (i.complete && i.naturalWidth > 0);
            })
            """);
        if (Folder is null)
        {
            return;
        }

        foreach (var quality in Qualities)
        {
            var picture = await console.Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Type = ScreenshotType.Jpeg,
                Quality = quality,
                Animations = ScreenshotAnimations.Disabled,
                Style = "#mud-snackbar-container { display: none }",
            });
            if (picture.Length <= MostBytes)
            {
                await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(Folder).FullName, name + ".jpg"), picture, TestContext.Current.CancellationToken);
                return;
            }
        }
    }

    // a picture, and under it where it was taken
    [GeneratedRegex(@"!\[[^\]]+\]\(tour/([a-z-]+)\.jpg\)\s+`([^`]+)`")]
    private static partial Regex Picture();
}
