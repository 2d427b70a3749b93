using System.Globalization;
using System.Text.Json.Nodes;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Console.Settings;

/// <summary>Reads who signs releases out of the metadata that devices get. It is shown, not trusted: devices verify it, and so does whoever signs.</summary>
public static class ReleaseRoles
{
    private const int MostRoots = 1000;
    private const int MostDelegations = 100;

    /// <summary>The roles of the root in force, and those that publishers delegated to.</summary>
    public static async Task<List<ReleaseRole>> LoadAsync(FleetClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var root = await NewestRootAsync(client, cancellationToken);
        var timestamp = await FindAsync(client, "timestamp.json", cancellationToken);
        var snapshot = await FindAsync(client, Named(timestamp, "snapshot"), cancellationToken);
        var targets = await FindAsync(client, Named(snapshot, "targets"), cancellationToken);
        var signed = new Dictionary<string, JsonNode?> { ["root"] = root, ["targets"] = targets, ["snapshot"] = snapshot, ["timestamp"] = timestamp };
        List<ReleaseRole> roles = [.. signed.Select(s => Read(s.Key, "root", root["signed"]!["roles"]![s.Key]!, root["signed"]!["keys"]!, s.Value))];
        var delegations = targets?["signed"]?["delegations"];
        foreach (var role in (delegations?["roles"]?.AsArray() ?? []).OfType<JsonObject>().Take(MostDelegations))
        {
            var name = role["name"]!.GetValue<string>();
            roles.Add(Read(name, "targets", role, delegations!["keys"]!, await FindAsync(client, Named(snapshot, name), cancellationToken)));
        }

        return roles;
    }

    /// <summary>One role, out of the node that names its keys.</summary>
    /// <param name="name">Of the role.</param>
    /// <param name="by">Who named it.</param>
    /// <param name="role">Its key ids and threshold.</param>
    /// <param name="keys">All keys, by id.</param>
    /// <param name="signed">What it signed last; null where nothing was.</param>
    public static ReleaseRole Read(string name, string by, JsonNode role, JsonNode keys, JsonNode? signed)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(keys);
        var signatures = (signed?["signatures"]?.AsArray() ?? []).Select(s => s?["keyid"]?.GetValue<string>()).ToHashSet();
        return new ReleaseRole(
            name,
            by,
            [.. role["keyids"]!.AsArray().Select(k => k!.GetValue<string>()).Select(id => new ReleaseKey(id, keys[id]?["scheme"]?.GetValue<string>() ?? "unknown", signatures.Contains(id)))],
            role["threshold"]!.GetValue<long>(),
            signed?["signed"]?["version"]?.GetValue<long>(),
            signed?["signed"]?["expires"]?.GetValue<string>() is { } expires ? DateTimeOffset.Parse(expires, CultureInfo.InvariantCulture) : null,
            role["paths"]?.AsArray().Select(p => p!.GetValue<string>()).ToList());
    }

    private static async Task<JsonNode> NewestRootAsync(FleetClient client, CancellationToken cancellationToken)
    {
        JsonNode? newest = null;
        for (var version = 1; version <= MostRoots && await FindAsync(client, $"{version}.root.json", cancellationToken) is { } root; version++)
        {
            newest = root;
        }

        return newest ?? throw new ProblemException(Problems.TrustMalformed, "The control plane serves no root metadata.");
    }

    private static string? Named(JsonNode? by, string role) =>
        by?["signed"]?["meta"]?[$"{role}.json"]?["version"]?.GetValue<long>() is { } version ? $"{version}.{role}.json" : null;

    private static async Task<JsonNode?> FindAsync(FleetClient client, string? file, CancellationToken cancellationToken)
    {
        try
        {
            return file is null ? null : JsonNode.Parse(await client.Trust.GetAsync(file, cancellationToken));
        }
        catch (ProblemException e) when (e.Kind == Problems.RouteUnknown)
        {
            return null;
        }
    }
}
