using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class PeopleCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "Account." };
    private static readonly Argument<Role> As = new("role") { Description = "Viewer, Labeller, Operator, Approver or Admin." };

    public static Command Create() => new("people", "Who may sign in, and what they may do.")
    {
        List(),
        Ask.Server("invite", "Make an account and a one-time link to choose a password with.", async (client, result, cancellationToken) =>
            Show(client, await client.People.InviteAsync(new InviteRequest(result.GetValue(Name)!, result.GetValue(As)), cancellationToken)), Name, As),
        Ask.Server("role", "Change what someone may do.", (client, result, cancellationToken) =>
            ChangeAsync(client, result.GetValue(Name)!, p => new PersonRequest(result.GetValue(As), p.Disabled), cancellationToken), Name, As),
        Ask.Server("disable", "Sign someone out and shut them out.", (client, result, cancellationToken) =>
            ChangeAsync(client, result.GetValue(Name)!, p => new PersonRequest(p.Role, Disabled: true), cancellationToken), Name),
        Ask.Server("enable", "Let someone in again.", (client, result, cancellationToken) =>
            ChangeAsync(client, result.GetValue(Name)!, p => new PersonRequest(p.Role, Disabled: false), cancellationToken), Name),
        Ask.Server("reset-password", "Make a one-time link with which someone chooses a new password.", async (client, result, cancellationToken) =>
            Show(client, await client.People.CreatePasswordLinkAsync(result.GetValue(Name)!, cancellationToken)), Name),
        Ask.Server("remove", "Remove an account.", (client, result, cancellationToken) => client.People.RemoveAsync(result.GetValue(Name)!, cancellationToken), Name),
    };

    private static Command List() => Ask.Server("list", "Everyone.", async (client, _, cancellationToken) =>
    {
        var table = Print.Table("name", "role", "state", "signed in last");
        await foreach (var person in client.People.ListAsync(cancellationToken))
        {
            table.Row(person.Name, person.Role, person.Disabled ? "shut out" : person.Invited ? "invited" : "may sign in", person.LastSignInAt?.ToString("u"));
        }

        Print.Show(table, "Nobody.");
    });

    private static void Show(FleetClient client, PersonLink link)
    {
        Print.Line($"{new Uri(client.Address, link.Path)}");
        Console.Error.WriteLine($"For {link.Name} and nobody else: whoever opens it first is them. It works once, until {link.ExpiresAt:u}, and is not shown again.");
    }

    private static async Task ChangeAsync(FleetClient client, string name, Func<PersonResponse, PersonRequest> change, CancellationToken cancellationToken)
    {
        await foreach (var person in client.People.ListAsync(cancellationToken))
        {
            if (string.Equals(person.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                await client.People.ChangeAsync(person.Name, change(person), cancellationToken);
                return;
            }
        }

        throw new ProblemException(Problems.PersonUnknown, $"Nobody here is called {name}.");
    }
}
