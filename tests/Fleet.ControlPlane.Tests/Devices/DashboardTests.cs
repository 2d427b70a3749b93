using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.ControlPlane.Tests.Platform;
using Fleet.Testing;

namespace Fleet.ControlPlane.Tests.Devices;

/// <summary>The dashboard that ships asks for figures that are there.</summary>
[Collection(Scraped.Name)]
public sealed partial class DashboardTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    [Fact]
    public async Task Every_metric_that_the_dashboard_asks_for_is_at_metrics()
    {
        var dashboard = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "observability", "grafana-dashboard.json"), TestContext.Current.CancellationToken);
        var asked = Asked().Matches(dashboard).SelectMany(m => Metric().Matches(Grouping().Replace(m.Groups[1].Value, "")).Select(n => n.Value)).Distinct().ToList();
        Assert.True(asked.Count >= 6, $"only {string.Join(", ", asked)} are asked for");
        await using var device = await TestDevice.EnrolAsync(shared.Fleet, "watched");
        await device.ConnectAsync();
        var none = new Histogram([1], [0, 0], 0);
        var frames = new CameraCounters(CameraId.Parse("dock"), VersionId.Parse("boxes@1"), 1, new Dictionary<string, long>(), 1, 1, 0, 0, DateTimeOffset.UnixEpoch, none, none);
        await device.PublishAsync(Topics.Telemetry(device.Id), new Telemetry(device.Id, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [frames], 0, 0, 0), FleetJson.Strict.Telemetry);

        List<string> missing = [];
        await Eventually.Is(async () =>
        {
            var there = (await shared.Fleet.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n').Select(l => l.Split('{', ' ')[0]).ToHashSet();
            missing = [.. asked.Where(a => !there.Contains(a))];
            return missing.Count == 0;
        }, what: $"/metrics has {string.Join(", ", asked)}");
        Assert.Empty(missing);
    }

    [GeneratedRegex("\"expr\": *\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Asked();

    [GeneratedRegex(@"\bby\s*\([^)]*\)|\{[^}]*\}")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\b[a-z]+_[a-z0-9_]+\b")]
    private static partial Regex Metric();
}
