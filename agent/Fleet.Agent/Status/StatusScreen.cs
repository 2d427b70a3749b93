using System.Globalization;
using System.Text;
using Fleet.Contracts;

namespace Fleet.Agent.Status;

/// <summary>Draws the status on one screen of text.</summary>
internal static class StatusScreen
{
    private const int LongestDetail = 110;

    /// <param name="status">Now.</param>
    /// <param name="before">A moment ago, for rates; null makes them means since the start.</param>
    public static string Draw(AgentStatus status, AgentStatus? before)
    {
        var text = new StringBuilder();
        Head(text, status);
        Cameras(text, status, before);
        foreach (var update in status.Reported.Updates.Where(u => u.State < UpdateState.Committed))
        {
            text.Append(CultureInfo.InvariantCulture, $"update    {update.Camera} to {update.Version}: {update.State}, {update.Progress:P0}\n");
        }

        text.Append(status.Reported.Problems.Count == 0 ? "No problem.\n" : "Problems:\n");
        foreach (var problem in status.Reported.Problems)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {problem.Code}: {problem.Detail}\n");
        }

        return text.ToString();
    }

    private static void Head(StringBuilder text, AgentStatus status)
    {
        var (reported, telemetry, health) = (status.Reported, status.Telemetry, status.Telemetry.Health);
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"{reported.Device}  fleet-agent {reported.Facts.AgentVersion}, up {Span(telemetry.At - telemetry.StartedAt)}, process {status.Process.Id}\n");
        text.Append(culture, $"link      {status.Link.ControlPlane}  {(status.Link.IsConnected ? "connected" : "NOT CONNECTED")}, certificate until {status.Link.CertificateEndsAt:yyyy-MM-dd}\n");
        text.Append(culture, $"directive {reported.Generation} applied, {reported.SeenGeneration} seen\n");
        text.Append(culture, $"runs on   {reported.Facts.Providers.FirstOrDefault(p => !p.Contains(':', StringComparison.Ordinal)) ?? "nothing"}, {reported.Facts.Cores} cores\n");
        text.Append(culture, $"memory    {Mib(status.Process.ResidentBytes)} used (.NET {Mib(status.Process.ManagedBytes)}), {(health?.MemoryFreeBytes is { } free ? Mib(free) : "?")} free; {status.Process.Handles} handles, {status.Process.Threads} threads\n");
        text.Append(culture, $"computer  {(health?.TemperatureC is { } warm ? $"{warm:0} °C" : "no thermometer")}{(health?.Throttled > 0 ? $", throttled {health.Throttled} times" : "")}, disk {Mib(reported.Facts.DiskFreeBytes)} free{(health?.ShedLevel > 0 ? $", SHEDDING LOAD at level {health.ShedLevel}" : "")}\n");
        text.Append(culture, $"samples   {telemetry.OutboxSamples} wait to be sent, {Mib(telemetry.OutboxBytes)}\n\n");
    }

    private static void Cameras(StringBuilder text, AgentStatus status, AgentStatus? before)
    {
        text.Append("CAMERA           STATE    VERSION              SIZE       IN/S  DONE/S    RECEIVED    COMPLETED     SKIPPED  P50 ms  P95 ms  LAST\n");
        foreach (var camera in status.Reported.Cameras)
        {
            var rows = Rows(status, camera.Id);
            var source = status.Telemetry.Sources?.FirstOrDefault(s => s.Camera == camera.Id);
            var latency = QuantilesOf(rows);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Cut(camera.Id.ToString(), 16),-16} {camera.State,-8} {Cut(camera.Version?.ToString() ?? "none", 20),-20} {$"{source?.WidthPx}x{source?.HeightPx}",-10} {source?.FramesPerSecond,5:0.0} {Rate(status, before, camera.Id),7:0.0} {rows.Sum(r => r.Received),11} {rows.Sum(r => r.Completed),12} {rows.Sum(r => r.Skipped.Values.Sum()),11} {latency.P50,7:0} {latency.P95,7:0}  {Ago(status, rows)}\n");
            var skips = rows.SelectMany(r => r.Skipped).GroupBy(s => s.Key, s => s.Value).Select(s => $"{s.Key} {s.Sum()}").ToList();
            text.Append(CultureInfo.InvariantCulture, $"  {Cut(status.Sources.GetValueOrDefault(camera.Id.ToString(), ""), 70)}{(skips.Count > 0 ? "  skipped: " + string.Join(", ", skips) : "")}{(source?.Failures > 0 ? $"  failed {source.Failures} times, {source.Stalls} by silence" : "")}\n");
            if (camera.Detail is { } detail)
            {
                text.Append(CultureInfo.InvariantCulture, $"  ! {Cut(detail, LongestDetail)}\n");
            }
        }

        text.Append('\n');
    }

    private static List<CameraCounters> Rows(AgentStatus status, CameraId camera) => [.. status.Telemetry.Cameras.Where(c => c.Camera == camera)];

    private static (double P50, double P95) QuantilesOf(List<CameraCounters> rows) => (Quantile(rows, 0.5), Quantile(rows, 0.95));

    /// <summary>From the buckets of all versions, straight within a bucket.</summary>
    internal static double Quantile(IReadOnlyList<CameraCounters> rows, double share)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        var bounds = rows[0].CaptureToResultMs.UpperBounds;
        var counts = Enumerable.Range(0, bounds.Count + 1).Select(i => rows.Sum(r => r.CaptureToResultMs.Counts[i])).ToList();
        var (wanted, seen) = (counts.Sum() * share, 0L);
        for (var i = 0; i < bounds.Count; i++)
        {
            if (counts[i] > 0 && seen + counts[i] >= wanted)
            {
                var from = i == 0 ? 0 : bounds[i - 1];
                return from + ((bounds[i] - from) * (wanted - seen) / counts[i]);
            }

            seen += counts[i];
        }

        return counts.Sum() == 0 ? 0 : bounds[^1];
    }

    private static double Rate(AgentStatus status, AgentStatus? before, CameraId camera)
    {
        var (from, done) = before is null ? (status.Telemetry.StartedAt, 0) : (before.Telemetry.At, Rows(before, camera).Sum(r => r.Completed));
        var seconds = (status.Telemetry.At - from).TotalSeconds;
        return seconds > 0 ? (Rows(status, camera).Sum(r => r.Completed) - done) / seconds : 0;
    }

    private static string Ago(AgentStatus status, List<CameraCounters> rows) =>
        rows.Max(r => r.LastCompletedAt) is { } last ? Span(status.Telemetry.At - last) + " ago" : "never";

    private static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0} s"),
        { TotalMinutes: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
    };

    private static string Mib(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB");

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
