using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.ControlPlane.HomeAssistant;

/// <summary>The entities of one camera.</summary>
internal sealed partial class CameraEntities(DiscoveredDevice device, DiscoveredCamera camera)
{
    // a night sky has one class, a supermarket's shelf hundreds: each would be an entity
    private const int MaxClasses = 16;
    private readonly string _telemetry = Topics.Telemetry(device.Id);
    private readonly string _reported = Topics.Reported(device.Id);
    private readonly string _events = Topics.Events(device.Id, camera.Id);

    private CameraId Id => camera.Id;

    public IEnumerable<(string Key, JsonObject Entity)> All() => [.. Counts(), .. Places(), .. States()];

    private IEnumerable<(string, JsonObject)> Counts()
    {
        yield return Sensor("fps", "frames per second", _telemetry, DiscoveryTemplates.FramesPerSecond(Id), "measurement", ("unit_of_measurement", "fps"));
        yield return Sensor("completed", "frames completed", _telemetry, DiscoveryTemplates.Completed(Id), "total_increasing", ("entity_category", "diagnostic"));
        yield return Sensor("objects", "objects", _events, DiscoveryTemplates.Objects, "measurement");
        foreach (var label in camera.Classes.Where(c => PlainLabel().IsMatch(c)).Take(MaxClasses))
        {
            yield return Sensor($"class_{label.Replace(' ', '_').Replace('.', '_')}", label, _events, DiscoveryTemplates.ObjectsOf(label), "measurement");
        }
    }

    private IEnumerable<(string, JsonObject)> Places()
    {
        foreach (var zone in camera.Zones)
        {
            yield return zone.Kind == ZoneKind.Facing
                ? Part("binary_sensor", $"zone_{zone.Name}", $"{zone.Name} empty", _telemetry, DiscoveryTemplates.IsEmpty(Id, zone.Name), ("device_class", "problem"))
                : Sensor($"zone_{zone.Name}", $"in {zone.Name}", _telemetry, DiscoveryTemplates.Present(Id, zone.Name), "measurement");
        }

        foreach (var line in camera.Lines)
        {
            yield return Sensor($"line_{line.Name}_forward", $"{line.Name} forward", _telemetry, DiscoveryTemplates.Forward(Id, line.Name), "total_increasing");
            yield return Sensor($"line_{line.Name}_backward", $"{line.Name} backward", _telemetry, DiscoveryTemplates.Backward(Id, line.Name), "total_increasing");
        }
    }

    private IEnumerable<(string, JsonObject)> States()
    {
        yield return Part("binary_sensor", "running", "running", _reported, DiscoveryTemplates.Running(Id), ("device_class", "running"), ("entity_category", "diagnostic"));
        yield return Part("sensor", "version", "version", _reported, DiscoveryTemplates.Version(Id), ("entity_category", "diagnostic"));
        if (camera.Wanted is { } wanted)
        {
            yield return Part("update", "update", "model", _reported, DiscoveryTemplates.Update(Id, wanted), ("title", $"{wanted.Model}"), ("release_url", $"{device.Console}/versions/{wanted}"));
        }
    }

    private (string, JsonObject) Sensor(string what, string name, string topic, string template, string stateClass, params (string Member, string Value)[] more) =>
        Part("sensor", what, name, topic, template, [("state_class", stateClass), .. more]);

    private (string, JsonObject) Part(string platform, string what, string name, string topic, string template, params (string Member, string Value)[] more)
    {
        var entity = new JsonObject
        {
            ["platform"] = platform,
            ["unique_id"] = $"fleet_{device.Id}_{Id}_{what}",
            ["name"] = $"{Id} {name}",
            ["state_topic"] = topic,
            ["value_template"] = template,
            ["availability_topic"] = Topics.Status(device.Id),
            ["availability_template"] = DiscoveryTemplates.Available,
        };
        foreach (var (member, value) in more)
        {
            entity[member] = value;
        }

        return ($"{Id}_{what}", entity);
    }

    // it stands within a template: nothing in it may end a text or begin an expression
    [GeneratedRegex(@"^[\p{L}\p{N}_.-]([\p{L}\p{N}_. -]{0,62}[\p{L}\p{N}_.-])?\z")]
    private static partial Regex PlainLabel();
}
