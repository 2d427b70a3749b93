using System.Text.RegularExpressions;

namespace Fleet.Contracts;

/// <summary>The address of a camera without what must stay secret in it: for logs, pages, messages and answers.</summary>
public static partial class CameraAddress
{
    /// <summary>Stands where a secret was.</summary>
    public const string Hidden = "***";

    /// <summary>A shorter secret is too likely to be a part of ordinary words.</summary>
    private const int ShortestSecret = 3;

    /// <summary>Parameters of a camera's address that say what to show and never who looks.</summary>
    private static readonly string[] Harmless = ["transport", "stall", "channel", "subtype", "stream", "profile", "resolution", "fps", "unicast", "proto", "seed", "start"];

    /// <summary><c>rtsp://user:***@host/stream?token=***</c>. What is no network address is returned as it is.</summary>
    public static string Redact(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Address().Match(source) is { Success: true } match
            ? $"{match.Groups["scheme"].Value}{Login(match.Groups["login"].Value)}{Parameter().Replace(match.Groups["rest"].Value, Redact)}"
            : source;
    }

    /// <summary>Puts the secrets of the address that is stored back into a redacted one, so that whoever changes only the rest need not know them.</summary>
    /// <param name="given">What was typed; returned as it is when nothing in it is hidden.</param>
    /// <param name="stored">The address in use; null where there is none.</param>
    /// <returns>Null when secrets are hidden and <paramref name="stored"/> is for another user or host, or hides them in other places: a secret is never sent to a place it was not given for.</returns>
    public static string? Restore(string given, string? stored)
    {
        ArgumentNullException.ThrowIfNull(given);
        if (!given.Contains(Hidden, StringComparison.Ordinal))
        {
            return given;
        }

        if (stored is null || Address().Match(given) is not { Success: true } typed || Address().Match(stored) is not { Success: true } kept || Host(typed) != Host(kept))
        {
            return null;
        }

        var login = typed.Groups["login"].Value.Contains(Hidden, StringComparison.Ordinal)
            ? typed.Groups["login"].Value == Login(kept.Groups["login"].Value) ? kept.Groups["login"].Value : null
            : typed.Groups["login"].Value;
        var secrets = Parameter().Matches(kept.Groups["rest"].Value).ToLookup(m => m.Groups["name"].Value, m => m.Value, StringComparer.Ordinal);
        var rest = Parameter().Replace(typed.Groups["rest"].Value, m => m.Groups["value"].Value == Hidden ? secrets[m.Groups["name"].Value].FirstOrDefault(m.Value) : m.Value);
        return login is null || rest.Contains("=" + Hidden, StringComparison.Ordinal) ? null : $"{typed.Groups["scheme"].Value}{login}{rest}";
    }

    /// <summary>Takes the secrets of <paramref name="source"/> out of a text that somebody else wrote, such as a decoder's complaint.</summary>
    public static string Clean(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(source);
        text = text.Replace(source, Redact(source), StringComparison.Ordinal);
        foreach (var secret in Secrets(source).Where(s => s.Length >= ShortestSecret).Distinct().OrderByDescending(s => s.Length))
        {
            text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        }

        return Elsewhere().Replace(text, m => m.Groups["scheme"].Value + Login(m.Groups["login"].Value));
    }

    private static string Redact(Match parameter) => Harmless.Contains(parameter.Groups["name"].Value, StringComparer.OrdinalIgnoreCase)
        ? parameter.Value
        : $"{parameter.Groups["mark"].Value}{parameter.Groups["name"].Value}={Hidden}";

    /// <summary>A name alone may be a token, and is hidden.</summary>
    private static string Login(string login) => login.Length == 0 ? ""
        : login.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? $"{login[..colon]}:{Hidden}@"
        : Hidden + "@";

    private static (string Scheme, string Host) Host(Match address) => (
        address.Groups["scheme"].Value.ToLowerInvariant(),
        address.Groups["rest"].Value.Split('/', '?', '#')[0].ToLowerInvariant());

    private static IEnumerable<string> Secrets(string source)
    {
        if (Address().Match(source) is not { Success: true } address)
        {
            yield break;
        }

        var login = address.Groups["login"].Value.TrimEnd('@');
        var colon = login.IndexOf(':', StringComparison.Ordinal);
        var password = login[(colon + 1)..];
        yield return password;
        yield return Uri.UnescapeDataString(password);
        foreach (Match parameter in Parameter().Matches(address.Groups["rest"].Value))
        {
            if (!Harmless.Contains(parameter.Groups["name"].Value, StringComparer.OrdinalIgnoreCase))
            {
                yield return parameter.Groups["value"].Value;
                yield return Uri.UnescapeDataString(parameter.Groups["value"].Value);
            }
        }
    }

    /// <summary>The login reaches to the last @, since passwords are typed with any sign in them.</summary>
    [GeneratedRegex("^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?<login>.*@)?(?<rest>[^@]*)$", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex("(?<mark>[?&#])(?<name>[^=&#?]*)=(?<value>[^&#]*)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?<login>[^\\s/'\"]+@)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Elsewhere();
}
