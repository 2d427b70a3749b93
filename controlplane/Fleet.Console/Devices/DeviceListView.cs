using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Console.Devices;

/// <summary>A view of the list of devices; its address says all of it.</summary>
public sealed record DeviceListView(string? Search, string? Labels, DeviceCondition? Condition, VersionId? Version)
{
    /// <summary>Where the view is to be found.</summary>
    public string Address
    {
        get
        {
            var parts = new (string Name, string? Value)[] { ("search", Search), ("labels", Labels), ("condition", Condition?.ToString()), ("version", Version?.ToString()) }
                .Where(p => !string.IsNullOrWhiteSpace(p.Value))
                .Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!.Trim())}");
            var query = string.Join('&', parts);
            return query.Length == 0 ? "/devices" : $"/devices?{query}";
        }
    }

    /// <summary>The same for the API.</summary>
    public DeviceFilter Filter => new(Trimmed(Search), Trimmed(Labels), Condition, Version);

    /// <summary>What stands in an address; a condition or version that is none passes all.</summary>
    public static DeviceListView Parse(string? search, string? labels, string? condition, string? version) => new(
        Trimmed(search),
        Trimmed(labels),
        Enum.TryParse<DeviceCondition>(condition, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null,
        VersionId.TryParse(version, null, out var id) ? id : null);

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
