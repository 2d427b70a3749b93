using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;
using Spectre.Console;

namespace Fleet.Cli.Commands;

internal static class AccessCommands
{
    public static Command SignIn()
    {
        var url = new Argument<string>("url") { Description = "Address of the control plane, or a one-time sign-in link." };
        var name = new Option<string?>("--name") { Description = "Account; asked for when missing." };
        var command = new Command("sign-in", "Sign this terminal in to a control plane; without a terminal, name (unless given) and password are read from standard input, a line each.") { url, name };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (!Uri.TryCreate(result.GetValue(url), UriKind.Absolute, out var address))
            {
                throw new FormatException($"'{result.GetValue(url)}' is not an address: wanted something like http://127.0.0.1:8080.");
            }

            var server = new Uri(address.GetLeftPart(UriPartial.Authority));
            using var client = new FleetClient(new FleetClientOptions { Address = server });
            var link = System.Web.HttpUtility.ParseQueryString(address.Query)["link"];
            if (link is null && (await client.Access.SignInWaysAsync(cancellationToken)).Provider is { } provider)
            {
                Console.Error.WriteLine($"Name and password of an account of this server. People who come with {provider} sign in on {new Uri(server, "/sign-in")}; for a terminal or a program an Admin makes them an API key, which goes into FLEET_TOKEN, and {server} into FLEET_URL.");
            }

            var account = link is null ? result.GetValue(name) ?? Asked(new TextPrompt<string>("Name:")) : null;
            var password = link is null ? Asked(new TextPrompt<string>("Password:").Secret()) : null;
            var session = await client.Access.SignInAsync(new SignInRequest(account, password, link), cancellationToken);
            new SignedIn(server.ToString(), session.Token).Save();
            Print.Line($"Signed in to {server} as {session.Name} ({session.Role}) until {session.ExpiresAt:u}.");
        });
        return command;
    }

    public static Command SignOut() => Ask.Server("sign-out", "End this terminal's session.", async (client, _, cancellationToken) =>
    {
        await client.Access.SignOutAsync(cancellationToken);
        SignedIn.Forget();
    });

    public static Command WhoAmI() => Ask.Server("whoami", "Say who is signed in where.", async (client, _, cancellationToken) =>
    {
        var me = await client.Access.WhoAmIAsync(cancellationToken);
        Print.Line($"{me.Name} ({me.Role}) at {client.Address}");
    });

    public static Command Key()
    {
        var name = new Argument<string>("name") { Description = "What the key is for." };
        var role = new Option<Role>("--role") { Description = "What it may do.", Required = true };
        var days = new Option<int>("--days") { Description = "Valid for so long.", DefaultValueFactory = _ => 90 };
        var id = new Argument<string>("id") { Description = "The key's id." };
        return new Command("key", "API keys for programs.")
        {
            Ask.Server("create", "Make a key; it is shown once.", async (client, result, cancellationToken) =>
            {
                var key = await client.Access.CreateApiKeyAsync(new ApiKeyRequest(result.GetValue(name)!, result.GetValue(role), result.GetValue(days)), cancellationToken);
                Print.Line($"{key.Key}");
                Console.Error.WriteLine($"Key {key.Id}, {key.Role}, until {key.ExpiresAt:u}. It is not shown again.");
            }, name, role, days),
            Ask.Server("list", "All keys, without their secrets.", async (client, _, cancellationToken) =>
            {
                var table = Print.Table("id", "for", "role", "made by", "used last", "until");
                await foreach (var key in client.Access.ApiKeysAsync(cancellationToken))
                {
                    table.Row(key.Id, key.Name, key.Role, key.CreatedBy, key.LastUsedAt?.ToString("u"), key.ExpiresAt.ToString("u"));
                }

                Print.Show(table, "No key yet. Make one: ./fleet key create NAME --role Trainer");
            }),
            Ask.Server("revoke", "End a key.", (client, result, cancellationToken) => client.Access.RevokeApiKeyAsync(result.GetValue(id)!, cancellationToken), id),
        };
    }

    private static string Asked(TextPrompt<string> question) => !Console.IsInputRedirected
        ? AnsiConsole.Prompt(question)
        : Console.In.ReadLine() is { Length: > 0 } line ? line : throw new FormatException("There is no terminal to ask on: give the name (or --name) and the password on standard input, a line each.");
}
