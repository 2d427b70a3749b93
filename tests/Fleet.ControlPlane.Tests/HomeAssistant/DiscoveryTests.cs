using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.HomeAssistant;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Tests.Devices;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;
using Fleet.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using MQTTnet.Formatter;

namespace Fleet.ControlPlane.Tests.HomeAssistant;

/// <summary>Holds discovery messages against the rules of Home Assistant's MQTT integration, and what they read against what devices really send.</summary>
public sealed class DiscoveryTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private static readonly PicturePoint[] Square = [new(0, 0), new(1, 0), new(1, 1)];

    // what the integration knows at the top, of a device, of where it comes from, and of the platforms that are used
    private static readonly string[] Top = ["device", "origin", "components"];
    private static readonly string[] OfDevice = ["identifiers", "connections", "name", "manufacturer", "model", "hw_version", "serial_number", "sw_version", "suggested_area", "configuration_url"];
    private static readonly string[] OfOrigin = ["name", "sw_version", "support_url"];
    private static readonly string[] OfAny = ["platform", "unique_id", "name", "state_topic", "value_template", "availability_topic", "availability_template", "entity_category", "device_class"];
    private static readonly Dictionary<string, string[]> OfPlatform = new()
    {
        ["sensor"] = ["state_class", "unit_of_measurement"],
        ["binary_sensor"] = [],
        ["update"] = ["title", "release_url"],
    };

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["state_class"] = ["measurement", "total_increasing"],
        ["entity_category"] = ["diagnostic"],
        ["device_class"] = ["connectivity", "running", "problem"],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_entity_is_one_that_Home_Assistant_takes()
    {
        var messages = Devices().Select(d => (Topic: DiscoveryMessages.Topic(d.Id), Message: DiscoveryMessages.Of(d, "0.1.0"))).ToList();

        Assert.All(messages, m =>
        {
            Assert.Matches(@"^homeassistant/device/[a-zA-Z0-9_-]+/config$", m.Topic);
            Assert.Equal(Top, m.Message.Select(p => p.Key));
            Assert.Subset(OfDevice.ToHashSet(), Keys(m.Message["device"]!));
            Assert.NotEmpty(m.Message["device"]!["identifiers"]!.AsArray());
            Assert.Subset(OfOrigin.ToHashSet(), Keys(m.Message["origin"]!));
            Assert.All([m.Message["device"]!["configuration_url"]!, m.Message["origin"]!["support_url"]!], IsUrl);
            Assert.All(Entities(m.Message), Fits);
        });
        var ids = messages.SelectMany(m => Entities(m.Message)).Select(e => e["unique_id"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Contains("fleet_edge-1_dock_class_carton", ids);
        Assert.Contains("fleet_edge-1_dock_zone_gate", ids);
        Assert.DoesNotContain(ids, id => id.Contains("{{", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_topic_is_one_that_devices_speak_on_and_every_template_names_what_its_message_has()
    {
        var schemas = AsyncApi.Document("fleet.example", 8883, 8884, homeAssistant: true, "0.1.0")["components"]!["schemas"]!;

        Assert.All(Devices().SelectMany(d => Entities(DiscoveryMessages.Of(d, "0.1.0"))), entity =>
        {
            foreach (var (topic, template) in new[] { ("state_topic", "value_template"), ("availability_topic", "availability_template") }.Where(p => entity.ContainsKey(p.Item1)))
            {
                var said = AsyncApi.Find(entity[topic]!.GetValue<string>());
                Assert.NotNull(said);
                Names(schemas[said.Message]!, entity[template]!.GetValue<string>());
            }
        });
    }

    [Fact]
    public async Task Readers_are_told_of_a_device_of_its_change_and_of_its_end()
    {
        var id = $"edge-{Guid.NewGuid():N}";
        await using var device = await TestDevice.EnrolAsync(shared.Fleet, id);
        await shared.Fleet.SetCameraAsync(device.Id, "dock");
        var heard = new ConcurrentQueue<(bool Retained, string Text)>();
        using var reader = await ReadAsync(device, DiscoveryMessages.Topic(device.Id), heard);

        Wake();
        await Eventually.Is(() => heard.Any(h => h.Text.Contains("dock_fps", StringComparison.Ordinal)));
        var later = new ConcurrentQueue<(bool Retained, string Text)>();
        using var late = await ReadAsync(device, "homeassistant/#", later);
        await Eventually.Is(() => later.Any(h => h.Retained && h.Text.Contains($"fleet_{id}_dock_fps", StringComparison.Ordinal)));

        await shared.Fleet.Http.DeleteAsync($"/api/v1/devices/{id}/cameras/dock", Cancel);
        Wake();
        await Eventually.Is(() => heard.Any(h => h.Text.Contains("\"dock_fps\":{\"platform\":\"sensor\"}", StringComparison.Ordinal)));

        await shared.Fleet.Http.PostAsync($"/api/v1/devices/{id}/revoke", null, Cancel);
        Wake();
        await Eventually.Is(() => heard.Any(h => h.Text.Length == 0));
    }

    [Fact]
    public async Task What_went_while_the_control_plane_was_down_is_taken_away_after_its_start()
    {
        var (camera, whole) = ($"edge-{Guid.NewGuid():N}", $"edge-{Guid.NewGuid():N}");
        await using var first = await TestDevice.EnrolAsync(shared.Fleet, camera);
        await using var second = await TestDevice.EnrolAsync(shared.Fleet, whole);
        await shared.Fleet.SetCameraAsync(first.Id, "dock");
        using var folder = new TempFolder();
        using var data = DataFolder.Open(folder.Path);
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        Assert.Contains("dock_fps", await StartAsync(data, time, first.Id), StringComparison.Ordinal);

        await shared.Fleet.Http.DeleteAsync($"/api/v1/devices/{camera}/cameras/dock", Cancel);
        await shared.Fleet.Http.PostAsync($"/api/v1/devices/{whole}/revoke", null, Cancel);

        Assert.Contains("\"dock_fps\":{\"platform\":\"sensor\"}", await StartAsync(data, time, first.Id), StringComparison.Ordinal);
        Assert.Equal("", await StartAsync(data, time, second.Id));
        time.Advance(TimeSpan.FromDays(29));
        Assert.Contains("\"dock_fps\":{\"platform\":\"sensor\"}", await StartAsync(data, time, first.Id), StringComparison.Ordinal);
        Assert.Equal("", await StartAsync(data, time, second.Id));
        time.Advance(TimeSpan.FromDays(2));
        Assert.DoesNotContain("dock", await StartAsync(data, time, first.Id), StringComparison.Ordinal);
        Assert.Null(await StartAsync(data, time, second.Id));
    }

    /// <summary>What a control plane that was just started, and remembers this folder alone, retains for a device.</summary>
    private async Task<string?> StartAsync(DataFolder data, TimeProvider time, DeviceId device)
    {
        var (services, topics) = (shared.Fleet.Services, new TopicTree(time));
        var started = new DiscoveryReconciler(
            services.GetRequiredService<IServiceScopeFactory>(), topics, services.GetRequiredService<Readers>(), shared.Fleet.Endpoints, services.GetRequiredService<FleetOptions>(), new DiscoveryMemory(data, time));
        Assert.Empty(await started.RunAsync(Cancel));
        return topics.Find(DiscoveryMessages.Topic(device))?.Payload() is { } payload ? Encoding.UTF8.GetString(payload) : null;
    }

    private void Wake() => shared.Fleet.Services.GetRequiredService<Wake<DiscoveryReconciler>>().Now();

    private async Task<IMqttClient> ReadAsync(TestDevice device, string filter, ConcurrentQueue<(bool Retained, string Text)> heard)
    {
        var ca = PinnedCa.FromPem(device.Enrolment.CaPem, TimeProvider.System);
        var reader = new MqttClientFactory().CreateMqttClient();
        reader.ApplicationMessageReceivedAsync += e =>
        {
            heard.Enqueue((e.ApplicationMessage.Retain, e.ApplicationMessage.ConvertPayloadToString() ?? ""));
            return Task.CompletedTask;
        };
        await reader.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("localhost", shared.Fleet.Endpoints.ReadersPort).WithClientId($"HA_{Guid.NewGuid():N}").WithProtocolVersion(MqttProtocolVersion.V311)
                .WithCredentials("homeassistant", await shared.Fleet.KeyAsync(Role.Viewer))
                .WithTlsOptions(t => t.UseTls().WithCertificateValidationHandler(e => ca.Validate(this, e.Certificate, e.Chain, e.SslPolicyErrors))).Build(),
            Cancel);
        await reader.SubscribeAsync(filter, cancellationToken: Cancel);
        return reader;
    }

    private static IEnumerable<DiscoveredDevice> Devices()
    {
        var dock = new DiscoveredCamera(
            CameraId.Parse("dock"), VersionId.Parse("shelf@2"), ["carton", "soft drink", "it's {{ 7 * 7 }}"],
            [new Zone("gate", Square), new Zone("slot-1", Square, ZoneKind.Facing)], [new Line("door", new(0, 0), new(1, 1))]);
        var gate = new DiscoveredCamera(CameraId.Parse("gate"), Wanted: null, [], [], []);
        yield return new DiscoveredDevice(DeviceId.Parse("edge-1"), "store 1", "0.1.0", "https://fleet.example", [dock, gate]);
        yield return new DiscoveredDevice(DeviceId.Parse("edge-2"), Site: null, AgentVersion: null, "https://fleet.example", [dock]);
    }

    private static IEnumerable<JsonObject> Entities(JsonObject message) => message["components"]!.AsObject().Select(c => c.Value!.AsObject());

    private static HashSet<string> Keys(JsonNode node) => [.. node.AsObject().Select(p => p.Key)];

    private static void IsUrl(JsonNode value) => Assert.True(Uri.TryCreate(value.GetValue<string>(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https");

    private static void Fits(JsonObject entity)
    {
        Assert.Subset(OfAny.Concat(OfPlatform[entity["platform"]!.GetValue<string>()]).ToHashSet(), Keys(entity));
        Assert.All(Allowed.Where(a => entity.ContainsKey(a.Key)), a => Assert.Contains(entity[a.Key]!.GetValue<string>(), a.Value));
        Assert.All(new[] { "unique_id", "name", "state_topic", "value_template" }, m => Assert.False(string.IsNullOrWhiteSpace(entity[m]?.GetValue<string>())));
        Assert.Equal(entity.ContainsKey("availability_topic"), entity.ContainsKey("availability_template"));
        if (entity["release_url"] is { } url)
        {
            IsUrl(url);
        }
    }

    /// <summary>Every member after <c>value_json.</c> is one of the message, and those that filters name are members of its entries.</summary>
    private static void Names(JsonNode schema, string template)
    {
        var member = Assert.Single(Regex.Matches(template, @"value_json\.(\w+)").Select(m => m.Groups[1].Value).Distinct());
        var property = schema["properties"]![member];
        Assert.True(property is not null, $"{member} of {template}");
        Assert.All(Regex.Matches(template, @"(?:selectattr\(|attribute=)'(\w+)'").Select(m => m.Groups[1].Value), inner =>
            Assert.True(property["items"]?["properties"]?[inner] is not null, $"{inner} of {template}"));
    }
}
