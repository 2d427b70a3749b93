using System.CommandLine;
using System.Text.Json;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>What devices go by: the fleet's policy, those for labels, and a device's own.</summary>
internal static class PolicyCommands
{
    private const int Window = 200;
    private static readonly JsonSerializerOptions Written = new(FleetJson.Tolerant.Options) { WriteIndented = true };
    private static readonly Option<string?> Labels = new("--labels") { Description = "A label selector: the policy for devices that it takes." };
    private static readonly Option<DeviceId?> Device = Ask.IdOption<DeviceId>("--device", "Id of a device: the policy of its own.");

    public static Command Create() => new("policy", "What devices gather, send and allow: the fleet's policy, those for labels, and devices' own.") { List(), Show(), Set(), Remove(), Budgets() };

    private static Command List() => Ask.Server("list", "The fleet's policy and those for labels, by their budgets.", async (client, _, cancellationToken) =>
    {
        var fleet = await client.Policies.GetAsync(cancellationToken);
        var table = Print.Table("for", "samples/h a camera", "bytes/h", "bytes/day", "outbox", "by chance");
        foreach (var (name, p) in fleet.ByLabels.Select(l => (l.Selector, l.Policy)).Append(("the rest of the fleet", fleet.Policy)))
        {
            table.Row(name, p.SamplesPerHour, Bytes(p.Gather.BytesPerHour), Bytes(p.Gather.BytesPerDay), Bytes(p.OutboxBytes), p.RandomShare.ToString("0 %"));
        }

        Print.Show(table, "");
        Print.Line($"{(fleet.SetAt is { } at ? $"Revision {fleet.Revision}, set by {fleet.SetBy} at {at:u}." : "Nobody set it yet: this is what it says by itself.")} The first that takes a device counts; a device's own comes before all.");
    });

    private static Command Show() => Ask.Server("show", "A policy, whole, as JSON: change it and give it to set.", async (client, result, cancellationToken) =>
    {
        var fleet = await client.Policies.GetAsync(cancellationToken);
        var policy = (result.GetValue(Device), result.GetValue(Labels)) switch
        {
            ({ } device, _) => (await client.Policies.OfAsync(device, cancellationToken)).Policy,
            (_, { } labels) => (fleet.ByLabels.FirstOrDefault(p => p.Selector == labels) ?? throw NoneFor(labels)).Policy,
            _ => fleet.Policy,
        };
        System.Console.WriteLine(JsonSerializer.Serialize(policy, Written));
    }, Labels, Device);

    private static Command Set()
    {
        var file = new Argument<FileInfo>("file") { Description = "JSON, as show prints it; what it leaves out has the value that a policy has by itself." };
        return Ask.Server("set", "Set the fleet's policy, with --labels one for labels, with --device a device's own.", async (client, result, cancellationToken) =>
        {
            var policy = Read(result.GetValue(file)!);
            if (result.GetValue(Device) is { } device)
            {
                await client.Devices.SetPolicyAsync(device, policy, cancellationToken);
                Print.Line($"{device} goes by its own policy now. Back to the fleet's: ./fleet policy remove --device {device}");
                return;
            }

            var fleet = await client.Policies.GetAsync(cancellationToken);
            var wanted = result.GetValue(Labels) is { } labels
                ? new FleetPolicyRequest(fleet.Policy, With(fleet.ByLabels, labels, policy))
                : new FleetPolicyRequest(policy);
            var set = await client.Policies.SetAsync(wanted, fleet.ETag, cancellationToken);
            Print.Line($"Revision {set.Revision} goes to every device that it concerns. See who: ./fleet policy budgets");
        }, file, Labels, Device);
    }

    private static Command Remove() => Ask.Server("remove", "Take away a device's own policy (--device), or one for labels (--labels).", async (client, result, cancellationToken) =>
    {
        if (result.GetValue(Device) is { } device)
        {
            await client.Devices.RemovePolicyAsync(device, cancellationToken);
            Print.Line($"{device} has no policy of its own.");
            return;
        }

        var labels = result.GetValue(Labels) ?? throw new FormatException("Say whose: --device DEVICE or --labels SELECTOR. The fleet's own policy is set, never removed.");
        var fleet = await client.Policies.GetAsync(cancellationToken);
        List<LabelPolicy> rest = [.. fleet.ByLabels.Where(p => p.Selector != labels)];
        if (rest.Count == fleet.ByLabels.Count)
        {
            throw NoneFor(labels);
        }

        await client.Policies.SetAsync(new FleetPolicyRequest(fleet.Policy, rest), fleet.ETag, cancellationToken);
        Print.Line($"There is no policy for '{labels}' any more.");
    }, Labels, Device);

    private static Command Budgets()
    {
        var search = new Option<string?>("--search") { Description = "Part of the id or the site." };
        var origin = new Option<PolicyOrigin?>("--origin") { Description = "Own, Labels or Fleet." };
        return Ask.Server("budgets", "What each device goes by, how that differs from the fleet's, and what it used; whoever used most first.", async (client, result, cancellationToken) =>
        {
            var filter = new PolicyFilter(result.GetValue(search), result.GetValue(origin), MostUsedFirst: true);
            var table = Print.Table("device", "goes by", "differs", "this hour", "24 hours", "sent", "no room for");
            PoliciesFound found;
            do
            {
                found = await client.Policies.FindAsync(filter, table.Rows.Count, Window, cancellationToken);
                foreach (var d in found.Items)
                {
                    var (use, gather) = (d.Use, d.Policy.Gather);
                    table.Row(d.Device, d.Selector ?? (d.Origin == PolicyOrigin.Own ? "its own" : "the fleet's"), string.Join(", ", d.Differences.Select(c => $"{c.Setting} {c.Device}")),
                        Of(use?.BytesThisHour, gather.BytesPerHour), Of(use?.BytesThisDay, gather.BytesPerDay), use is null ? "" : $"{use.Sent}, {Bytes(use.SentBytes)}", use?.GivenUp);
                }
            }
            while (found.Items.Count > 0 && table.Rows.Count < found.Total);
            Print.Show(table, "No device is like that.");
        }, search, origin);
    }

    private static string Of(long? used, long budget) => $"{(used is { } bytes ? Bytes(bytes) : "?")} of {Bytes(budget)}";

    private static string Bytes(long bytes) => bytes < 1 << 20 ? FormattableString.Invariant($"{bytes / 1024.0:0.#} KiB") : FormattableString.Invariant($"{bytes / (double)(1 << 20):0.#} MiB");

    private static List<LabelPolicy> With(IReadOnlyList<LabelPolicy> all, string labels, DevicePolicy policy) => all.Any(p => p.Selector == labels)
        ? [.. all.Select(p => p.Selector == labels ? p with { Policy = policy } : p)]
        : [.. all, new LabelPolicy(labels, policy)];

    private static FormatException NoneFor(string labels) => new($"There is no policy for '{labels}'. List them: ./fleet policy list");

    private static DevicePolicy Read(FileInfo file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), FleetJson.Strict.DevicePolicy)!;
        }
        catch (JsonException e)
        {
            throw new FormatException($"The policy {file} cannot be read: {e.Message}", e);
        }
    }
}
