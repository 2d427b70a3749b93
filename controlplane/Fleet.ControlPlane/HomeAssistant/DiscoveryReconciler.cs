using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts;
using Fleet.ControlPlane.Broker;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Loops;
using Fleet.ControlPlane.Registry;

namespace Fleet.ControlPlane.HomeAssistant;

/// <summary>Keeps the retained discovery messages as devices and cameras are: new, changed, gone.</summary>
internal sealed class DiscoveryReconciler(IServiceScopeFactory scopes, TopicTree topics, Readers readers, Endpoints endpoints, FleetOptions options, DiscoveryMemory memory) : IReconciler
{
    /// <summary>More would be more than Home Assistant is made for.</summary>
    public const int MaxDevices = 500;

    private static readonly string Product = typeof(DiscoveryReconciler).Assembly.GetName().Version!.ToString(fieldCount: 3);
    private readonly Dictionary<DeviceId, string> _published = [];

    public string Name => "home-assistant";

    public TimeSpan Period => TimeSpan.FromSeconds(15);

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Readers.Port is null)
        {
            return [];
        }

        await using var scope = scopes.CreateAsyncScope();
        List<DeviceRow> rows = options.Readers.HomeAssistant ? await scope.ServiceProvider.GetRequiredService<DeviceDirectory>().ListAsync(after: null, MaxDevices + 1, cancellationToken) : [];
        var classes = await ClassesAsync(rows, scope.ServiceProvider.GetRequiredService<VersionCatalogue>(), cancellationToken);
        foreach (var row in rows.Take(MaxDevices))
        {
            Tell(row.Id, row.Revoked ? null : DiscoveryMessages.Of(Show(row, classes), Product));
        }

        foreach (var gone in memory.Devices.Except(rows.Select(r => r.Id)).ToList())
        {
            Tell(gone, message: null);
        }

        memory.Keep();
        return rows.Count > MaxDevices ? [$"Home Assistant is told of the first {MaxDevices} devices by name; there are more."] : [];
    }

    /// <summary>An empty message takes the device away.</summary>
    private void Tell(DeviceId device, JsonObject? message)
    {
        if (message is null && !memory.Knows(device))
        {
            return;
        }

        var there = message is null ? [] : DiscoveryMessages.Platforms(message).Keys.ToHashSet(StringComparer.Ordinal);
        if (message is not null)
        {
            DiscoveryMessages.Retire(message, memory.Platforms(device));
        }

        var text = message?.ToJsonString() ?? "";
        var topic = DiscoveryMessages.Topic(device);
        if (_published.GetValueOrDefault(device) == text && topics.Find(topic) is not null)
        {
            return;
        }

        var payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text));
        topics.Hear(topic, payload, retained: true);
        readers.Deliver(topic, payload);
        _published[device] = text;
        if (message is null)
        {
            memory.Retire(device);
        }
        else
        {
            memory.Tell(device, DiscoveryMessages.Platforms(message), there);
        }
    }

    private DiscoveredDevice Show(DeviceRow row, Dictionary<VersionId, IReadOnlyList<string>> classes) => new(
        row.Id,
        row.Site,
        row.Reported?.Facts.AgentVersion,
        endpoints.OperatorUrl,
        [.. row.Cameras.OrderBy(c => c.Id.ToString(), StringComparer.Ordinal).Select(c =>
            new DiscoveredCamera(c.Id, c.Version, c.Version is { } v ? classes.GetValueOrDefault(v) ?? [] : [], c.Zones ?? [], c.Lines ?? []))]);

    private static async Task<Dictionary<VersionId, IReadOnlyList<string>>> ClassesAsync(IEnumerable<DeviceRow> rows, VersionCatalogue versions, CancellationToken cancellationToken)
    {
        var classes = new Dictionary<VersionId, IReadOnlyList<string>>();
        foreach (var id in rows.SelectMany(r => r.Cameras).Select(c => c.Version).OfType<VersionId>().Distinct())
        {
            classes[id] = (await versions.FindAsync(id, cancellationToken))?.Card.Classes ?? [];
        }

        return classes;
    }
}
