using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.Agent.Cameras;

/// <summary>Understands what ffmpeg writes to its standard error.</summary>
internal static partial class FfmpegWords
{
    private const int Longest = 300;

    private static readonly (string Word, string Means)[] Known =
    [
        ("401", "it refuses the user or the password. Set them in the address, as rtsp://USER:PASSWORD@HOST/…"),
        ("403", "it does not allow this user to look. Give the user the right to view, or name another one."),
        ("404", "it has no stream of this name. Look the path up in the camera's manual."),
        ("5XX", "it is busy or serves as many viewers as it can. It is tried again."),
        ("503", "it is busy or serves as many viewers as it can. It is tried again."),
        ("Connection refused", "nothing listens at that address. Is the camera on, and the port right?"),
        ("No route to host", "there is no way to that address. Check network and address."),
        ("Name or service not known", "its name cannot be found. Check the address, or name servers."),
        ("timed out", "it did not answer in time. Check network and address."),
        ("Invalid data", "what comes is no video that can be decoded."),
    ];

    /// <summary>The size that a line of <paramref name="filter"/> tells; null for any other line. Read without making garbage: there are two such lines for each frame.</summary>
    public static (int WidthPx, int HeightPx)? Size(ReadOnlySpan<byte> line, ReadOnlySpan<byte> filter)
    {
        var at = line.IndexOf(filter) < 0 || line.IndexOf(" n:"u8) < 0 ? -1 : line.IndexOf(" s:"u8);
        return at >= 0
            && Utf8Parser.TryParse(line[(at + 3)..], out int width, out var digits)
            && line[(at + 3 + digits)..] is [(byte)'x', .. var rest]
            && Utf8Parser.TryParse(rest, out int height, out _)
            ? (width, height)
            : null;
    }

    /// <summary>A complaint, without ffmpeg's own marks; null for any other line.</summary>
    public static string? Complaint(ReadOnlySpan<byte> line) =>
        line.IndexOf("[error] "u8) < 0 && line.IndexOf("[fatal] "u8) < 0 && line.IndexOf("[panic] "u8) < 0 ? null
        : Error().Match(Encoding.UTF8.GetString(line)) is { Success: true, Groups: var groups } ? groups[1].Value : null;

    /// <summary>Why a stream ended, in a sentence without a secret.</summary>
    /// <param name="complaint">What was said last.</param>
    /// <param name="source">The camera's address.</param>
    public static string Explain(string? complaint, string source)
    {
        var shown = CameraAddress.Redact(source);
        if (complaint is null)
        {
            return $"{shown} ended the stream.";
        }

        var said = CameraAddress.Clean(complaint, source).Replace("pipe:0: ", "", StringComparison.Ordinal);
        said = said.Length <= Longest ? said : said[..Longest];
        var means = Array.Find(Known, k => complaint.Contains(k.Word, StringComparison.OrdinalIgnoreCase)).Means;
        return means is null ? $"{shown} ended the stream: {said}" : $"{shown} gives no stream: {means} ({said})";
    }

    [GeneratedRegex(@"^(?:\[[^\]]*\] )*\[(?:error|fatal|panic)\] (.+)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Error();
}
