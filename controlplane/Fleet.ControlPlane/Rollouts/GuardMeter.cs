using System.Globalization;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>What a guard says of one camera.</summary>
internal sealed record GuardFinding(Guard Guard, CameraId Camera, GuardOutcome Outcome, string Evidence);

/// <summary>Reads guards from what was counted. No clock, no I/O; what is not known never passes.</summary>
internal static class GuardMeter
{
    /// <summary>All guards on one camera: what broke one too few times in a row is not yet known.</summary>
    public static IEnumerable<GuardFinding> Of(IReadOnlyList<Guard> guards, GuardWindow window, IReadOnlyList<GuardWindow>? controls = null)
    {
        foreach (var (i, guard) in guards.Index())
        {
            var (outcome, evidence) = Measure(guard, window, controls);
            var inRow = window.InRow.ElementAtOrDefault(i);
            yield return outcome == GuardOutcome.Fail && inRow < guard.InRow
                ? new GuardFinding(guard, window.Camera, GuardOutcome.NoData, $"{evidence}, {inRow} of {guard.InRow} times in a row")
                : new GuardFinding(guard, window.Camera, outcome, evidence);
        }
    }

    /// <param name="guard">The guard.</param>
    /// <param name="window">What was counted on the camera.</param>
    /// <param name="controls">What was counted on those cameras of the box that keep the version before.</param>
    public static (GuardOutcome Outcome, string Evidence) Measure(Guard guard, GuardWindow window, IReadOnlyList<GuardWindow>? controls = null)
    {
        var total = guard.Against == GuardAgainst.OtherCameras ? window.Compared ?? window.Total() : window.Total();
        var basis = guard.Kind switch { GuardKind.ErrorRate => total.Completed + total.Failed, GuardKind.FramesKept => total.Due(), _ => total.Completed };
        if (guard.Kind != GuardKind.Frames && basis < guard.MinFrames)
        {
            return (GuardOutcome.NoData, Invariant($"{basis} of {guard.MinFrames} frames so far"));
        }

        return guard.Kind switch
        {
            GuardKind.Frames => (total.Completed >= guard.Limit ? GuardOutcome.Pass : GuardOutcome.NoData, Invariant($"{total.Completed} of {guard.Limit} frames completed")),
            GuardKind.LatencyP95Ms => Latency(guard, total.LatencyP95Ms()),
            GuardKind.LatencyP95Ratio => Ratio(guard, window, total.LatencyP95Ms(), Like(window, controls)),
            GuardKind.FramesKept => Judge((double)total.Completed / total.Due() >= guard.Limit, $"{Share(total.Completed, total.Due())} of frames completed, {Percent(guard.Limit)} wanted"),
            GuardKind.ErrorRate => Judge((double)total.Failed / basis <= guard.Limit, $"{Share(total.Failed, basis)} of inferences failed, {Percent(guard.Limit)} allowed"),
            GuardKind.DetectionBand => Band(guard, window, total, Like(window, controls)),
            GuardKind.TemperatureC => window.TemperatureC is { } celsius
                ? Judge(celsius <= guard.Limit, Invariant($"{celsius:0.#} °C, {guard.Limit} °C allowed"))
                : (GuardOutcome.Inconclusive, "the computer offers no temperature"),
            _ => (GuardOutcome.Inconclusive, $"{guard.Kind} cannot be read"),
        };
    }

    private static (GuardOutcome Outcome, string Evidence) Latency(Guard guard, double? p95) => p95 is { } ms
        ? Judge(ms <= guard.Limit, Invariant($"p95 {Ms(ms)}, {guard.Limit} ms allowed"))
        : (GuardOutcome.Inconclusive, "the device's latencies cannot be read");

    private static (GuardOutcome Outcome, string Evidence) Ratio(Guard guard, GuardWindow window, double? p95, IReadOnlyList<GuardWindow> controls)
    {
        if (Incomparable(guard, window) is { } why)
        {
            return (GuardOutcome.Inconclusive, why);
        }

        var drift = Drift.Of(guard, controls, t => t.LatencyP95Ms());
        if (drift.Outcome is { } unknown)
        {
            return (unknown, drift.Words);
        }

        return (p95, window.Before.LatencyP95Ms()) is ({ } now, { } before) && double.IsFinite(before)
            ? Judge(now <= guard.Limit * before * drift.Factor, Invariant($"p95 {Ms(now)}, {Ms(before)} with {window.Champion}{drift.Words}, {guard.Limit} times that allowed"))
            : (GuardOutcome.Inconclusive, "the device's latencies cannot be read");
    }

    private static (GuardOutcome Outcome, string Evidence) Band(Guard guard, GuardWindow window, Tally total, IReadOnlyList<GuardWindow> controls)
    {
        if (Incomparable(guard, window) is { } why)
        {
            return (GuardOutcome.Inconclusive, why);
        }

        if (window.Before.Detections == 0)
        {
            return (GuardOutcome.Inconclusive, $"{window.Champion} found nothing on this camera, so there is nothing to compare with");
        }

        var drift = Drift.Of(guard, controls, t => t.DetectionsPerFrame());
        if (drift.Outcome is { } unknown)
        {
            return (unknown, drift.Words);
        }

        var (now, before) = (total.DetectionsPerFrame(), window.Before.DetectionsPerFrame());
        return Judge(
            Math.Abs(now - (before * drift.Factor)) <= guard.Limit * before * drift.Factor,
            Invariant($"{now:0.##} objects per frame, {before:0.##} with {window.Champion}{drift.Words}, {Percent(guard.Limit)} either way allowed"));
    }

    private static IReadOnlyList<GuardWindow> Like(GuardWindow window, IReadOnlyList<GuardWindow>? controls) => [.. (controls ?? []).Where(c => c.Champion == window.Champion)];

    private static string? Incomparable(Guard guard, GuardWindow window) =>
        window.Champion is null ? "the camera ran no version before, so there is nothing to compare with"
        : window.Before.Completed < guard.MinFrames ? Invariant($"only {window.Before.Completed} frames of {window.Champion} are known, too few to compare with")
        : null;

    private static (GuardOutcome Outcome, string Evidence) Judge(bool holds, string evidence) => (holds ? GuardOutcome.Pass : GuardOutcome.Fail, evidence);

    private static string Ms(double ms) => double.IsFinite(ms) ? Invariant($"{ms:0.#} ms") : "beyond the longest time the device counts";

    private static string Share(long part, long whole) => Percent((double)part / whole);

    private static string Percent(double share) => Invariant($"{100 * share:0.##} %");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
