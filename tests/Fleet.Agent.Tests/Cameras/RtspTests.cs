using Fleet.Agent.Cameras;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Testing.Rtsp;

namespace Fleet.Agent.Tests.Cameras;

/// <summary>A real ffmpeg on real sockets, and a camera that fails as cameras do.</summary>
public sealed class RtspTests(Clips clips) : IClassFixture<Clips>
{
    private const string Secret = "pa:ss/w@rd#1";

    [Theory]
    [InlineData("tcp", false, true)]
    [InlineData("udp", true, false)]
    public async Task Frames_come_over_either_transport_with_either_codec_and_kind_of_login(string transport, bool isHevc, bool isDigest)
    {
        await using var server = RtspServer.Start(isHevc ? clips.Hevc : clips.Small);
        server.Login = new RtspLogin("admin", Secret, isDigest);
        await using var feed = RunningFeed.Start(server.Url($"admin:{Uri.EscapeDataString(Secret)}", "?transport=" + transport));

        await Eventually.Is(() => feed.Frames.Count >= 10);

        // frames go on arriving: what is judged must not grow meanwhile
        var frames = feed.Frames.ToList();
        Assert.All(frames, f => Assert.Equal((320, 240), (f.Width, f.Height)));
        Assert.Contains(frames, f => f.Middle.Max() > 100);
        Assert.Equal(frames.Select(f => f.Index).Order().Distinct(), frames.Select(f => f.Index));
        var programs = RunningFeed.ProcessList();
        Assert.Contains("rawvideo", programs, StringComparison.Ordinal);
        AssertNoSecret(programs + string.Join('\n', feed.Log.Lines));
    }

    [Fact]
    public async Task A_wrong_password_is_named_and_never_shown()
    {
        await using var server = RtspServer.Start(clips.Small);
        server.Login = new RtspLogin("admin", "right");
        await using var feed = RunningFeed.Start(server.Url($"admin:{Uri.EscapeDataString(Secret)}", "?token=verysecret"));

        await Eventually.Is(() => feed.State.State == CameraState.Failed);

        Assert.Contains("refuses the user or the password", feed.State.Detail, StringComparison.Ordinal);
        Assert.Contains("rtsp://admin:***@127.0.0.1", feed.State.Detail, StringComparison.Ordinal);
        AssertNoSecret(feed.State.Detail + string.Join('\n', feed.Log.Lines));
    }

