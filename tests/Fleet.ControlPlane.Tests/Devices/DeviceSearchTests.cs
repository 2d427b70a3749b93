using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Devices;

/// <summary>Finding a device among many.</summary>
public sealed class DeviceSearchTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private readonly TestControlPlane _fleet = shared.Fleet;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_of_many_devices_is_found_by_name_label_version_and_condition()
    {
        var name = $"found-{Guid.NewGuid():N}"[..20];
        var version = VersionId.Parse("carton@7");
        await _fleet.StoreAsync(s =>
        {
            for (var i = 0; i < 300; i++)
            {
                var device = new DeviceRow { Id = DeviceId.Parse($"{name}-{i:000}"), Site = i < 3 ? "Harbour" : "store-1", Labels = new Dictionary<string, string> { ["ring"] = i % 10 == 0 ? "canary" : "wide" }, LastSeenAt = i == 5 ? null : DateTimeOffset.UnixEpoch, Revoked = i == 9 };
                device.Cameras.Add(new CameraRow { Device = device.Id, Id = CameraId.Parse("dock"), Source = "/dev/video0", Version = i < 20 ? version : null });
                s.Add(device);
            }
        });
        var live = _fleet.Services.GetRequiredService<LiveDevices>();
        live.Connect(DeviceId.Parse($"{name}-007"));
        live.Hear(DeviceId.Parse($"{name}-007"), Troubled(DeviceId.Parse($"{name}-007")) with { Cameras = [new ReportedCamera(CameraId.Parse("dock"), CameraState.Running, version, null, null)] });
        live.Connect(DeviceId.Parse($"{name}-008"));
        live.Hear(DeviceId.Parse($"{name}-008"), Troubled(DeviceId.Parse($"{name}-008")));

        var window = await FindAsync($"search={name}&skip=290&take=200");
        Assert.Equal((300, 10), (window.Total, window.Items.Count));
        Assert.Equal($"{name}-290", window.Items[0].Id.ToString());
        Assert.Equal((1, 1, 1, 1, 296), (window.Of(DeviceCondition.Online), window.Of(DeviceCondition.Trouble), window.Of(DeviceCondition.NeverSeen), window.Of(DeviceCondition.Revoked), window.Of(DeviceCondition.Offline)));

        var use = await TestControlPlane.ReadAsync(await _fleet.Http.GetAsync("/api/v1/version-use", Token), FleetJson.Tolerant.IReadOnlyListVersionUse);
        Assert.Equal(new VersionUse(version, Devices: 19, Cameras: 19, Running: 1), Assert.Single(use, u => u.Version == version));

        Assert.Equal(30, (await FindAsync($"search={name}&labels=ring%3Dcanary")).Total);
        Assert.Equal(2, (await FindAsync($"search={name}&labels=ring%3Dcanary&version=carton%407")).Total);
        Assert.Equal(3, (await FindAsync("search=hARBOUR")).Total);

        // the counts stay those of the whole search, so that the other conditions can be chosen
        var trouble = await FindAsync($"search={name}&condition=Trouble");
        Assert.Equal($"{name}-008", Assert.Single(trouble.Items).Id.ToString());
        Assert.Equal(296, trouble.Of(DeviceCondition.Offline));

        var worst = await FindAsync($"search={name}&worstFirst=true&skip=296&take=4");
        Assert.Equal(["008", "005", "007", "009"], worst.Items.Select(d => d.Id.ToString()[^3..]));
    }

    [Theory]
    [InlineData("labels=ring%3D%3D%3Dx", "selector.invalid")]
    [InlineData("take=201", "request.invalid")]
    [InlineData("skip=-1", "request.invalid")]
    public async Task What_cannot_be_searched_for_is_said(string query, string code)
    {
        var answer = await _fleet.Http.GetAsync($"/api/v1/device-search?{query}", Token);

        Assert.Equal(code, (await TestControlPlane.ProblemAsync(answer)).Code);
    }

    private static Reported Troubled(DeviceId device) =>
        new(device, 1, 1, DateTimeOffset.UnixEpoch, new DeviceFacts("1.0", "Debian", "x64", 2, 1, 1, []), [new ReportedCamera(CameraId.Parse("dock"), CameraState.Failed, null, null, "no route to host")], [], []);

    private async Task<DevicesFound> FindAsync(string query) =>
        await TestControlPlane.ReadAsync(await _fleet.Http.GetAsync($"/api/v1/device-search?{query}", Token), FleetJson.Strict.DevicesFound);
}
