using Fleet.Contracts;
using MQTTnet;

namespace Fleet.ControlPlane.Broker;

/// <summary>What a program may subscribe to: what devices say, and never what they are told.</summary>
internal static class ReaderFilters
{
    public const int MaxOfReader = 32;
    private const int MaxLength = 256;
    private const string Discovery = "homeassistant";
    private static readonly string[] Root = Topics.Root.TrimEnd('/').Split('/');
    private static readonly string[] ToDevice = ["desired", "commands"];

    public static bool Allows(string filter)
    {
        var levels = filter.Split('/');
        return filter.Length is > 0 and <= MaxLength && !filter.Contains('\0', StringComparison.Ordinal)
            && IsWellFormed(levels) && (levels is ["#"] or [Discovery, ..] || IsOfDevices(levels));
    }

    public static bool Hears(string filter, string topic) => MqttTopicFilterComparer.Compare(topic, filter) == MqttTopicFilterCompareResult.IsMatch;

    private static bool IsWellFormed(string[] levels) =>
        levels.Select((level, at) => level is "+" or "#" ? level == "+" || at == levels.Length - 1 : !level.AsSpan().ContainsAny('+', '#')).All(fits => fits);

    // below the device's name it must be something that a device says
    private static bool IsOfDevices(string[] levels) =>
        levels.Zip(Root).All(pair => pair.First is "+" or "#" || pair.First == pair.Second)
        && (levels.Length <= Root.Length + 1 || !ToDevice.Contains(levels[Root.Length + 1], StringComparer.Ordinal));
}
