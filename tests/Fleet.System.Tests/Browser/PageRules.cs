using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>What holds for every page, whatever it shows.</summary>
internal static class PageRules
{
    public const int DeskWidthPx = 1440;
    public const int PhoneWidthPx = 390;

    private static readonly Lazy<string> Axe = new(() => new BundledAxeScriptProvider().GetScript());

    // both widths and both themes in two looks: each costs seconds on a small machine
    private static readonly (int WidthPx, ColorScheme Colours)[] Looks = [(DeskWidthPx, ColorScheme.Light), (PhoneWidthPx, ColorScheme.Dark)];

    /// <summary>Holds the open page to the rules, light on a desk and dark on a phone.</summary>
    /// <returns>What breaks them.</returns>
    public static async Task<IReadOnlyList<string>> BreachesAsync(BrowsedConsole console)
    {
        var breaches = new List<string>();
        foreach (var (widthPx, colours) in Looks)
        {
            await console.LookAsync(widthPx, colours);
            breaches.AddRange(await BreachesAsync(console.Page, widthPx, colours));
        }

        return breaches;
    }

    /// <summary>Holds a page to the rules in the look that it has.</summary>
    /// <returns>What breaks them.</returns>
    public static async Task<IReadOnlyList<string>> BreachesAsync(IPage page, int widthPx, ColorScheme colours) =>
        [.. await SidewaysAsync(page, widthPx), .. await BarriersAsync(page, $"{widthPx} px, {colours}")];

    /// <summary>A page that is wider than the window can be read only by moving it.</summary>
    private static async Task<IEnumerable<string>> SidewaysAsync(IPage page, int widthPx)
    {
        var wide = await page.EvaluateAsync<string[]>(
            """
            width => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > width + 1).slice(0, 5)
                .map(e => `${e.tagName.toLowerCase()}.${e.className} reaches ${Math.round(e.getBoundingClientRect().right)}`)
            """,
            widthPx);
        return wide.Select(w => $"{page.Url} at {widthPx} px scrolls sideways: {w}");
    }

    /// <summary>What axe-core calls serious or critical.</summary>
    private static async Task<IEnumerable<string>> BarriersAsync(IPage page, string look)
    {
        // a message that comes or goes is judged as it stands: half faded it is nobody's to read
        await page.EvaluateAsync("() => { const style = document.createElement('style'); style.textContent = '.mud-snackbar { animation: none !important; opacity: 1 !important }'; document.head.append(style); }");

        // evaluated, not added to the page, whose policy would rightly refuse it
        await page.EvaluateAsync(Axe.Value);
        var found = await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                .filter(rule => rule.impact === 'serious' || rule.impact === 'critical')
                .flatMap(rule => rule.nodes.slice(0, 4).map(node => `${rule.id} (${rule.impact}): ${node.html} ${node.failureSummary}`))
            """);
        return found.Select(f => $"{page.Url} ({look}): {f}");
    }
}
