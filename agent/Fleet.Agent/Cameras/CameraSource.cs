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
    internal sealed record Network(string Url) : CameraSource;

    /// <summary>A live render.</summary>
    internal sealed record Twin(string Scene, long Seed, double? Fps, long Start) : CameraSource;

    /// <summary>A V4L2 device.</summary>
    internal sealed record Video4Linux(string Path) : CameraSource;

    /// <summary>A video file or a folder of images; which of them shows when it is opened.</summary>
    internal sealed record Files(string Path) : CameraSource;

    /// <exception cref="ProblemException"><see cref="Problems.CameraSource"/>.</exception>
    public static CameraSource Parse(string source)
    {
        var scheme = Scheme().Match(source) is { Success: true, Groups: var groups } ? groups[1].Value.ToLowerInvariant() : "";
        return scheme switch
        {
            "" when source.StartsWith("/dev/video", StringComparison.Ordinal) => new Video4Linux(source),
            "" when source.Trim().Length > 0 => new Files(source),
            "rtsp" or "rtsps" or "http" or "https" => new Network(source),
            "twin" => ParseTwin(source["twin:".Length..]),
            _ => throw new ProblemException(
                Problems.CameraSource,
                $"The camera source '{Shown(source)}' is of no known kind. Give rtsp://, http(s)://, /dev/videoN, a video file, a folder of images, or twin:SCENE?seed=1&fps=5."),
        };
    }

    /// <summary>The source without user, password and query of an address: for logs and messages.</summary>
    public static string Shown(string source) => Uri.TryCreate(source, UriKind.Absolute, out var url) && url.Host.Length > 0 && source.Contains("://", StringComparison.Ordinal)
        ? $"{url.Scheme}://{url.Authority}{url.AbsolutePath}"
        : source;

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

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9+.-]+):", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scheme();
}
