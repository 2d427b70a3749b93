using System.CommandLine;
using System.CommandLine.Parsing;
using Fleet.Client;

namespace Fleet.Cli.Commands;

/// <summary>The few forms that operator commands are made of.</summary>
internal static class Ask
{
    /// <summary>An argument that parses itself, such as an id; a bad value is refused with its own sentence.</summary>
    public static Argument<T> Id<T>(string name, string description) where T : struct, IParsable<T> =>
        new(name) { Description = description, CustomParser = result => Parse<T>(result, result.Tokens) };

    /// <summary>An option that parses itself.</summary>
    public static Option<T?> IdOption<T>(string name, string description) where T : struct, IParsable<T> =>
        new(name) { Description = description, CustomParser = result => Parse<T>(result, result.Tokens) };

    /// <summary>A command that talks to the control plane.</summary>
    public static Command Server(string name, string description, Func<FleetClient, ParseResult, CancellationToken, Task> action, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
                case Option option:
                    command.Options.Add(option);
                    break;
                default:
                    throw new ArgumentException($"{symbol.GetType().Name} is neither an argument nor an option.", nameof(symbols));
            }
        }

        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = SignedIn.Client();
            await action(client, result, cancellationToken);
        });
        return command;
    }

    private static T Parse<T>(ArgumentResult result, IReadOnlyList<Token> tokens) where T : struct, IParsable<T>
    {
        try
        {
            return T.Parse(tokens[^1].Value, null);
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return default;
        }
    }
}
