using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.Agent.Cameras;

/// <summary>Where frames come from, as the source text says.</summary>
internal abstract partial record CameraSource
{
    private CameraSource()
    {
    }

    /// <summary>A stream that ffmpeg reads.</summary>
    /// <param name="Url">What the camera is asked for; our own options are not in it.</param>
    /// <param name="Transport"><c>tcp</c> or <c>udp</c>, for RTSP.</param>
    /// <param name="StallSeconds">The camera's own limit for silence; null for the device's.</param>
    internal sealed record Network(string Url, string Transport = "tcp", double? StallSeconds = null) : CameraSource
    {
        public bool IsRtsp => Url.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A live render.</summary>
    internal sealed record Twin(string Scene, long Seed, double? Fps, long Start) : CameraSource;

    /// <summary>A V4L2 device.</summary>
    internal sealed record Video4Linux(string Path) : CameraSource;

    /// <summary>A video file, a folder of images, or a pattern of names; which of them shows when it is opened.</summary>
    internal sealed record Files(string Path) : CameraSource;

    /// <exception cref="ProblemException"><see cref="Problems.CameraSource"/>.</exception>
    public static CameraSource Parse(string source)
    {
        var scheme = Scheme().Match(source) is { Success: true, Groups: var groups } ? groups[1].Value.ToLowerInvariant() : "";
        return scheme switch
        {
            "" when source.StartsWith("/dev/video", StringComparison.Ordinal) => new Video4Linux(source),
            "" when source.Trim().Length > 0 => new Files(source),
            "rtsp" or "rtsps" or "http" or "https" => ParseNetwork(source),
            "twin" => ParseTwin(source["twin:".Length..]),
            _ => throw new ProblemException(
                Problems.CameraSource,
                $"The camera source '{CameraAddress.Redact(source)}' is of no known kind. Give rtsp://, http(s)://, /dev/videoN, a video file, a folder of images, a pattern such as f_%04d.png or *.tif, or twin:SCENE?seed=1&fps=5."),
        };
    }

    /// <summary>A camera that is silent for so long is opened anew; a slow one may take its time.</summary>
    public static TimeSpan StallOf(string source, TimeSpan usual, double? fps)
    {
        var own = Option().Matches(source).FirstOrDefault(m => m.Groups["key"].Value == "stall")?.Groups["value"].Value;
        var limit = double.TryParse(own, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : usual;
        var slow = TimeSpan.FromSeconds(3 / (fps ?? 1));
        return limit > slow ? limit : slow;
    }

    /// <summary>Options of ours stand behind # or among the query's; the camera never sees them.</summary>
    private static Network ParseNetwork(string source)
    {
        var network = new Network(source);
        foreach (Match option in Option().Matches(source))
        {
            var (key, value) = (option.Groups["key"].Value, option.Groups["value"].Value);
            network = (key, value) switch
            {
                ("transport", "tcp" or "udp") => network with { Transport = value },
                ("stall", _) when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 600 => network with { StallSeconds = seconds },
                _ => throw new ProblemException(Problems.CameraSource, $"'{option.Value[1..]}' in the camera source '{CameraAddress.Redact(source)}' is not understood. Wanted is transport=tcp or udp, and stall=SECONDS from 1 to 600."),
            };
        }

        return network with { Url = Bare(source) };
    }

    private static string Bare(string source)
    {
        var url = Option().Replace(source, "");
        var fragment = url.IndexOf('#', StringComparison.Ordinal);
        url = fragment < 0 ? url : url[..fragment];
        // the first parameter was ours, and another one follows
        return url.Contains('?', StringComparison.Ordinal) || url.IndexOf('&', StringComparison.Ordinal) is not (> 0 and var amp) ? url : $"{url[..amp]}?{url[(amp + 1)..]}";
    }

    private static Twin ParseTwin(string text)
    {
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var scene = query < 0 ? text : text[..query];
        var (seed, fps, start) = (1L, (double?)null, 0L);
        foreach (var part in query < 0 ? [] : text[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = part.Split('=', 2) is [var k, var v] ? (k, v) : (part, "");
            var understood = key switch
            {
                "seed" => long.TryParse(value, CultureInfo.InvariantCulture, out seed),
                "start" => long.TryParse(value, CultureInfo.InvariantCulture, out start) && start >= 0,
                "fps" => double.TryParse(value, CultureInfo.InvariantCulture, out var f) && f is > 0 and <= 1000 && (fps = f) > 0,
                _ => false,
            };
            if (!understood)
            {
                throw new ProblemException(Problems.CameraSource, $"'{part}' in the camera source 'twin:{text}' is not understood. Wanted is twin:SCENE?seed=NUMBER&fps=NUMBER&start=NUMBER.");
            }
        }

        return scene.Length > 0 ? new Twin(scene, seed, fps, start)
            : throw new ProblemException(Problems.CameraSource, $"The camera source 'twin:{text}' names no scene file. Wanted is twin:SCENE?seed=1&fps=5.");
    }

    [GeneratedRegex("[?&#](?<key>transport|stall)=(?<value>[^&#]*)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Option();

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9+.-]+):", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scheme();
}
