using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.Agent.Logs;

/// <summary>Takes out of a line what looks like a secret, whoever wrote it.</summary>
internal static partial class LogSecrets
{
    /// <summary>Nothing beyond is looked at, or kept.</summary>
    private const int Longest = 64 << 10;

    public static string Hide(string line)
    {
        try
        {
            return Clean(line.Length > Longest ? line[..Longest] : line);
        }
        catch (RegexMatchTimeoutException)
        {
            return "(a line that could not be searched for secrets is left out)";
        }
    }

    private static string Clean(string line)
    {
        line = Pem().Replace(line, CameraAddress.Hidden);
        line = Url().Replace(line, m => CameraAddress.Redact(m.Value));
        return Named().Replace(line, m => m.Groups["name"].Value + CameraAddress.Hidden);
    }

    [GeneratedRegex("-----BEGIN [^-]*PRIVATE KEY-----.*?(-----END [^-]*-----|$)", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pem();

    [GeneratedRegex("\\b[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\\s'\"<>]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Url();

    [GeneratedRegex("(?<name>\\b(bearer\\s+|(password|passwd|pwd|secret|token|api[-_]?key|authorization)\\s*[=:]\\s*(bearer\\s+|basic\\s+)?))(?<value>[^\\s,;&'\"]+)", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
