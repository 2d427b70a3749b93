using System.Globalization;

namespace Fleet.Agent.Health;

/// <summary>Reads temperature, throttling, memory and disk where Linux tells them.</summary>
/// <param name="root">Folder that holds <c>sys</c> and <c>proc</c>.</param>
/// <param name="diskFree">Free bytes of the data folder's disk.</param>
internal sealed class HealthReader(string root, Func<long> diskFree)
{
    private const double ColdestC = -40;
    private const double WarmestC = 150;

    public HealthReading Read()
    {
        var throttled = Numbers("sys/devices/system/cpu", "cpu*", "thermal_throttle/core_throttle_count").ToList();
        var temperatures = Numbers("sys/class/thermal", "thermal_zone*", "temp").Select(t => t / 1000.0).Where(t => t is > ColdestC and < WarmestC).ToList();
        return new HealthReading(
            temperatures.Count == 0 ? null : temperatures.Max(),
            throttled.Count == 0 ? null : throttled.Sum(),
            IsCooling(),
            MemoryFree(),
            diskFree());
    }

    private bool IsCooling() => Folders("sys/class/thermal", "cooling_device*").Any(device =>
        Text(Path.Combine(device, "type")) is { } type
        && (type.Contains("cpu", StringComparison.OrdinalIgnoreCase) || type.StartsWith("Processor", StringComparison.Ordinal))
        && Number(Path.Combine(device, "cur_state")) > 0);

    private long? MemoryFree()
    {
        var whole = Text(Path.Combine(root, "proc/meminfo"))?.Split('\n').FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
            && long.TryParse(kilobytes, CultureInfo.InvariantCulture, out var free) ? free * 1024 : (long?)null;
        var own = GroupFree();
        return whole is null ? own : own is null ? whole : Math.Min(whole.Value, own.Value);
    }

    /// <summary>A container or service may have less than the computer. Cached files are given up first, and count as free.</summary>
    private long? GroupFree()
    {
        var group = Text(Path.Combine(root, "proc/self/cgroup"))?.Split('\n').FirstOrDefault(l => l.StartsWith("0::", StringComparison.Ordinal))?[3..].Trim().TrimStart('/') ?? "";
        var folder = Path.Combine(root, "sys/fs/cgroup", group);
        if (Number(Path.Combine(folder, "memory.max")) is not { } limit || Number(Path.Combine(folder, "memory.current")) is not { } used)
        {
            return null;
        }

        var cached = Text(Path.Combine(folder, "memory.stat"))?.Split('\n').FirstOrDefault(l => l.StartsWith("inactive_file ", StringComparison.Ordinal))?.Split(' ')[1];
        return Math.Max(0, limit - used + (long.TryParse(cached, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0));
    }

    private IEnumerable<long> Numbers(string folder, string pattern, string file) =>
        Folders(folder, pattern).Select(f => Number(Path.Combine(f, file))).OfType<long>();

    private string[] Folders(string folder, string pattern) =>
        Directory.Exists(Path.Combine(root, folder)) ? Directory.GetDirectories(Path.Combine(root, folder), pattern) : [];

    private static long? Number(string file) => long.TryParse(Text(file)?.Trim(), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A sensor may be there and not answer.</summary>
    private static string? Text(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
