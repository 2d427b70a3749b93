using System.Diagnostics.Metrics;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Platform;
using Fleet.ControlPlane.Platform.Http;

namespace Fleet.ControlPlane.Drift;

/// <summary>Ranks cameras by their gap to the twin.</summary>
internal static class DriftApi
{
    public static IServiceCollection AddDrift(this IServiceCollection services) => services.AddSingleton<DriftMetrics>();

    public static void MapDrift(this Routes routes) =>
        routes.Operator.MapGet("/drift", (LiveDevices live) => TypedResults.Ok(Rank(live))).RequireAuthorization(Policies.Viewer);

    /// <summary>Alarms first, then the largest gap.</summary>
    internal static IReadOnlyList<DriftResponse> Rank(LiveDevices live) =>
    [
        .. live.All.SelectMany(d => (d.Value.Newest?.Drift ?? []).Select(s => new DriftResponse(d.Key, s, s.Gap, DriftAdvice.Of(s), d.Value.Newest!.At)))
            .OrderByDescending(d => d.State.AlarmSince is not null).ThenByDescending(d => d.Gap)
            .ThenBy(d => $"{d.Device}/{d.State.Camera}", StringComparer.Ordinal),
    ];
}

/// <summary>The same for Prometheus, and what gathering does.</summary>
internal sealed class DriftMetrics
{
    public DriftMetrics(FleetMeters meters, LiveDevices live)
    {
        meters.Meter.CreateObservableGauge("fleet.drift.gap", () => Gaps(live), description: "How far what a camera shows lies from its version's reference, 0 to 1, by figure.");
        meters.Meter.CreateObservableGauge("fleet.drift.alarm", () => States(live).Select(s => new Measurement<int>(s.State.AlarmSince is null ? 0 : 1, Tags(s.Device, s.State))), description: "1 for a camera with a drift alarm.");
        meters.Meter.CreateObservableCounter("fleet.samples.kept", () => Counters(live, g => g.Kept, "trigger"), description: "Frames put into outboxes, by trigger, since each agent started.");
        meters.Meter.CreateObservableCounter("fleet.samples.dropped", () => Counters(live, g => g.Dropped, "reason"), description: "Frames that a trigger chose and that were given up, by reason, since each agent started.");
        meters.Meter.CreateObservableCounter("fleet.samples.sent", () => Gather(live).Select(g => new Measurement<long>(g.Counters.Sent, new KeyValuePair<string, object?>("device", g.Device.ToString()))), description: "Samples that came home, since each agent started.");
    }

    private static IEnumerable<(DeviceId Device, DriftState State)> States(LiveDevices live) =>
        live.All.SelectMany(d => (d.Value.Newest?.Drift ?? []).Select(s => (d.Key, s)));

    private static IEnumerable<(DeviceId Device, GatherCounters Counters)> Gather(LiveDevices live) =>
        live.All.Where(d => d.Value.Newest?.Gather is not null).Select(d => (d.Key, d.Value.Newest!.Gather!));

    private static IEnumerable<Measurement<double>> Gaps(LiveDevices live) =>
        from at in States(live)
        from gap in new (string Figure, double Value)[] { ("scores", at.State.Scores), ("counts", at.State.Counts), ("brightness", at.State.Brightness), ("sharpness", at.State.Sharpness), ("picture", at.State.Picture) }
        select new Measurement<double>(gap.Value, [.. Tags(at.Device, at.State), new("figure", gap.Figure)]);

    private static IEnumerable<Measurement<long>> Counters(LiveDevices live, Func<GatherCounters, IReadOnlyDictionary<string, long>> read, string tag) =>
        from at in Gather(live)
        from count in read(at.Counters)
        select new Measurement<long>(count.Value, new("device", at.Device.ToString()), new(tag, count.Key));

    private static KeyValuePair<string, object?>[] Tags(DeviceId device, DriftState state) =>
        [new("device", device.ToString()), new("camera", state.Camera.ToString()), new("version", state.Version.ToString())];
}
