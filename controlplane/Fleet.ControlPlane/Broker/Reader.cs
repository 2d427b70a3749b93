using System.Collections.Immutable;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fleet.ControlPlane.Broker;

/// <summary>A program that is connected and reads.</summary>
/// <param name="Client">Its client id.</param>
/// <param name="KeyId">The key it came with.</param>
/// <param name="KeyName">Its name.</param>
/// <param name="Since">When it came.</param>
internal sealed record Reader(string Client, string KeyId, string KeyName, DateTimeOffset Since)
{
    /// <summary>What it subscribed to, with how surely it wants each.</summary>
    public ImmutableDictionary<string, MqttQualityOfServiceLevel> Filters { get; init; } = ImmutableDictionary.Create<string, MqttQualityOfServiceLevel>(StringComparer.Ordinal);

    /// <summary>Null until its connection stands.</summary>
    public MqttSessionStatus? Session { get; init; }

    /// <summary>How surely it wants a topic; null when it does not.</summary>
    public MqttQualityOfServiceLevel? Wants(string topic)
    {
        MqttQualityOfServiceLevel? wanted = null;
        foreach (var (filter, quality) in Filters)
        {
            if (ReaderFilters.Hears(filter, topic) && !(wanted >= quality))
            {
                wanted = quality;
            }
        }

        return wanted > MqttQualityOfServiceLevel.AtLeastOnce ? MqttQualityOfServiceLevel.AtLeastOnce : wanted;
    }
}
