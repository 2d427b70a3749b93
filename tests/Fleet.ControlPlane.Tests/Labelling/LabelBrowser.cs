using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Samples;
using Fleet.ControlPlane.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Fleet.ControlPlane.Tests.Labelling;

/// <summary>A control plane with frames of cartons on a shelf, and a real browser; a test opens a tab of its own.</summary>
public sealed class LabelBrowser : IAsyncLifetime
{
    private const float PatienceMs = 60_000;
    private static readonly byte[] Shelf = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Labelling", "shelf.jpg"));
    private readonly RunningPlane _plane = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private int _seed;

    /// <summary>Where the three cartons of each frame are.</summary>
    public static IReadOnlyList<Box> Cartons { get; } = [new(20, 100, 70, 80), new(110, 60, 80, 120), new(210, 120, 80, 60)];

    public RunningPlane Plane => _plane;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        _playwright = await Playwright.CreateAsync();

        // a busy machine is slow, not broken
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
    }

    /// <summary>Takes in frames of one camera on which a version found all cartons, if it looked.</summary>
    public async Task<IReadOnlyList<Digest>> TakeAsync(string device, int count, bool found = true)
    {
        await _plane.KnowAsync(DeviceId.Parse(device), CameraId.Parse("shelf"));
        var digests = new List<Digest>();
        for (var i = 0; i < count; i++)
        {
            // a comment makes each picture another one
            byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xFE, 0, 6, .. BitConverter.GetBytes(Interlocked.Increment(ref _seed)), .. Shelf.AsSpan(2)];
            Detection[] boxes = found ? [.. Cartons.Select(b => new Detection("carton", 0.6f, b))] : [];
            var frame = new FrameMessage(
                Digest.Of(jpeg), CameraId.Parse("shelf"), "twin:scene", Version: null, i, DateTimeOffset.UnixEpoch, 320, 240, boxes, "random", Score: 0.5, InclusionProbability: 0.1);
            await _plane.Services.GetRequiredService<SampleArrival>().TakeAsync(DeviceId.Parse(device), new FrameForm(frame, jpeg), TestContext.Current.CancellationToken);
            digests.Add(frame.Digest);
        }

        return digests;
    }

    /// <summary>A tab on the label page of one device's frames, with the first of them shown and the keyboard on it.</summary>
    public async Task<IPage> OpenAsync(string device)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 } });
        var address = _plane.Server.Http.BaseAddress!;
        await context.AddCookiesAsync([new Cookie { Name = "fleet_session", Value = _plane.Server.Admin.Token, Url = address.ToString() }]);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(address, $"/label?strategy=First&device={device}&camera=shelf").ToString());
        await page.Locator(".lab[data-frame]").WaitForAsync();
        await page.Locator(".lab canvas").FocusAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
        await _plane.DisposeAsync();
    }
}
