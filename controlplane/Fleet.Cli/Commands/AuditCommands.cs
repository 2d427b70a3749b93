using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class AuditCommands
{
    public static Command Create() => new("audit", "Who did what, and whether the log is whole.") { List(), Head(), Verify() };

    private static Command List()
    {
        var who = new Option<string?>("--who") { Description = "Only of this account, key or device." };
        var act = new Option<string?>("--act") { Description = "Only acts that contain this, such as rollouts." };
        var refused = new Option<bool>("--refused") { Description = "Only what was refused." };
        var take = new Option<int>("--take") { Description = "How many, newest first, 1 to 500.", DefaultValueFactory = _ => 50 };
        return Ask.Server("list", "The newest rows.", async (client, result, cancellationToken) =>
        {
            var filter = new AuditFilter(result.GetValue(who), result.GetValue(act), result.GetValue(refused) ? true : null);
            var table = Print.Table("row", "at", "who", "act", "on", "status", "from");
            foreach (var row in (await client.Audit.PageAsync(filter, cursor: null, result.GetValue(take), cancellationToken)).Items)
            {
                table.Row(row.Sequence, row.At.ToString("u"), row.Who, row.Act, row.On, row.Status, row.From);
            }

            Print.Show(table, "No such row.");
        }, who, act, refused, take);
    }

    private static Command Head() => Ask.Server("head", "The end of the chain: keep it elsewhere.",
        async (client, _, cancellationToken) => Print.Line($"{await client.Audit.HeadAsync(cancellationToken)}"));

    private static Command Verify()
    {
        var known = new Option<string?>("--head") { Description = "A head that was kept elsewhere, SEQUENCE:HASH; without one a cut at the end does not show." };
        return Ask.Server("verify", "Read the whole chain and check it.", async (client, result, cancellationToken) =>
        {
            var kept = result.GetValue(known) is { } text ? AuditHead.Parse(text) : null;
            var (head, fault) = await client.Audit.VerifyAsync(kept, cancellationToken);
            if (fault is not null)
            {
                throw new ProblemException(Problems.AuditBroken, fault);
            }

            Print.Line($"{head.Sequence} rows, each follows from the one before{(kept is null ? "" : $", and row {kept.Sequence} is the one that was kept")}. Head: {head}");
        }, known);
    }
}
