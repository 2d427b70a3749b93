using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.ControlPlane.DevicePolicies;

/// <summary>Setting by setting, how a device's policy is not the fleet's.</summary>
internal static class PolicyDifferences
{
    public static IReadOnlyList<PolicyDifference> Between(DevicePolicy fleet, DevicePolicy device)
    {
        if (ReferenceEquals(fleet, device))
        {
            return [];
        }

        var theirs = Flat(fleet).ToDictionary();
        return [.. from setting in Flat(device) where theirs[setting.Key] != setting.Value select new PolicyDifference(setting.Key, theirs[setting.Key], setting.Value)];
    }

    private static IEnumerable<KeyValuePair<string, string>> Flat(DevicePolicy policy) =>
        Flat("", JsonSerializer.SerializeToElement(policy, FleetJson.Strict.DevicePolicy));

    private static IEnumerable<KeyValuePair<string, string>> Flat(string under, JsonElement element) => element.EnumerateObject().SelectMany(member =>
        member.Value.ValueKind == JsonValueKind.Object ? Flat($"{under}{member.Name}.", member.Value) : [KeyValuePair.Create(under + member.Name, member.Value.GetRawText())]);
}
