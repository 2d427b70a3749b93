using System.ComponentModel.DataAnnotations;
using Fleet.Contracts;
using Fleet.ControlPlane.Directives;
using Fleet.ControlPlane.Platform.Store;
using Fleet.ControlPlane.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Devices;

/// <summary>Which devices to find; what is left out passes all.</summary>
/// <param name="Search">Part of the id or the site, in any case.</param>
/// <param name="Labels">A label selector.</param>
/// <param name="Condition">How they are.</param>
/// <param name="Version">A camera of theirs should run this version.</param>
/// <param name="WorstFirst">What needs somebody comes first; else by id.</param>
/// <param name="Skip">So many come before the window.</param>
/// <param name="Take">0 to 200; 50 when left out.</param>
public readonly record struct DeviceSearchQuery(
    [StringLength(200)] string? Search,
    [StringLength(512)] string? Labels,
    DeviceCondition? Condition,
    VersionId? Version,
    bool? WorstFirst,
    [Range(0, 10_000_000)] int? Skip,
    [Range(0, 200)] int? Take);

/// <summary>Finds devices by what is stored of them and by what only this process knows of them.</summary>
internal sealed class DeviceSearch(FleetStore store, LiveDevices live, DirectiveLedger ledger, DeviceView view)
{
    private const int DefaultTake = 50;

    public async Task<DevicesFound> FindAsync(DeviceSearchQuery query, CancellationToken cancellationToken)
    {
        var found = await MatchesAsync(query, cancellationToken);
        var passing = query.Condition is { } wanted ? [.. found.Where(f => f.Condition == wanted)] : found;
        var window = (query.WorstFirst is true ? passing.OrderBy(f => f.Condition) : passing.AsEnumerable())
            .Skip(query.Skip ?? 0).Take(query.Take ?? DefaultTake).Select(f => f.Id).ToList();
        return new DevicesFound(
            passing.Count,
            [.. found.CountBy(f => f.Condition).OrderBy(c => c.Key).Select(c => new DeviceCount(c.Key, c.Value))],
            await ShowAsync(window, cancellationToken));
    }

    /// <summary>How a device is.</summary>
    internal static DeviceCondition ConditionOf(DeviceOutline device, LiveDevice now)
    {
        var presence = now != LiveDevice.Unheard ? now.Presence : device.LastPresence == Presence.Stopped ? Presence.Stopped : Presence.Offline;
        return (device.Revoked, presence) switch
        {
            (true, _) => DeviceCondition.Revoked,
            (_, Presence.Stopped) => DeviceCondition.Stopped,
            (_, Presence.Online) => now.Reported is { } said && (said.Problems.Count > 0 || said.Cameras.Any(c => c.State == CameraState.Failed)) ? DeviceCondition.Trouble : DeviceCondition.Online,
            _ => (now.LastSeenAt ?? device.LastSeenAt) is null ? DeviceCondition.NeverSeen : DeviceCondition.Offline,
        };
    }

    private async Task<List<Match>> MatchesAsync(DeviceSearchQuery query, CancellationToken cancellationToken)
    {
        var selector = string.IsNullOrWhiteSpace(query.Labels) ? null : Selector.Parse(query.Labels);
        var rows = store.Set<DeviceRow>().AsNoTracking();
        if (query.Version is { } version)
        {
            rows = rows.Where(d => d.Cameras.Any(c => c.Version == version));
        }

        // outlines only, and matched here: labels are one text in the store, and presence is not in it at all
        var outlines = await rows.OrderBy(d => d.Id)
            .Select(d => new DeviceOutline(d.Id, d.Site, d.Labels, d.Revoked, d.LastPresence, d.LastSeenAt)).ToListAsync(cancellationToken);
        return
        [
            .. from outline in outlines
               where Names(outline, query.Search?.Trim()) && (selector is null || selector.Matches(outline.Labels))
               select new Match(outline.Id, ConditionOf(outline, live.Of(outline.Id))),
        ];
    }

    private static bool Names(DeviceOutline device, string? text) =>
        string.IsNullOrEmpty(text)
        || device.Id.ToString().Contains(text, StringComparison.OrdinalIgnoreCase)
        || device.Site?.Contains(text, StringComparison.OrdinalIgnoreCase) is true;

    private async Task<IReadOnlyList<DeviceResponse>> ShowAsync(List<DeviceId> window, CancellationToken cancellationToken)
    {
        if (window.Count == 0)
        {
            return [];
        }

        var rows = await store.Set<DeviceRow>().Where(d => window.Contains(d.Id)).Include(d => d.Cameras).AsSplitQuery().AsNoTracking().ToDictionaryAsync(d => d.Id, cancellationToken);
        var generations = await ledger.GenerationsAsync(window, cancellationToken);
        return [.. window.Where(rows.ContainsKey).Select(id => view.Show(rows[id], generations.GetValueOrDefault(id)))];
    }

    private readonly record struct Match(DeviceId Id, DeviceCondition Condition);
}

/// <summary>As much of a device as finding it needs.</summary>
internal sealed record DeviceOutline(DeviceId Id, string? Site, IReadOnlyDictionary<string, string> Labels, bool Revoked, Presence LastPresence, DateTimeOffset? LastSeenAt);
