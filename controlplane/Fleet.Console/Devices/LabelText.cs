using Fleet.Contracts;

namespace Fleet.Console.Devices;

/// <summary>Labels as people type them: <c>ring=canary, site=north</c>.</summary>
internal static class LabelText
{
    /// <exception cref="ProblemException">A part has no <c>=</c>, or a key comes twice.</exception>
    public static Dictionary<string, string> Parse(string text)
    {
        var labels = new Dictionary<string, string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } key, var value] || !labels.TryAdd(key, value))
            {
                throw new ProblemException(Problems.RequestInvalid, $"'{part}' is not a label: wanted key=value with each key once, such as ring=canary.");
            }
        }

        return labels;
    }
}
