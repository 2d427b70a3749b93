using Fleet.Contracts;
using Fleet.ControlPlane.Devices;
using Fleet.ControlPlane.Drift;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.ControlPlane.Tests.Drift;

public sealed class DriftRankTests
{
    private static readonly DriftState Calm = new(
        CameraId.Parse("door"), new VersionId(ModelName.Parse("boxes"), 1), DriftReference.GoldenClip, ReferenceFrames: 100, Frames: 500, 0.05, 0.05, 0.05, 0.05, 0.05, AlarmSince: null);

    [Fact]
    public void Cameras_with_an_alarm_come_first_then_those_with_the_largest_gap()
    {
        var live = new LiveDevices(new FakeTimeProvider());
        Hear(live, "a", Calm, Calm with { Camera = CameraId.Parse("gate"), Scores = 0.9 });
        Hear(live, "b", Calm with { Counts = 0.4, AlarmSince = DateTimeOffset.UnixEpoch }, Calm with { Camera = CameraId.Parse("yard"), Picture = 0.3 });

        Assert.Equal(["b/door 0.4", "a/gate 0.9", "b/yard 0.3", "a/door 0.05"], DriftApi.Rank(live).Select(d => FormattableString.Invariant($"{d.Device}/{d.State.Camera} {d.Gap}")));
    }

    [Fact]
    public void Advice_says_what_to_do_about_what_differs()
    {
        Assert.StartsWith("Nothing to do", DriftAdvice.Of(Calm), StringComparison.Ordinal);
        Assert.StartsWith("Re-render this scene: its pictures are not as bright", DriftAdvice.Of(Calm with { Brightness = 0.6 }), StringComparison.Ordinal);
        Assert.StartsWith("Look at this camera: its pictures are not as sharp", DriftAdvice.Of(Calm with { Sharpness = 0.6, Reference = DriftReference.FirstFrames }), StringComparison.Ordinal);
        Assert.StartsWith("Sample this camera: its pictures resemble the twin's", DriftAdvice.Of(Calm with { Scores = 0.6 }), StringComparison.Ordinal);
        Assert.Contains("another number of objects", DriftAdvice.Of(Calm with { Counts = 0.6, Reference = DriftReference.FirstFrames }), StringComparison.Ordinal);
        Assert.StartsWith("Wait", DriftAdvice.Of(Calm with { Frames = 10 }), StringComparison.Ordinal);
    }

    private static void Hear(LiveDevices live, string device, params DriftState[] drift) =>
        live.Hear(DeviceId.Parse(device), new Telemetry(DeviceId.Parse(device), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [], 0, 0, 0) { Drift = drift });
}
