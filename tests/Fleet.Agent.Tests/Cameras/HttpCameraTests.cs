using System.Diagnostics;
using Fleet.Agent.Cameras;
using Fleet.Contracts;
using Fleet.Testing;
using Fleet.Testing.Rtsp;

namespace Fleet.Agent.Tests.Cameras;

public sealed class HttpCameraTests
{
    [Fact]
    public async Task Motion_jpeg_over_http_gives_its_pictures_to_who_may_look()
    {
        using var folder = new TempFolder();
        await using var server = HttpCamera.Start(folder.Path, () => Pictures.ToJpeg(A.Frame(width: 96, height: 64, value: 200), quality: 92));
        server.Login = ("viewer", "open sesame");
        await using var stranger = RunningFeed.Start(server.Url("mjpeg"));
        await using var feed = RunningFeed.Start(server.Url("mjpeg", "viewer:open%20sesame"));

        await Eventually.Is(() => feed.Frames.Count >= 5);
        await Eventually.Is(() => stranger.State.State == CameraState.Failed);

        Assert.All(feed.Frames, f => Assert.Equal((96, 64), (f.Width, f.Height)));
        Assert.All(feed.Frames.First().Middle, v => Assert.InRange(v, 190, 210));
        Assert.Contains("refuses the user or the password", stranger.State.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", RunningFeed.ProcessList(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_playlist_over_http_gives_the_frames_of_its_segments()
    {
        using var folder = new TempFolder();
        await MakeAsync(folder);
        await using var server = HttpCamera.Start(folder.Path, () => []);
        await using var feed = RunningFeed.Start(server.Url("live.m3u8"));

        await Eventually.Is(() => feed.Source.Received >= 20);

        Assert.All(feed.Frames, f => Assert.Equal((160, 120), (f.Width, f.Height)));
    }

    [Fact]
    public async Task A_playlist_that_names_a_file_of_this_computer_is_not_followed()
    {
        using var secret = new TempFolder();
        await MakeAsync(secret);
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("evil.m3u8"), $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret.At("live0.ts")}\n#EXT-X-ENDLIST\n", TestContext.Current.CancellationToken);
        Assert.True(File.Exists(secret.At("live0.ts")));
        await using var server = HttpCamera.Start(folder.Path, () => []);
        await using var feed = RunningFeed.Start(server.Url("evil.m3u8"));

        await Eventually.Is(() => feed.State.State == CameraState.Failed || !feed.Frames.IsEmpty);

        Assert.Empty(feed.Frames);
    }

    /// <summary>A playlist, <c>live.m3u8</c>, and its segments, <c>live0.ts</c> and on.</summary>
    private static async Task MakeAsync(TempFolder folder)
    {
        string[] make = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10", "-t", "4", "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0", folder.At("live.m3u8")];
        using var ffmpeg = Process.Start("ffmpeg", make);
        await ffmpeg.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
