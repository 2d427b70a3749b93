using System.Collections.Concurrent;
using System.Security.Cryptography;
using Fleet.Cli.Demo;
using Fleet.Cli.Processes;
using Fleet.Client;
using Fleet.Testing;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>A control plane of its own, seen through a real browser by the operator who followed the first link.</summary>
/// <remarks>Whatever no user should meet fails the test: an error in the browser's console, a script that threw, a file that
/// did not load, a request to anywhere but this server.</remarks>
internal sealed class BrowsedConsole : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium";

    // a busy machine is slow, not broken
    private const float PatienceMs = 60_000;
    private readonly TempFolder _folder = new();
    private readonly DemoStack _stack;
    private readonly ConcurrentQueue<string> _complaints = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private FleetClient? _client;

    private BrowsedConsole() => _stack = new DemoStack(Programs.Find(), _folder.Path);

    /// <summary>The operator's tab, signed in.</summary>
    public IPage Page { get; private set; } = null!;

    /// <summary>What the operator signs in with.</summary>
    public string Password { get; } = NewPassword();

    /// <summary>The operator API, as an Admin.</summary>
    public FleetClient Client => _client!;

    public Uri Address => _stack.Address;

    /// <summary>For the steps of the demo that fill the server with something to see.</summary>
    public DemoContext Demo => new(new DemoOptions(Headless: true, Turns: 1, [], _folder.Path), _stack, new DemoScreen(TimeProvider.System), new DemoReport(), []) { Client = Client };

    /// <summary>A folder that goes with the test.</summary>
    public string Folder => _folder.Path;

    /// <summary>Runs a test and fails it afterwards when the browser had something to complain about.</summary>
    public static async Task RunAsync(Func<BrowsedConsole, Task> test)
    {
        await using var console = new BrowsedConsole();
        await console.StartAsync(TestContext.Current.CancellationToken);
        await test(console);
        Assert.Empty(console._complaints);
    }

    /// <summary>Opens a page and waits until it answers to clicks and has shown what it read.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(new Uri(Address, path).ToString());
        await SettleAsync();
    }

    /// <summary>Waits until the page answers to clicks and nothing on it says that it is still loading.</summary>
    public Task SettleAsync() => SettleAsync(Page);

    /// <summary>Somebody else follows the link that they were given, chooses a password, and has a browser of their own.</summary>
    public async Task<IPage> WelcomeAsync(string link)
    {
        var page = await NewTabAsync();
        var password = NewPassword();
        await page.GotoAsync(link);
        await page.GetByLabel("Password", new PageGetByLabelOptions { Exact = false }).First.FillAsync(password);
        await page.GetByLabel("Password again").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Choose it and sign in" }).ClickAsync();
        await SettleAsync(page);
        return page;
    }

    /// <summary>Sets the size of the window and the colours that the system prefers.</summary>
    public async Task LookAsync(int widthPx, ColorScheme colours)
    {
        await Page.SetViewportSizeAsync(widthPx, widthPx < 500 ? 844 : 900);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce });

        // a colour that is still on its way is nobody's colour
        await Page.EvaluateAsync("() => { const style = document.createElement('style'); style.textContent = '*, ::before, ::after { transition: none !important }'; document.head.append(style); }");
        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", colours == ColorScheme.Dark ? "dark" : "light", new LocatorAssertionsToHaveAttributeOptions { Timeout = PatienceMs });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _client?.Dispose();
        await _stack.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var token = await _stack.StartControlPlaneAsync(cancellationToken);
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,

            // the tests may run as root, and pictures in 3D are drawn by the processor
            Args = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        });
        Page = await NewTabAsync();
        await SignInAsync(token);
        var cookie = (await Page.Context.CookiesAsync()).Single(c => c.Name == "fleet_session");
        _client = new FleetClient(new FleetClientOptions { Address = Address, Token = Uri.UnescapeDataString(cookie.Value) });
    }

    private static string NewPassword() => Convert.ToHexString(RandomNumberGenerator.GetBytes(24));

    private static async Task SettleAsync(IPage page)
    {
        await Assertions.Expect(page.Locator("main#main")).ToHaveAttributeAsync("aria-busy", "false", new LocatorAssertionsToHaveAttributeOptions { Timeout = PatienceMs });
        await Assertions.Expect(page.Locator("main#main h1")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = PatienceMs });
        await Assertions.Expect(page.Locator("main#main .loading")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = PatienceMs });
    }

    private async Task<IPage> NewTabAsync()
    {
        var context = await _browser!.NewContextAsync();
        context.SetDefaultTimeout(PatienceMs);
        Listen(context);
        return await context.NewPageAsync();
    }

    private async Task SignInAsync(string token)
    {
        await Page.GotoAsync(new Uri(Address, $"/first-operator?token={Uri.EscapeDataString(token)}").ToString());
        await Page.GetByLabel("Name").FillAsync("anna");
        await Page.GetByLabel("Password", new PageGetByLabelOptions { Exact = false }).First.FillAsync(Password);
        await Page.GetByLabel("Password again").FillAsync(Password);
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Make the account" }).ClickAsync();
        await SettleAsync();
    }

    private void Listen(IBrowserContext context)
    {
        context.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _complaints.Enqueue($"{message.Page?.Url}: {message.Text}");
            }
        };
        context.WebError += (_, error) => _complaints.Enqueue($"{error.Page?.Url}: {error.Error}");
        context.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (address.Scheme is "http" or "https" or "ws" or "wss" && address.Authority != Address.Authority)
            {
                _complaints.Enqueue($"A request left the server: {request.Url}");
            }
        };
    }
}
