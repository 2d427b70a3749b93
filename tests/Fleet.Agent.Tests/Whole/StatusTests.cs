using System.Text.Json;
using Fleet.Agent.Doctor;
using Fleet.Agent.Status;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.Agent.Tests.Whole;

public sealed class StatusTests
{
    private static readonly DevicePolicy Quick = new() { WatchFrames = 5, WatchSeconds = 20, WatchSlowdown = 50 };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_stands_before_the_box_sees_what_it_does_and_no_stranger_does()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var v1 = plane.Release(1, TinyModel.Make(1));
        var broken = new DesiredCamera(CameraId.Parse("gate"), "rtsp://admin:hidden@127.0.0.1:1/live", Version: null, Fps: null, Loop: true);
        plane.Direct(1, [agent.Camera(v1), broken], [v1], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => agent.Update(1)?.State == UpdateState.Committed && agent.Reported.Cameras.Any(c => c.State == CameraState.Failed));

        var (json, status) = await StatusCommand.AskAsync(agent.Paths, TimeProvider.System, Cancelled);
        var screen = new StringWriter();
        await StatusCommand.RunAsync(agent.Paths, (Once: true, Json: false), screen, TimeProvider.System, Cancelled);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(agent.Paths.StatusSocket));
        Assert.Equal(v1.Id, status.Reported.Cameras.Single(c => c.Id == A.Camera).Version);
        Assert.True(status.Process is { Handles: > 10, ResidentBytes: > 1 << 20 });
        Assert.Contains("rtsp://admin:***@127.0.0.1:1/live", screen.ToString(), StringComparison.Ordinal);
        Assert.Contains("tiny@1", screen.ToString(), StringComparison.Ordinal);
        Assert.Contains("nothing listens at that address", screen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", json + screen, StringComparison.Ordinal);

        Assert.Equal((Verdict.Fail, Verdict.Ok, Verdict.Ok, Verdict.Ok), await DoctorAsync(agent, "camera gate", $"camera {A.Camera}", "certificate", "clock"));
        await agent.StopAsync();
        Assert.False(File.Exists(agent.Paths.StatusSocket));
    }

    [Fact]
    public async Task Without_a_daemon_the_doctor_opens_the_cameras_itself_and_names_what_is_missing()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var agent = await TestAgent.EnrolAsync(plane);
        var nowhere = new DesiredCamera(CameraId.Parse("gate"), "/no/such/video.mp4", Version: null, Fps: null, Loop: true);
        plane.Direct(1, [agent.Camera(version: null), nowhere], [], Quick);
        await agent.StartAsync();
        await Eventually.Is(() => plane.Reported is { Generation: 1 });
        await agent.StopAsync();

        Assert.Equal((Verdict.Warn, Verdict.Ok, Verdict.Fail, Verdict.Fail), await DoctorAsync(agent, "daemon", $"camera {A.Camera}", "camera gate", "codec", "--Fleet:Agent:FfmpegCommand=/no/such/ffmpeg"));
        var refused = await Assert.ThrowsAsync<UsageException>(() => StatusCommand.AskAsync(agent.Paths, TimeProvider.System, Cancelled));
        Assert.Contains("fleet-agent run --data", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<(Verdict, Verdict, Verdict, Verdict)> DoctorAsync(TestAgent agent, string a, string b, string c, string d, params string[] more)
    {
        var said = new StringWriter();
        var command = CommandLine.Parse(["doctor", "--json", "--data", agent.Paths.Data, "--Fleet:Agent:DiskMarginBytes=0", .. more]);
        var isWell = await DoctorCommand.RunAsync(command, agent.Paths, said, TimeProvider.System, Cancelled);
        var findings = JsonSerializer.Deserialize(said.ToString(), DoctorJson.Default.IReadOnlyListFinding)!;
        Assert.Equal(findings.All(f => f.Verdict != Verdict.Fail), isWell);
        Assert.All(findings.Where(f => f.Verdict != Verdict.Ok), f => Assert.False(string.IsNullOrEmpty(f.Do), f.What));
        return (Of(a), Of(b), Of(c), Of(d));

        Verdict Of(string what) => findings.Single(f => f.What == what).Verdict;
    }
}
