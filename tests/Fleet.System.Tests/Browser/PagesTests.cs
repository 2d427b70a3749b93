using System.IO.Compression;
using Fleet.Cli.Demo;
using Fleet.Contracts;
using Fleet.Testing;
using Microsoft.Playwright;

namespace Fleet.SystemTests.Browser;

/// <summary>Every page of the console in a real browser.</summary>
public sealed class PagesTests
{
    [Fact]
    public Task Every_page_loads_whole_fits_a_phone_and_can_be_used_by_everybody() => BrowsedConsole.RunAsync(async console =>
    {
        var version = await ReleaseStage.RegisterShippedAsync(console.Demo, TestContext.Current.CancellationToken);
        var (device, camera) = (DeviceId.Parse("edge-1"), CameraId.Parse("door"));
        var token = await console.Client.Enrolment.CreateTokenAsync(new EnrolmentTokenRequest(device), TestContext.Current.CancellationToken);
        await console.Demo.Stack.EnrolAsync(device, token.Token, TestContext.Current.CancellationToken);
        await console.Client.Devices.SetCameraAsync(device, camera, new CameraRequest("/dev/video0", Zones: [new Zone("gate", [new(0.1, 0.1), new(0.5, 0.1), new(0.5, 0.5)])]), TestContext.Current.CancellationToken);
        var snapshot = await SnapshotAsync(console, device, camera);
        string[] pages = ["/", "/devices", "/versions", $"/versions/{version.Card.Version}", $"/versions/compare?b={version.Card.Version}", "/rollouts", "/samples", $"/samples?state=all&like={snapshot.Frames[0].Digest}", "/label-files", "/snapshots", $"/snapshots/{snapshot.Digest}", "/drift", "/training", "/scenes", "/topics", "/audit", "/settings/people", "/settings/keys", "/settings/approval", "/settings/budgets", "/settings/publishers", "/start", "/start/camera", "/start/rollout", "/devices/edge-1/cameras/door", "/devices/edge-1/cameras/door?edit=true", "/not-found"];
        var breaches = new List<string>();
        foreach (var page in pages)
        {
            await console.OpenAsync(page);
            breaches.AddRange(await PageRules.BreachesAsync(console));
        }

        breaches.AddRange(await TopicsAsync(console, device));
        Assert.True(breaches.Count == 0, string.Join('\n', breaches));
    });

    /// <summary>What a device says shows up on a page that nobody loads again.</summary>
    private static async Task<IReadOnlyList<string>> TopicsAsync(BrowsedConsole console, DeviceId device)
    {
        await console.OpenAsync("/topics");
        await console.Page.GetByText("No message yet").ShowsAsync();
        await console.Page.EvaluateAsync("() => window.openedOnce = true");
        console.Demo.Stack.StartAgent(device);

        var said = console.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "status", Exact = true });
        await said.ShowsAsync();
        await said.ClickAsync();
        await console.Page.Locator(".topic-payload").SaysAsync("\"presence\": \"Online\"");
        Assert.EndsWith($"?topic={Uri.EscapeDataString(Topics.Status(device))}", console.Page.Url, StringComparison.Ordinal);
        Assert.True(await console.Page.EvaluateAsync<bool>("() => window.openedOnce === true"), "The page was loaded again.");
        return await PageRules.BreachesAsync(console);
    }

    private static async Task<(Digest Digest, IReadOnlyList<SnapshotFrame> Frames)> SnapshotAsync(BrowsedConsole console, DeviceId device, CameraId camera)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            await WriteAsync(archive, "data.yaml", "names: [carton]\n"u8.ToArray());
            await WriteAsync(archive, "images/one.jpg", await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "tests", "Fleet.ControlPlane.Tests", "Labelling", "shelf.jpg"), cancel));
            await WriteAsync(archive, "labels/one.txt", "0 0.5 0.5 0.4 0.4\n"u8.ToArray());
        }

        await console.Client.LabelFiles.ImportAsync(LabelFileFormat.Yolo, device, camera, zip, cancel);
        var taken = await console.Client.Snapshots.TakeAsync(new SnapshotRequest("first"), cancel);
        return (taken.Digest, (await console.Client.Snapshots.GetManifestAsync(taken.Digest, cancel)).Frames);
    }

    private static async Task WriteAsync(ZipArchive archive, string name, byte[] bytes)
    {
        await using var entry = archive.CreateEntry(name).Open();
        await entry.WriteAsync(bytes, TestContext.Current.CancellationToken);
    }
}
