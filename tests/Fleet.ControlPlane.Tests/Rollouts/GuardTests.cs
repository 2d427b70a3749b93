using Fleet.Contracts;
using Fleet.ControlPlane.Rollouts;

namespace Fleet.ControlPlane.Tests.Rollouts;

/// <summary>What a guard says of what a device counted.</summary>
public sealed class GuardTests
{
    private static readonly VersionId Before = VersionId.Parse("shelf@1");
    private static readonly VersionId Candidate = VersionId.Parse("shelf@2");
    private static readonly CameraId Dock = CameraId.Parse("dock");
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(GuardKind.Frames, 150, GuardOutcome.Pass)]
    [InlineData(GuardKind.Frames, 500, GuardOutcome.NoData)]
    [InlineData(GuardKind.LatencyP95Ms, 60, GuardOutcome.Pass)]
    [InlineData(GuardKind.LatencyP95Ms, 20, GuardOutcome.Fail)]
    [InlineData(GuardKind.LatencyP95Ratio, 2, GuardOutcome.Pass)]
    [InlineData(GuardKind.LatencyP95Ratio, 0.5, GuardOutcome.Fail)]
    [InlineData(GuardKind.FramesKept, 0.8, GuardOutcome.Pass)]
    [InlineData(GuardKind.FramesKept, 0.99, GuardOutcome.Fail)]
    [InlineData(GuardKind.ErrorRate, 0.1, GuardOutcome.Pass)]
    [InlineData(GuardKind.ErrorRate, 0.01, GuardOutcome.Fail)]
    [InlineData(GuardKind.DetectionBand, 0.6, GuardOutcome.Pass)]
    [InlineData(GuardKind.DetectionBand, 0.3, GuardOutcome.Fail)]
    [InlineData(GuardKind.TemperatureC, 80, GuardOutcome.Pass)]
    [InlineData(GuardKind.TemperatureC, 60, GuardOutcome.Fail)]
    public void Judges_by_its_limit(GuardKind kind, double limit, GuardOutcome outcome)
    {
        // 200 frames with 2 objects each before; then 200 with 1 each, 10 failed, 20 lost, all between 25 and 50 ms
        var window = Told(Said(Counts(Before, 200, detections: 400))).Hear(Said(Counts(Before, 200, detections: 400), Counts(Candidate, 200, detections: 200, failed: 10, lost: 20)), Candidate, []);

        Assert.Equal(outcome, GuardMeter.Measure(new Guard(kind, limit), window).Outcome);
    }

    [Theory]
    [InlineData(GuardKind.LatencyP95Ms)]
    [InlineData(GuardKind.LatencyP95Ratio)]
    [InlineData(GuardKind.FramesKept)]
    [InlineData(GuardKind.ErrorRate)]
    [InlineData(GuardKind.DetectionBand)]
    [InlineData(GuardKind.TemperatureC)]
    [InlineData(GuardKind.Frames)]
    public void Never_passes_without_a_frame(GuardKind kind) =>
        Assert.Equal(GuardOutcome.NoData, GuardMeter.Measure(new Guard(kind, 1, MinFrames: 1), Told(Said())).Outcome);

    [Fact]
    public void A_camera_without_a_version_before_is_for_a_person_to_judge()
    {
        var window = GuardWindow.Begin(Dock, champion: null, Candidate, Said()).Hear(Said(Counts(Candidate, 200)), Candidate, []);

        Assert.Equal(GuardOutcome.Inconclusive, GuardMeter.Measure(new Guard(GuardKind.DetectionBand, 0.5), window).Outcome);
        Assert.Equal(GuardOutcome.Inconclusive, GuardMeter.Measure(new Guard(GuardKind.LatencyP95Ratio, 2), window).Outcome);
    }

    [Fact]
    public void A_device_that_was_told_before_it_was_heard_is_compared_with_what_its_first_message_says_of_the_version_before()
    {
        var window = GuardWindow.Begin(Dock, Before, Candidate, telemetry: null)
            .Hear(Said(Counts(Before, 200, detections: 400)), Candidate, [])
            .Hear(Said(Counts(Before, 200, detections: 400), Counts(Candidate, 200, detections: 40)) with { At = Start.AddMinutes(1) }, Candidate, []);

        Assert.Equal(GuardOutcome.Fail, GuardMeter.Measure(new Guard(GuardKind.DetectionBand, 0.3), window).Outcome);
    }

    [Fact]
    public void A_histogram_that_does_not_fit_is_for_a_person_to_judge()
    {
        var broken = Counts(Candidate, 200) with { CaptureToResultMs = new Histogram([10, 20], [1, 2], 3) };

        Assert.Equal(GuardOutcome.Inconclusive, GuardMeter.Measure(new Guard(GuardKind.LatencyP95Ms, 1000), Told(Said()).Hear(Said(broken), Candidate, [])).Outcome);
    }

    [Fact]
    public void A_restart_of_the_agent_loses_no_evidence()
    {
        var window = Told(Said())
            .Hear(Said(Counts(Candidate, 90, failed: 5)), Candidate, [])
            .Hear(Said(Counts(Candidate, 30, failed: 1)) with { StartedAt = Start.AddHours(1) }, Candidate, []);

        Assert.Equal((120, 6), (window.Total().Completed, window.Total().Failed));
    }

    [Fact]
    public void What_the_version_did_before_it_was_told_does_not_count()
    {
        var window = Told(Said(Counts(Candidate, 1000, failed: 900))).Hear(Said(Counts(Candidate, 1200, failed: 900)), Candidate, []);

        Assert.Equal((200, 0), (window.Total().Completed, window.Total().Failed));
    }

    [Fact]
    public void Fails_only_when_broken_so_many_times_in_a_row()
    {
        Guard[] guards = [new(GuardKind.TemperatureC, 70, MinFrames: 1, InRow: 2)];
        GuardWindow Heat(GuardWindow window, int second, double celsius) =>
            window.Hear(Said(Counts(Candidate, 10)) with { At = Start.AddSeconds(second), Health = new DeviceHealth(celsius, null, null, 1, 0) }, Candidate, guards);
        GuardOutcome Says(GuardWindow window) => GuardMeter.Of(guards, window).Single().Outcome;

        var once = Heat(Told(Said()), 1, 75);
        var sameAgain = Heat(once, 1, 75);
        var cooled = Heat(Heat(once, 2, 65), 3, 75);
        var twice = Heat(once, 2, 76);

        Assert.Equal([GuardOutcome.NoData, GuardOutcome.NoData, GuardOutcome.NoData, GuardOutcome.Fail], [Says(once), Says(sameAgain), Says(cooled), Says(twice)]);
    }

    [Theory]
    [InlineData(100, GuardOutcome.Pass)] // at dusk the other camera finds half as much too
    [InlineData(200, GuardOutcome.Fail)] // nothing changed there: the version finds too little
    public void Compares_with_what_the_other_cameras_of_the_box_did_meanwhile(long othersNow, GuardOutcome outcome)
    {
        var guard = new Guard(GuardKind.DetectionBand, 0.3, Against: GuardAgainst.OtherCameras);
        var gate = CameraId.Parse("gate");
        CameraCounters Gate(long completed, long detections) => Counts(Before, completed, detections) with { Camera = gate };
        var told = Said(Counts(Before, 200, detections: 400), Gate(200, 200));
        var later = Said(Counts(Before, 200, detections: 400), Counts(Candidate, 200, detections: 200), Gate(400, 200 + othersNow));
        var control = GuardWindow.Begin(gate, Before, Before, told).Hear(later, Before, []);

        var window = Told(told).Hear(later, Candidate, [guard], [control]);

        Assert.Equal(outcome, GuardMeter.Measure(guard, window, [control]).Outcome);
        Assert.Equal(GuardOutcome.Inconclusive, GuardMeter.Measure(guard, window, []).Outcome);
    }

    [Fact]
    public void What_was_found_against_the_other_cameras_stands_when_they_get_the_version_too()
    {
        var guard = new Guard(GuardKind.DetectionBand, 0.3, Against: GuardAgainst.OtherCameras);
        var gate = CameraId.Parse("gate");
        var told = Said(Counts(Before, 200, detections: 400), Counts(Before, 200, detections: 200) with { Camera = gate });
        var later = Said(Counts(Candidate, 200, detections: 400), Counts(Before, 400, detections: 400) with { Camera = gate });
        var control = GuardWindow.Begin(gate, Before, Before, told).Hear(later, Before, []);

        var window = Told(told).Hear(later, Candidate, [guard], [control]).Hear(Said(Counts(Candidate, 900, detections: 400)), Candidate, [guard], [control], endsComparison: true);

        Assert.Equal(GuardOutcome.Pass, GuardMeter.Measure(guard, window, [control]).Outcome);
    }

    private static GuardWindow Told(Telemetry telemetry) => GuardWindow.Begin(Dock, Before, Candidate, telemetry);

    private static Telemetry Said(params CameraCounters[] cameras) =>
        new(DeviceId.Parse("edge-1"), Start.AddSeconds(cameras.Sum(c => c.Completed)), Start, cameras, 0, 0, 0, Health: new DeviceHealth(70, null, null, 1, 0));

    private static CameraCounters Counts(VersionId version, long completed, long detections = 0, long failed = 0, long lost = 0) =>
        new(Dock, version, completed + failed + lost, new Dictionary<string, long> { ["newer-frame"] = lost, ["rate"] = 5000 }, completed + failed, completed, failed, detections, Start, Times(completed), Times(completed));

    private static Histogram Times(long frames) => new([25, 50, 100], [0, frames, 0, 0], 40 * frames);
}
