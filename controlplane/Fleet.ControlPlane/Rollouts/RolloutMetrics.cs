using System.Diagnostics.Metrics;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Rollouts;

internal sealed class RolloutMetrics
{
    public RolloutMetrics(FleetMeters meters, IDbContextFactory<FleetStore> stores) =>
        meters.Meter.CreateObservableGauge("fleet.rollouts", () => ByState(stores), description: "Rollouts by state.");

    private static IEnumerable<Measurement<int>> ByState(IDbContextFactory<FleetStore> stores)
    {
        using var store = stores.CreateDbContext();
        var counts = store.Set<RolloutRow>().GroupBy(r => r.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionary(g => g.Key, g => g.Count);
        return [.. Enum.GetValues<RolloutState>().Select(s => new Measurement<int>(counts.GetValueOrDefault(s), new KeyValuePair<string, object?>("state", s.ToString())))];
    }
}
