using System.ComponentModel.DataAnnotations;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.DevicePolicies;

/// <summary>Whose policies to show; what is left out passes all.</summary>
/// <param name="Search">Part of the device's id or site, in any case.</param>
/// <param name="Origin">Where the policy is from.</param>
/// <param name="MostUsedFirst">Whoever used the largest share of a byte budget comes first; else by id.</param>
/// <param name="Skip">So many come before the window.</param>
/// <param name="Take">0 to 200; 50 when left out.</param>
public readonly record struct PolicyQuery(
    [StringLength(200)] string? Search, PolicyOrigin? Origin, bool? MostUsedFirst, [Range(0, 10_000_000)] int? Skip, [Range(0, 200)] int? Take);

/// <summary>Finds who goes by which policy, and what was used of it. Devices that are shut out have none.</summary>
internal sealed class PolicySearch(FleetStore store, LiveDevices live, TimeProvider time)
{
    private const int DefaultTake = 50;

    public async Task<PoliciesFound> FindAsync(PolicyQuery query, CancellationToken cancellationToken)
    {
        var book = await FleetPolicies.BookAsync(store, cancellationToken);
        var named = (await OutlinesAsync(cancellationToken)).Where(d => Names(d, query.Search?.Trim())).Select(d => (Device: d, Chosen: book.Of(d))).ToList();
        var passing = query.Origin is { } wanted ? named.Where(d => d.Chosen.Origin == wanted).ToList() : named;
        var ordered = query.MostUsedFirst is true ? passing.OrderByDescending(d => Share(d.Chosen.Policy, Use(d.Device.Id))) : passing.AsEnumerable();
        var origins = named.CountBy(d => d.Chosen.Origin).ToDictionary();
        return new PoliciesFound(
            passing.Count,
            origins.GetValueOrDefault(PolicyOrigin.Fleet),
            origins.GetValueOrDefault(PolicyOrigin.Labels),
            origins.GetValueOrDefault(PolicyOrigin.Own),
            [.. ordered.Skip(query.Skip ?? 0).Take(query.Take ?? DefaultTake).Select(d => Show(d.Device, d.Chosen, book))]);
    }

    public async Task<DevicePolicyResponse> OfAsync(DeviceId id, CancellationToken cancellationToken)
    {
        var book = await FleetPolicies.BookAsync(store, cancellationToken);
        var device = await store.Set<DeviceRow>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken)
            ?? throw new ProblemException(Problems.DeviceUnknown, $"No device is called {id}.");
        return Show(device, book.Of(device), book);
    }

    // no more of each than decides; policies and labels are texts in the store, so the choice is made here
    private async Task<IEnumerable<DeviceRow>> OutlinesAsync(CancellationToken cancellationToken)
    {
        var found = await store.Set<DeviceRow>().AsNoTracking().Where(d => !d.Revoked).OrderBy(d => d.Id).Select(d => new { d.Id, d.Site, d.Labels, d.Policy }).ToListAsync(cancellationToken);
        return found.Select(d => new DeviceRow { Id = d.Id, Site = d.Site, Labels = d.Labels, Policy = d.Policy });
    }

    private DevicePolicyResponse Show(DeviceRow device, ChosenPolicy chosen, PolicyBook book) =>
        new(device.Id, device.Site, chosen.Origin, chosen.Selector, chosen.Policy, PolicyDifferences.Between(book.Fleet, chosen.Policy), Use(device.Id));

    private BudgetUse? Use(DeviceId id) => live.Of(id).Newest is { Gather: { } gather } said ? BudgetUses.Of(gather, said.At, time.GetUtcNow()) : null;

    private static double Share(DevicePolicy policy, BudgetUse? use) => Math.Max(
        (use?.BytesThisHour ?? 0) / Math.Max(1.0, policy.Gather.BytesPerHour), (use?.BytesThisDay ?? 0) / Math.Max(1.0, policy.Gather.BytesPerDay));

    private static bool Names(DeviceRow device, string? text) =>
        string.IsNullOrEmpty(text)
        || device.Id.ToString().Contains(text, StringComparison.OrdinalIgnoreCase)
        || device.Site?.Contains(text, StringComparison.OrdinalIgnoreCase) is true;
}

/// <summary>What telemetry says of the byte budgets. No clock, no I/O.</summary>
internal static class BudgetUses
{
    private static readonly string[] NoRoom = ["bytes", "disk"];

    /// <summary>Budgets go by clock hours: what was said in another hour is not what was used in this one.</summary>
    public static BudgetUse Of(GatherCounters gather, DateTimeOffset at, DateTimeOffset now)
    {
        var isOfThisHour = Hour(at) == Hour(now);
        return new BudgetUse(
            at,
            isOfThisHour ? gather.BytesThisHour : null,
            isOfThisHour ? gather.BytesThisDay : null,
            gather.Sent,
            gather.SentBytes,
            NoRoom.Sum(reason => gather.Dropped.GetValueOrDefault(reason)));
    }

    private static long Hour(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;
}
