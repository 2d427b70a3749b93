using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using static Fleet.ControlPlane.Tests.Platform.TestControlPlane;

namespace Fleet.ControlPlane.Tests.Devices;

[Collection(Scraped.Name)]
public sealed class PlacesTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>, IAsyncLifetime
{
    private static readonly Zone Gate = new("gate", [new(0.1, 0.1), new(0.5, 0.1), new(0.5, 0.5)], Classes: ["person"]);
    private static readonly Zone Shelf = new("shelf-3", [new(0.6, 0.1), new(0.9, 0.1), new(0.9, 0.5)], ZoneKind.Facing, EmptySeconds: 12);
    private static readonly Line Door = new("door", new(0, 0.5), new(1, 0.5));
    private readonly string _me = $"edge-{Guid.NewGuid():N}";
    private readonly TestControlPlane _fleet = shared.Fleet;
    private TestDevice _device = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _device = await TestDevice.EnrolAsync(_fleet, _me);

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    [Fact]
    public async Task Zones_lines_and_gating_reach_the_device_and_stay_until_they_are_changed()
    {
        await SetAsync(new CameraRequest("/videos/a.mp4", Zones: [Gate, Shelf], Lines: [Door], Motion: MotionGating.Off));
        await SetAsync(new CameraRequest("/videos/b.mp4", Fps: 5));

        var camera = (await _fleet.DeviceAsync(_me)).Cameras.Single();
        Assert.Equal(("/videos/b.mp4", MotionGating.Off), (camera.Source, camera.Motion));
        Assert.Equal([Gate, Shelf], camera.Zones);
        Assert.Equal([Door], camera.Lines);
        await Eventually.Is(async () => (await DesiredAsync())?.Cameras is [{ Fps: 5 }]);
        var desired = (await DesiredAsync())!.Cameras.Single();
        Assert.Equal([Gate, Shelf], desired.Zones);
        Assert.Equal([Door], desired.Lines);
        Assert.Equal(MotionGating.Off, desired.Motion);

        await SetAsync(new CameraRequest("/videos/b.mp4", Zones: [], Lines: []));
        Assert.Empty((await _fleet.DeviceAsync(_me)).Cameras.Single().Zones!);
        await Eventually.Is(async () => (await DesiredAsync())?.Cameras is [{ Zones: null, Lines: null }]);
    }

    [Fact]
    public async Task A_zone_that_cannot_be_watched_is_refused_and_nothing_changes()
    {
        await SetAsync(new CameraRequest("/videos/a.mp4", Zones: [Gate]));
        var request = new CameraRequest("/videos/b.mp4", Lines: [Door with { Name = "gate" }]);
        var answer = await _fleet.Http.PutAsync($"/api/v1/devices/{_me}/cameras/dock", Json(request, FleetJson.Strict.CameraRequest), Token);

        Assert.Equal(Problems.CameraZone.Code, (await ProblemAsync(answer)).Code);
        Assert.Equal("/videos/a.mp4", (await _fleet.DeviceAsync(_me)).Cameras.Single().Source);
    }

    [Fact]
    public async Task What_zones_and_lines_count_is_shown_with_the_camera_and_as_metrics()
    {
        await SetAsync(new CameraRequest("/videos/a.mp4", Zones: [Gate, Shelf], Lines: [Door]));
        await _device.ConnectAsync();
        var dock = CameraId.Parse("dock");
        var telemetry = new Telemetry(_device.Id, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [], 0, 0, 0)
        {
            Zones = [new(dock, "gate", new Dictionary<string, long> { ["person"] = 2 }, 9, 7, 123.5), new(dock, "shelf-3", new Dictionary<string, long>(), 4, 4, 60, IsEmpty: true, Emptied: 3)],
            Lines = [new(dock, "door", Forward: 5, Backward: 4)],
            EmptyFacings = 1,
        };
        await _device.PublishAsync(Topics.Telemetry(_device.Id), telemetry, FleetJson.Strict.Telemetry);

        var camera = (await _fleet.DeviceAsync(_me)).Cameras.Single();
        Assert.Equal(2, camera.ZoneCounters![0].Present["person"]);
        Assert.Equal(telemetry.Lines[0], camera.LineCounters!.Single());
        var metrics = (await _fleet.MetricsOfAsync(_me)).Select(l => l.Split(' ')).ToList();
        double Metric(params string[] parts) => double.Parse(metrics.Single(m => parts.All(p => m[0].Contains(p, StringComparison.Ordinal)))[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(2, Metric("fleet_zone_present", "zone=\"gate\"", "class=\"person\""));
        Assert.Equal(9, Metric("fleet_zone_entered", "gate"));
        Assert.Equal(123.5, Metric("fleet_zone_dwell", "gate"));
        Assert.Equal((1, 3), (Metric("fleet_facing_empty{", "shelf-3"), Metric("fleet_facing_emptied", "shelf-3")));
        Assert.Equal((5, 4), (Metric("fleet_line_crossed", "forward"), Metric("fleet_line_crossed", "backward")));
    }

    private async Task SetAsync(CameraRequest request) =>
        await ReadAsync(await _fleet.Http.PutAsync($"/api/v1/devices/{_me}/cameras/dock", Json(request, FleetJson.Strict.CameraRequest), Token), FleetJson.Strict.CameraResponse);

    private async Task<Desired?> DesiredAsync()
    {
        using var http = _device.Http(_fleet);
        var envelope = JsonNode.Parse(await http.GetStringAsync("/device/v1/desired", Token));
        return JsonSerializer.Deserialize(Convert.FromBase64String(envelope!["payload"]!.GetValue<string>()), FleetJson.Strict.Desired);
    }
}
