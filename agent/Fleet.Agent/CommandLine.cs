namespace Fleet.Agent;

/// <summary>What was typed.</summary>
/// <param name="Name"><c>enrol</c>, <c>run</c>, <c>status</c>, <c>doctor</c>, <c>choices</c> or <c>prepare</c>.</param>
/// <param name="Token">For <c>enrol</c>; for <c>prepare</c>, which the agent starts by itself, the file that says what to do.</param>
/// <param name="Settings">Configuration, <c>Fleet:Agent:Key=value</c>.</param>
internal sealed record CommandLine(string Name, string? Token, IReadOnlyDictionary<string, string?> Settings)
{
    /// <summary><c>--once</c> and <c>--json</c>.</summary>
    public IReadOnlySet<string> Flags { get; init; } = new HashSet<string>();

    public const string Usage = """
        fleet-agent enrol TOKEN [--data DIR]   make this computer a device; TOKEN comes from the console
        fleet-agent run [--data DIR] [--Fleet:Agent:KEY=VALUE ...]   run until SIGTERM
        fleet-agent status [--once] [--json] [--data DIR]   how the agent of this folder is, once a second
        fleet-agent doctor [--json] [--data DIR]   what is well with this computer, what is not, and what to do; ends with 1 where something fails
        fleet-agent choices [--data DIR]   which frames were kept and why; ends with 1 where a choice does not replay from its record
        fleet-agent infer --model FILE --camera URI --out FILE [...]   run a model offline; infer alone lists its options
        fleet-agent choose --model FILE --camera URI --keep N --out FILE [...]   which frames of a recording the triggers would keep, and why
        """;

    /// <exception cref="UsageException">Something is not understood.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var words = new List<string>();
        var flags = new HashSet<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(argument);
                continue;
            }

            if (argument is "--once" or "--json")
            {
                flags.Add(argument[2..]);
                continue;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var key = Key(equals < 0 ? argument[2..] : argument[2..equals]);
            settings[key] = equals >= 0 ? argument[(equals + 1)..]
                : ++i < arguments.Count ? arguments[i] : throw new UsageException($"{argument} needs a value.\n{Usage}");
        }

        return words switch
        {
            ["enrol", var token] => new CommandLine("enrol", token, settings),
            ["prepare", var job] => new CommandLine("prepare", job, settings),
            ["run"] => new CommandLine("run", Token: null, settings),
            ["status" or "doctor" or "choices"] => new CommandLine(words[0], Token: null, settings) { Flags = flags },
            ["enrol"] => throw new UsageException($"enrol needs the token that the console showed.\n{Usage}"),
            _ => throw new UsageException($"'{string.Join(' ', words)}' is not understood.\n{Usage}"),
        };
    }

    private static string Key(string name) => name switch
    {
        "data" => "Fleet:Agent:Data",
        _ when name.StartsWith("Fleet:Agent:", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase) => name,
        _ => throw new UsageException($"The option --{name} is not known.\n{Usage}"),
    };
}
