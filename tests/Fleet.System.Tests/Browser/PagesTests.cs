using Fleet.Cli.Demo;
using Fleet.Contracts;

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
        string[] pages = ["/", "/devices", "/versions", $"/versions/{version.Card.Version}", $"/versions/compare?b={version.Card.Version}", "/rollouts", "/samples", "/drift", "/training", "/scenes", "/topics", "/audit", "/settings/people", "/settings/keys", "/settings/approval", "/settings/publishers", "/start", "/start/camera", "/start/rollout", "/devices/edge-1/cameras/door", "/devices/edge-1/cameras/door?edit=true", "/not-found"];
        var breaches = new List<string>();
        foreach (var page in pages)
        {
            await console.OpenAsync(page);
            breaches.AddRange(await PageRules.BreachesAsync(console));
        }

        Assert.True(breaches.Count == 0, string.Join('\n', breaches));
    });
}