    [Fact]
    public async Task A_silent_camera_is_opened_anew_and_said_to_be_silent()
    {
        await using var server = RtspServer.Start(clips.Small);
        await using var feed = RunningFeed.Start(server.Url(options: "#stall=3"));
        await Eventually.Is(() => feed.State.State == CameraState.Running);

        server.IsStalled = true;
        await Eventually.Is(() => feed.State.State == CameraState.Failed);
        Assert.Contains("gave no frame for 3 s", feed.State.Detail, StringComparison.Ordinal);
        server.IsStalled = false;
        await Eventually.Is(() => feed.State.State == CameraState.Running);

        Assert.Equal((1, 2), (feed.Source.Stalls, feed.Source.Opened));
        Assert.Single(feed.Log.Lines, l => l.Contains("tried again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_is_cut_between_two_frames_or_in_one_comes_back(bool inFrame)
    {
        await using var server = RtspServer.Start(clips.Small);
        await using var feed = RunningFeed.Start(server.Url());
        await Eventually.Is(() => feed.Frames.Count >= 5);

        if (inFrame)
        {
            server.TearsNext = true;
        }
        else
        {
            server.Cut();
        }

        await Eventually.Is(() => feed.Source.Opened == 2);
        await feed.StopAsync();

        Assert.Equal(1, feed.Source.Failures);
        AssertAddsUp(feed);
    }

    [Fact]
    public async Task A_camera_may_change_the_size_of_its_frames_without_being_opened_anew()
    {
        await using var server = RtspServer.Start(clips.Small);
        await using var feed = RunningFeed.Start(server.Url());
        await Eventually.Is(() => feed.Frames.Count >= 5);

        server.Clip = clips.Large;
        await Eventually.Is(() => feed.Frames.Count(f => (f.Width, f.Height) == (640, 360)) >= 5);
        var sent = server.Sent;
        await Eventually.Is(() => server.Sent >= sent + 75);
        server.Clip = clips.Small;
        await Eventually.Is(() => feed.Frames.Last() is { Width: 320, Height: 240 });

        // a frame that were not as long as it was said to be would hold up all that follow
        await Eventually.Is(() => feed.Frames.Last().Index >= server.Sent - 25);

        Assert.Equal(1, feed.Source.Opened);
        Assert.Contains(feed.Log.Lines, l => l.Contains("from 320x240 to 640x360", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_camera_that_refuses_is_tried_again_until_it_does_not()
    {
        await using var server = RtspServer.Start(clips.Small);
        server.Refuses = true;
        await using var feed = RunningFeed.Start(server.Url());
        await Eventually.Is(() => feed.Source.Failures >= 2);
        Assert.Contains("busy", feed.State.Detail, StringComparison.Ordinal);

        server.Refuses = false;

        await Eventually.Is(() => feed.State.State == CameraState.Running);
    }

    [Fact]
    public async Task A_camera_whose_clock_leaps_and_whose_rate_is_a_lie_gives_every_frame_all_the_same()
    {
        await using var server = RtspServer.Start(clips.Small);
        (server.FramesPerSecond, server.ClaimedFramesPerSecond) = (29.83, 1000);
        await using var feed = RunningFeed.Start(server.Url());
        foreach (var leap in new[] { 3600, -7200, 86_400 })
        {
            var before = feed.Frames.Count;
            server.JumpClock(TimeSpan.FromSeconds(leap));
            await Eventually.Is(() => feed.Frames.Count >= before + 15);
        }

        Assert.Equal(1, feed.Source.Opened);
    }

    [Fact]
    public async Task A_limited_rate_passes_over_frames_and_counts_each()
    {
        await using var server = RtspServer.Start(clips.Small);
        await using var feed = RunningFeed.Start(server.Url(), fps: 4);
        await Eventually.Is(() => feed.Frames.Count >= 5);
        await feed.StopAsync();

        Assert.True(feed.Fate.Skipped[Agent.Pipeline.SkipReason.Rate] >= 4 * 3, "At 25 frames a second, of which 4 are wanted, most are passed over.");
        Assert.True(feed.Frames.Last().Index >= 4 * 4, "Frames keep the numbers that they have at their source.");
        AssertAddsUp(feed);
    }

    [Fact]
    public async Task Under_pressure_half_the_frames_are_spared_and_counted()
    {
        await using var server = RtspServer.Start(clips.Small);
        await using var feed = RunningFeed.Start(server.Url());
        await Eventually.Is(() => feed.Frames.Count >= 5);

        feed.ShedLevel = 2;
        await Eventually.Is(() => feed.Fate.Skipped.GetValueOrDefault(Agent.Pipeline.SkipReason.Pressure) >= 9);
        await feed.StopAsync();

        AssertAddsUp(feed);
    }

    [Fact]
    public void What_ffmpeg_complains_of_is_told_without_the_secrets_in_it()
    {
        const string Source = "rtsp://admin:hidden@host/live?token=abc123";

        var told = FfmpegWords.Explain($"Impossible to open '{Source}'", Source) + FfmpegWords.Explain("hidden abc123", Source);

        Assert.DoesNotContain("hidden", told, StringComparison.Ordinal);
        Assert.DoesNotContain("abc123", told, StringComparison.Ordinal);
        Assert.Contains("Impossible to open 'rtsp://admin:***@host/live?token=***'", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_ffmpeg_the_camera_says_what_to_install()
    {
        await using var feed = RunningFeed.Start("rtsp://127.0.0.1/x", ffmpeg: "/no/such/ffmpeg");

        await Eventually.Is(() => feed.State.State == CameraState.Failed);

        Assert.Contains("Install ffmpeg", feed.State.Detail, StringComparison.Ordinal);
    }

    private static void AssertAddsUp(RunningFeed feed)
    {
        Assert.Equal(feed.Source.Received, feed.Fate.Received);
        Assert.Equal(feed.Fate.Received, feed.Fate.Skipped.Values.Sum() + feed.Fate.Inferred);
    }

    private static void AssertNoSecret(string text)
    {
        foreach (var secret in new[] { Secret, Uri.EscapeDataString(Secret), "verysecret" })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }
}
