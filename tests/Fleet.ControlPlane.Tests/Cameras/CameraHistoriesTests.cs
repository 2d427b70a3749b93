using Fleet.Console.Parts;
using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.ControlPlane.Tests.Cameras;

public sealed class CameraHistoriesTests
{
    private static readonly DeviceId Box = DeviceId.Parse("box");
    private static readonly CameraId Door = CameraId.Parse("door");
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private readonly FakeTimeProvider _time = new(Start.AddHours(1));

    [Fact]
    public void A_point_is_what_was_counted_between_two_messages_whatever_versions_ran()
    {
        var histories = new CameraHistories(_time);
        histories.Hear(Box, Said(0, Ran("shelf@1", completed: 10, found: 30, slow: 0, skipped: 5)));
        histories.Hear(Box, Said(20, Ran("shelf@1", completed: 30, found: 50, slow: 0, skipped: 15), Ran("shelf@2", completed: 20, found: 100, slow: 20, skipped: 0)));

        var point = Assert.Single(histories.Of(Box, Door));
        Assert.Equal((_time.GetUtcNow(), 2.5, 2, 0.5), (point.At, point.Received, point.Completed, point.Skipped));
        Assert.Equal(3, point.Objects);
        Assert.Equal(190, point.LatencyP95Ms!.Value, tolerance: 0.001);
        Assert.Null(point.Drift);
    }

    [Fact]
    public void Messages_that_follow_closely_make_no_point_and_nothing_is_lost_by_it()
    {
        var histories = new CameraHistories(_time);
        foreach (var second in Enumerable.Range(0, 61))
        {
            histories.Hear(Box, Said(second, Ran("shelf@1", completed: second, found: 0, slow: 0, skipped: 0)));
        }

        Assert.Equal(Enumerable.Repeat(1.0, 4), histories.Of(Box, Door).Select(p => p.Completed));
    }

    [Fact]
    public void An_agent_that_began_anew_or_completed_nothing_is_not_taken_for_a_fall()
    {
        var histories = new CameraHistories(_time);
        histories.Hear(Box, Said(0, Ran("shelf@1", completed: 500, found: 900, slow: 0, skipped: 0)));
        histories.Hear(Box, Said(20, Ran("shelf@1", completed: 3, found: 3, slow: 0, skipped: 0)) with { StartedAt = Start.AddSeconds(15) });
        Assert.Empty(histories.Of(Box, Door));
        histories.Hear(Box, Said(40, Ran("shelf@1", completed: 3, found: 3, slow: 0, skipped: 40)) with { StartedAt = Start.AddSeconds(15) });

        var point = Assert.Single(histories.Of(Box, Door));
        Assert.Equal((0, 2, null, null), (point.Completed, point.Skipped, point.Objects, point.LatencyP95Ms));
    }

    [Fact]
    public void It_keeps_an_hour_and_gives_up_the_device_heard_longest_ago()
    {
        var histories = new CameraHistories(_time, maxCameras: 4);
        for (var i = 0; i <= 300; i++)
        {
            histories.Hear(Box, Said(i * 15, Ran("shelf@1", completed: i, found: 0, slow: 0, skipped: 0)));
        }

        Assert.Equal(240, histories.Of(Box, Door).Count);
        foreach (var other in (DeviceId[])[DeviceId.Parse("b"), DeviceId.Parse("c")])
        {
            histories.Hear(other, Said(0, Ran("shelf@1", completed: 0, found: 0, slow: 0, skipped: 0)));
            histories.Hear(other, Said(15, Ran("shelf@1", completed: 15, found: 0, slow: 0, skipped: 0)));
        }

        Assert.Empty(histories.Of(Box, Door));
        Assert.Single(histories.Of(DeviceId.Parse("c"), Door));
    }

    [Fact]
    public void A_line_is_not_drawn_over_what_is_not_known()
    {
        DateTimeOffset[] times = [Start, Start.AddSeconds(50), Start.AddSeconds(75), Start.AddSeconds(100), Start.AddSeconds(1000)];

        Assert.Equal("M0 40L5 20M9.4 0h1.2M98.8 40h1.2", ChartPath.Of(times, [0, 1, null, 2, 0], top: 2, TimeSpan.FromMinutes(2)));
        Assert.Equal("M0 40L5 20L7.5 0L10 0M98.8 40h1.2", ChartPath.Of(times, [0, 1, 2, 2, 0], top: 2, TimeSpan.FromMinutes(2)));
        Assert.Equal([1, 5, 250, 1], new[] { ChartPath.Top([0.4], 1), ChartPath.Top([2.6, null], 1), ChartPath.Top([201], 10), ChartPath.Top([], 1) });
    }

    private static Telemetry Said(double second, params CameraCounters[] cameras) => new(Box, Start.AddSeconds(second), Start, cameras, 0, 0, 0);

    /// <summary>Frames take less than 100 ms, the slow ones less than 200.</summary>
    private static CameraCounters Ran(string version, long completed, long found, long slow, long skipped)
    {
        var latency = new Histogram([100, 200], [completed - slow, slow, 0], 0);
        return new CameraCounters(Door, VersionId.Parse(version), completed + skipped, new Dictionary<string, long> { ["rate"] = skipped }, completed, completed, 0, found, Start, latency, latency);
    }
}
