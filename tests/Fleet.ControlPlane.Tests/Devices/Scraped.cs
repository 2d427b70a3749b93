using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;

namespace Fleet.ControlPlane.Tests.Devices;

/// <summary>
/// Tests that read <c>/metrics</c>. Meters are known by name in a whole process: where another program in this one ends,
/// instruments of the same name fall silent here, which no real control plane meets. So these run alone.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Scraped
{
    public const string Name = "reads /metrics";
}

internal static class Scrape
{
    /// <summary>The lines of a device; a scrape may be answered from the one before it, so it is asked until the device is there.</summary>
    public static async Task<List<string>> MetricsOfAsync(this TestControlPlane fleet, string device)
    {
        List<string> lines = [];
        await Eventually.Is(async () =>
        {
            lines = [.. (await fleet.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n').Where(l => l.Contains(device, StringComparison.Ordinal))];
            return lines.Count > 0;
        });
        return lines;
    }
}
