using System.Diagnostics;

namespace Fleet.Bench.Edge;

/// <summary>A video in which something moves all the time.</summary>
internal static class TestVideo
{
    /// <returns><paramref name="path"/>.</returns>
    public static async Task<string> MakeAsync(string path, string size, double rate, int seconds, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "-v", "error", "-nostdin", "-f", "lavfi", "-i", FormattableString.Invariant($"testsrc2=size={size}:rate={rate}"), "-t", FormattableString.Invariant($"{seconds}"),
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path,
        ];
        using var ffmpeg = Process.Start("ffmpeg", arguments);
        await ffmpeg.WaitForExitAsync(cancellationToken);
        return ffmpeg.ExitCode == 0 ? path : throw new BenchFailedException("ffmpeg could not make a video; is it installed with libx264?");
    }
}
