using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Console.Budgets;

/// <summary>Which devices' budgets are shown; its address says all of it.</summary>
public sealed record BudgetListView(string? Search, PolicyOrigin? Origin, bool ByName)
{
    /// <summary>Where the view is to be found.</summary>
    public string Address
    {
        get
        {
            var parts = new (string Name, string? Value)[] { ("search", Search), ("origin", Origin?.ToString()), ("order", ByName ? "name" : null) }
                .Where(p => !string.IsNullOrWhiteSpace(p.Value))
                .Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!.Trim())}");
            var query = string.Join('&', parts);
            return query.Length == 0 ? "/settings/budgets" : $"/settings/budgets?{query}";
        }
    }

    /// <summary>The same for the API.</summary>
    public PolicyFilter Filter => new(Search, Origin, MostUsedFirst: !ByName);

    /// <summary>What stands in an address; an origin that is none passes all.</summary>
    public static BudgetListView Parse(string? search, string? origin, string? order) => new(
        string.IsNullOrWhiteSpace(search) ? null : search.Trim(),
        Enum.TryParse<PolicyOrigin>(origin, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null,
        order == "name");
}
