using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>How a device is, in one word; what needs somebody first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeviceCondition>))]
public enum DeviceCondition
{
    /// <summary>Its connection was lost.</summary>
    Offline,

    /// <summary>It is connected and reports a problem, or a camera of it gives no frames.</summary>
    Trouble,

    /// <summary>It was enrolled and never heard.</summary>
    NeverSeen,

    /// <summary>Its agent was stopped on purpose.</summary>
    Stopped,

    /// <summary>It is connected and has nothing to complain about.</summary>
    Online,

    /// <summary>It is shut out.</summary>
    Revoked,
}

/// <summary>A window of the devices that were asked for.</summary>
/// <param name="Total">How many pass the whole filter.</param>
/// <param name="Counts">How many there are in each condition of those that pass the rest of the filter; conditions without any are left out.</param>
/// <param name="Items">The window.</param>
public sealed record DevicesFound(int Total, IReadOnlyList<DeviceCount> Counts, IReadOnlyList<DeviceResponse> Items)
{
    /// <summary>How many are in a condition.</summary>
    public int Of(DeviceCondition condition) => Counts.FirstOrDefault(c => c.Condition == condition)?.Devices ?? 0;
}

/// <summary>So many devices are in a condition.</summary>
/// <param name="Condition">Which.</param>
/// <param name="Devices">How many, 1 and more.</param>
public sealed record DeviceCount(DeviceCondition Condition, int Devices);
