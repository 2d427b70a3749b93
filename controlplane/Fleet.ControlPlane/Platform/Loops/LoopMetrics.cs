using System.Diagnostics.Metrics;

namespace Fleet.ControlPlane.Platform.Loops;

internal sealed class LoopMetrics
{
    public LoopMetrics(FleetMeters meters, ReconcilerDriver driver)
    {
        meters.Meter.CreateObservableCounter("fleet.loop.runs", () => Of(driver, s => s.Runs), description: "Runs of background work.");
        meters.Meter.CreateObservableCounter("fleet.loop.failures", () => Of(driver, s => s.Failures), description: "Runs of background work in which something failed.");
        meters.Meter.CreateObservableGauge("fleet.loop.last_run", () => Of(driver, s => s.LastRunAt?.ToUnixTimeSeconds() ?? 0), unit: "s", description: "When it ran last, Unix time.");
    }

    private static IEnumerable<Measurement<long>> Of(ReconcilerDriver driver, Func<LoopState, long> value) =>
        driver.States.Select(s => new Measurement<long>(value(s), new KeyValuePair<string, object?>("loop", s.Name)));
}
