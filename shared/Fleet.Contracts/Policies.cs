using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Fleet.Contracts;

/// <summary>Where a device has its policy from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PolicyOrigin>))]
public enum PolicyOrigin
{
    /// <summary>The fleet's: nothing else applies.</summary>
    Fleet,

    /// <summary>The one for its labels.</summary>
    Labels,

    /// <summary>One of its own.</summary>
    Own,
}

/// <summary>A policy for devices with certain labels.</summary>
/// <param name="Selector">A label selector such as <c>link=lte,site!=lab</c>; <c>device</c> and <c>site</c> count as labels.</param>
/// <param name="Policy">What they take, whole: nothing of the fleet's is mixed in.</param>
public sealed record LabelPolicy([property: Required, StringLength(512, MinimumLength = 1)] string Selector, DevicePolicy Policy);

/// <summary>Sets what devices take that have no policy of their own.</summary>
/// <param name="Policy">For all of them …</param>
/// <param name="ByLabels">… but those that a selector takes; the first that does counts. At most <see cref="MaxByLabels"/>; null leaves them as they are.</param>
public sealed record FleetPolicyRequest(DevicePolicy Policy, IReadOnlyList<LabelPolicy>? ByLabels = null)
{
    /// <summary>Most policies by labels.</summary>
    public const int MaxByLabels = 20;
}

/// <summary>What devices take that have no policy of their own.</summary>
/// <param name="Revision">Rises with every change; 0 as long as nobody set one.</param>
/// <param name="Policy">For all devices …</param>
/// <param name="ByLabels">… but those that a selector takes; the first that does counts.</param>
/// <param name="SetAt">When it was set; null at revision 0.</param>
/// <param name="SetBy">Who set it.</param>
/// <param name="ETag">For If-Match.</param>
public sealed record FleetPolicyResponse(long Revision, DevicePolicy Policy, IReadOnlyList<LabelPolicy> ByLabels, DateTimeOffset? SetAt, string? SetBy, string ETag);

/// <summary>One setting in which a device's policy is not the fleet's.</summary>
/// <param name="Setting">Its name as in JSON, such as <c>gather.bytesPerHour</c>.</param>
/// <param name="Fleet">The fleet's value, as JSON.</param>
/// <param name="Device">The device's, as JSON.</param>
public sealed record PolicyDifference(string Setting, string Fleet, string Device);

/// <summary>What a device used of its budgets, as it said itself.</summary>
/// <param name="At">When it said so.</param>
/// <param name="BytesThisHour">Bytes kept to be sent in this clock hour; null where it said nothing in it.</param>
/// <param name="BytesThisDay">Bytes kept in the last 24 clock hours; null where it said nothing in this hour.</param>
/// <param name="Sent">Samples that came home since its agent started.</param>
/// <param name="SentBytes">Their bytes.</param>
/// <param name="GivenUp">Chosen frames that a byte budget or the outbox had no room for since then.</param>
public sealed record BudgetUse(DateTimeOffset At, long? BytesThisHour, long? BytesThisDay, long Sent, long SentBytes, long GivenUp);

/// <summary>The policy that a device goes by.</summary>
/// <param name="Device">Which.</param>
/// <param name="Site">Where it stands.</param>
/// <param name="Origin">Where the policy is from.</param>
/// <param name="Selector">The selector that took it, where its labels decide.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Differences">How it differs from the fleet's.</param>
/// <param name="Use">What it used of its budgets; null as long as it said nothing to this process.</param>
public sealed record DevicePolicyResponse(
    DeviceId Device, string? Site, PolicyOrigin Origin, string? Selector, DevicePolicy Policy, IReadOnlyList<PolicyDifference> Differences, BudgetUse? Use);

/// <summary>A window of the devices' policies.</summary>
/// <param name="Total">How many devices pass the whole filter.</param>
/// <param name="Fleet">How many of those that pass the rest of the filter go by the fleet's …</param>
/// <param name="Labels">… by one for their labels …</param>
/// <param name="Own">… and by their own.</param>
/// <param name="Items">The window.</param>
public sealed record PoliciesFound(int Total, int Fleet, int Labels, int Own, IReadOnlyList<DevicePolicyResponse> Items);
