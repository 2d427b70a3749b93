using System.Text.RegularExpressions;
using Fleet.Contracts;

namespace Fleet.ControlPlane.Rollouts;

/// <summary>A label selector in Kubernetes' syntax: <c>a=b</c>, <c>a!=b</c>, <c>a in (x,y)</c>, <c>a notin (x,y)</c>, <c>a</c>, <c>!a</c>, joined by commas; <c>*</c> takes all.</summary>
internal sealed partial class Selector
{
    private const string Wanted = "wanted a=b, a!=b, a in (x,y), a notin (x,y), a or !a, joined by commas, or * for all";
    private readonly List<Func<IReadOnlyDictionary<string, string>, bool>> _all;

    private Selector(List<Func<IReadOnlyDictionary<string, string>, bool>> all) => _all = all;

    /// <exception cref="ProblemException"><see cref="Problems.SelectorInvalid"/>: names the part that cannot be read.</exception>
    public static Selector Parse(string text)
    {
        if (text.Trim() == "*")
        {
            return new Selector([]);
        }

        return new Selector([.. Split(text).Select(part => Requirement(part.Trim(), text))]);
    }

    /// <summary>A label that is missing is unequal to every value, as in Kubernetes.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => _all.TrueForAll(requirement => requirement(labels));

    private static Func<IReadOnlyDictionary<string, string>, bool> Requirement(string part, string whole)
    {
        var match = Grammar().Match(part);
        if (!match.Success)
        {
            throw new ProblemException(Problems.SelectorInvalid, $"The part '{part}' of the selector '{whole}' cannot be read; {Wanted}.");
        }

        var key = match.Groups["key"].Value;
        HashSet<string> values = [.. match.Groups["value"].Captures.Select(c => c.Value)];
        var negative = match.Groups["not"].Success;
        return values.Count == 0
            ? labels => labels.ContainsKey(key) != negative
            : labels => (labels.TryGetValue(key, out var value) && values.Contains(value)) != negative;
    }

    // commas inside parentheses belong to a set
    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[at] == ',' && depth == 0)
            {
                yield return text[start..at];
                start = at + 1;
            }
        }

        yield return text[start..];
    }

    [GeneratedRegex("""
        ^(
            (?<not>!)\s*(?<key>[A-Za-z0-9][A-Za-z0-9._/-]*)
          | (?<key>[A-Za-z0-9][A-Za-z0-9._/-]*)
          | (?<key>[A-Za-z0-9][A-Za-z0-9._/-]*)\s*((?<not>!=)|==?)\s*(?<value>[A-Za-z0-9._/-]+)
          | (?<key>[A-Za-z0-9][A-Za-z0-9._/-]*)\s+((?<not>notin)|in)\s*\(\s*(?<value>[A-Za-z0-9._/-]+)(\s*,\s*(?<value>[A-Za-z0-9._/-]+))*\s*\)
        )$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grammar();
}
