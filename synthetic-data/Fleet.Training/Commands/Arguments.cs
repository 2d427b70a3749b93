using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Training.Commands;

/// <summary>A command line: words, and options with a value each; what is not known is refused.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];

    /// <summary>Reads <paramref name="args"/>.</summary>
    /// <param name="args">Without the command's own name.</param>
    /// <param name="usage">Shown with a refusal.</param>
    /// <param name="words">How many words are wanted.</param>
    /// <param name="options">Names of options, as in <c>--out</c>.</param>
    /// <exception cref="ProblemException"><see cref="Problems.RequestInvalid"/>.</exception>
    public Arguments(ReadOnlySpan<string> args, string usage, int words, params ReadOnlySpan<string> options)
    {
        var plain = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                plain.Add(args[i]);
            }
            else if (!options.Contains(args[i]) || i + 1 == args.Length || !_options.TryAdd(args[i], args[++i]))
            {
                throw new ProblemException(Problems.RequestInvalid, $"'{args[i]}' is not known, lacks its value or is given twice. Usage: {usage}");
            }
        }

        Words = plain.Count == words ? plain : throw new ProblemException(Problems.RequestInvalid, $"{plain.Count} words were given ({string.Join(" ", plain)}), {words} are wanted. Usage: {usage}");
        Usage = usage;
    }

    public IReadOnlyList<string> Words { get; }

    private string Usage { get; }

    public string? Text(string option) => _options.GetValueOrDefault(option);

    /// <summary>An option that must be there.</summary>
    public string Needed(string option) =>
        Text(option) ?? throw new ProblemException(Problems.RequestInvalid, $"{option} is missing. Usage: {Usage}");

    /// <summary>A whole number from 0.</summary>
    public long? Number(string option) => Text(option) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ProblemException(Problems.RequestInvalid, $"{option} is '{text}', wanted is a whole number. Usage: {Usage}");

    /// <summary>A number from 0.</summary>
    public double? Real(string option) => Text(option) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number
        : throw new ProblemException(Problems.RequestInvalid, $"{option} is '{text}', wanted is a number. Usage: {Usage}");
}
