using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>What hands and eyes do on any page.</summary>
internal static class Hands
{
    // a busy machine is slow, not broken
    private const float PatienceMs = 180_000;
    private const float WorkMs = 600_000;

    /// <summary>Presses the button of this name, the first where there are several.</summary>
    public static Task PushAsync(this IPage page, string button) => page.Locator("main#main").PushAsync(button);

    /// <summary>Presses a button in a part of the page.</summary>
    public static Task PushAsync(this ILocator part, string button) =>
        part.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true }).First.ClickAsync();

    /// <summary>The dialog that is open.</summary>
    public static ILocator OpenDialog(this IPage page) => page.Locator(".mud-dialog");

    /// <summary>Presses a button of the dialog, and waits until the dialog is gone.</summary>
    public static async Task CloseAsync(this IPage page, string button)
    {
        await page.OpenDialog().PushAsync(button);
        await page.OpenDialog().GoesAsync();
    }

    /// <summary>Types into fields of the dialog, by their names.</summary>
    public static async Task EnterAsync(this IPage page, params (string Field, string Text)[] fields)
    {
        foreach (var (field, text) in fields)
        {
            await page.OpenDialog().GetByLabel(field, new LocatorGetByLabelOptions { Exact = true }).First.FillAsync(text);
        }
    }

    /// <summary>Chooses from a list of the dialog.</summary>
    public static async Task ChooseAsync(this IPage page, string list, string item)
    {
        await page.OpenDialog().Locator(".mud-select", new LocatorLocatorOptions { HasText = list }).First.ClickAsync();
        await page.Locator(".mud-popover-open .mud-list-item", new PageLocatorOptions { HasText = item }).First.ClickAsync();
        await page.Locator(".mud-popover-open").GoesAsync();
    }

    /// <summary>What stands on the page to be copied, such as a command.</summary>
    public static async Task<string> CopyAsync(this IPage page, string begin)
    {
        var text = page.Locator(".copy code", new PageLocatorOptions { HasText = begin });
        await text.ShowsAsync();
        return await text.InnerTextAsync();
    }

    /// <summary>Waits until it is seen.</summary>
    public static Task ShowsAsync(this ILocator part) => Assertions.Expect(part).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = PatienceMs });

    /// <summary>Waits for what a program has to work for, such as a training.</summary>
    public static Task ComesAsync(this ILocator part) => Assertions.Expect(part).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = WorkMs });

    /// <summary>Waits until the picture is there whole.</summary>
    public static Task LoadsAsync(this ILocator picture) => Assertions.Expect(picture).ToHaveJSPropertyAsync("complete", true, new LocatorAssertionsToHaveJSPropertyOptions { Timeout = PatienceMs });

    /// <summary>Waits until it says something.</summary>
    public static Task SaysAsync(this ILocator part, string text) => Assertions.Expect(part).ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = PatienceMs });

    /// <summary>Waits until what it says is like this.</summary>
    public static Task SaysAsync(this ILocator part, Regex text) => Assertions.Expect(part).ToHaveTextAsync(text, new LocatorAssertionsToHaveTextOptions { Timeout = PatienceMs });

    /// <summary>Waits until there is none of it any more.</summary>
    public static Task GoesAsync(this ILocator part) => Assertions.Expect(part).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = PatienceMs });
}
