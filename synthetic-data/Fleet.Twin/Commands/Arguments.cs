using System.Globalization;

namespace Fleet.Twin.Commands;

/// <summary>The caller's mistake on the command line, as one sentence.</summary>
internal sealed class UsageException(string sentence) : Exception(sentence);

/// <summary>One scene and options, read strictly.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly string _command;

    public Arguments(string command, IReadOnlyList<string> words, IReadOnlyList<string> options, IReadOnlyList<string> flags)
    {
        _command = command;
        string? scene = null;
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                scene = scene is null ? words[i] : throw new UsageException($"{command} takes one scene, but got '{scene}' and '{words[i]}'.");
            }
            else if (flags.Contains(words[i]))
            {
                _values[words[i]] = "";
            }
            else if (options.Contains(words[i]))
            {
                _values[words[i]] = i + 1 < words.Count ? words[++i] : throw new UsageException($"{words[i]} wants a value after it.");
            }
            else
            {
                throw new UsageException($"{command} does not know {words[i]}; it takes {string.Join(", ", options.Concat(flags))}.");
            }
        }

        Scene = scene ?? throw new UsageException($"{command} wants a scene: the path of a YAML file or a shipped name such as warehouse.");
    }

    public string Scene { get; }

    public bool Has(string option) => _values.ContainsKey(option);

    public string Text(string option) =>
        _values.TryGetValue(option, out var value) ? value : throw new UsageException($"{_command} wants {option}.");

    public long Whole(string option, long standard, long least)
    {
        if (!_values.TryGetValue(option, out var value))
        {
            return standard;
        }

        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new UsageException($"{option} is '{value}', but must be a whole number from {least}.");
    }

    public double Number(string option, double standard, double least, double most)
    {
        if (!_values.TryGetValue(option, out var value))
        {
            return standard;
        }

        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} is '{value}', but must be a number from {least} to {most}."));
    }

    /// <summary>The frames asked for: a list, or a count from a start.</summary>
    public IReadOnlyList<long> Frames()
    {
        if (!Has("--frames"))
        {
            var start = Whole("--start", 0, 0);
            var count = Whole("--count", 1, 1);
            return [.. Enumerable.Range(0, checked((int)count)).Select(i => start + i)];
        }

        return Array.ConvertAll(
            Text("--frames").Split(',', StringSplitOptions.TrimEntries),
            word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var frame)
                ? frame
                : throw new UsageException($"--frames has '{word}', but wants frame numbers from 0 with commas, such as 3,17,40."));
    }
}
