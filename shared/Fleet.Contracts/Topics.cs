namespace Fleet.Contracts;

/// <summary>MQTT topics. A device publishes and subscribes below its own prefix and nowhere else.</summary>
public static class Topics
{
    /// <summary>Prefix of everything.</summary>
    public const string Root = "fleet/v1/devices/";

    /// <summary>Signed directive, to the device.</summary>
    public static string Desired(DeviceId device) => $"{Root}{device}/desired";

    /// <summary><see cref="Contracts.Reported"/>, from the device.</summary>
    public static string Reported(DeviceId device) => $"{Root}{device}/reported";

    /// <summary><see cref="StatusMessage"/>, from the device and as its will.</summary>
    public static string Status(DeviceId device) => $"{Root}{device}/status";

    /// <summary><see cref="Contracts.Telemetry"/>, from the device.</summary>
    public static string Telemetry(DeviceId device) => $"{Root}{device}/telemetry";

    /// <summary><see cref="DetectionEvent"/>, from the device.</summary>
    public static string Events(DeviceId device, CameraId camera) => $"{Root}{device}/events/{camera}";

    /// <summary>A command, to the device.</summary>
    public static string Command(DeviceId device, string name) => $"{Root}{device}/commands/{name}";

    /// <summary>What a device may subscribe to: its directive and its commands.</summary>
    public static IReadOnlyList<string> Subscriptions(DeviceId device) => [Desired(device), $"{Root}{device}/commands/#"];

    /// <summary>Splits a topic into the device and what follows it, such as <c>events/cam-1</c>.</summary>
    /// <returns>False for a topic that belongs to no device.</returns>
    public static bool TryRead(string topic, out DeviceId device, out string rest)
    {
        device = default;
        rest = "";
        if (!topic.StartsWith(Root, StringComparison.Ordinal))
        {
            return false;
        }

        var end = topic.IndexOf('/', Root.Length);
        if (end < 0 || !DeviceId.TryParse(topic[Root.Length..end], null, out device))
        {
            return false;
        }

        rest = topic[(end + 1)..];
        return rest.Length > 0;
    }
}
