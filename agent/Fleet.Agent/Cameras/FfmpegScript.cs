using System.Globalization;

namespace Fleet.Agent.Cameras;

/// <summary>How ffmpeg is told to read a stream. Its arguments hold nothing secret: the address comes through its standard input, as a playlist of one.</summary>
internal static class FfmpegScript
{
    /// <summary>No file of this computer may be named by a playlist that a stranger serves.</summary>
    private const string Protocols = "pipe,rtsp,rtp,udp,tcp,tls,http,https,httpproxy,crypto";

    /// <summary>Tells the size of each frame that was decoded …</summary>
    public const string DecodedName = "showinfo@decoded";

    /// <summary>… and of each that is written out.</summary>
    public const string WrittenName = "showinfo@written";

    /// <param name="fps">At most so many frames a second are converted and written; null for all.</param>
    public static IReadOnlyList<string> Arguments(double? fps) =>
    [
        "-hide_banner", "-nostats", "-loglevel", "level+info",
        "-fflags", "nobuffer", "-flags", "low_delay", "-threads", "1",
        "-protocol_whitelist", Protocols, "-f", "concat", "-safe", "0", "-i", "pipe:0",
        "-map", "0:v:0", "-vf", Filters(fps),
        "-fps_mode", "passthrough", "-autoscale", "0", "-f", "rawvideo", "-pix_fmt", "bgr24", "pipe:1",
    ];

    public static string Input(CameraSource.Network network, double stallSeconds)
    {
        var limit = (stallSeconds * 1e6).ToString("0", CultureInfo.InvariantCulture);
        string[] options = network.IsRtsp
            ? [$"rtsp_transport {network.Transport}", $"timeout {limit}"]
            : [$"rw_timeout {limit}"];
        return $"ffconcat version 1.0\nfile '{network.Url.Replace("'", @"'\''", StringComparison.Ordinal)}'\n"
            + string.Concat(options.Append("fpsprobesize 0").Select(o => $"option {o}\n"));
    }

    /// <summary>The rate is kept by the clock on the wall, since a camera's own time stamps may say anything.</summary>
    private static string Filters(double? fps)
    {
        const string Start = $"sidedata=mode=delete,{DecodedName}=checksum=0";
        if (fps is not { } limit)
        {
            return Start;
        }

        var (interval, early) = (Seconds(1 / limit), Seconds(0.9 / limit));
        return $"{Start},select='if(gte(time(0),ld(0)+{early}),st(0,max(ld(0)+{interval},time(0)-{early}))*0+1,0)',{WrittenName}=checksum=0";
    }

    private static string Seconds(double seconds) => seconds.ToString("0.#########", CultureInfo.InvariantCulture);
}
