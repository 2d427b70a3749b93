using System.CommandLine;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

/// <summary>Rollouts without their versions, kept under names.</summary>
internal static class RolloutTemplateCommands
{
    private static readonly JsonSerializerOptions Written = new(FleetJson.Tolerant.Options) { WriteIndented = true };

    public static Command Create() => new("template", "Rollouts without their versions, kept under names for './fleet rollout start VERSION --template NAME'.") { List(), Show(), Set(), Delete() };

    private static Argument<TemplateName> Name() => Ask.Id<TemplateName>("name", "Name of the template.");

    private static Command List() => Ask.Server("list", "All templates.", async (client, _, cancellationToken) =>
    {
        var table = Print.Table("template", "rings", "guards", "windows", "saved", "by");
        foreach (var t in await client.RolloutTemplates.ListAsync(cancellationToken))
        {
            var (rings, guards) = (t.Rollout.Rings.Select(r => $"{r.Name}:{r.Selector}"), (t.Rollout.Guards ?? []).Select(RolloutWords.Of));
            table.Row(t.Name, string.Join(", ", rings), string.Join(", ", guards), string.Join("; ", t.Rollout.Windows ?? []), t.SavedAt.ToString("u"), t.SavedBy);
        }

        Print.Show(table, "No template yet. Make one: ./fleet rollout template set NAME --ring canary:ring=canary --ring everyone:*");
    });

    private static Command Show()
    {
        var name = Name();
        return Ask.Server("show", "A template, whole, as JSON.", async (client, result, cancellationToken) =>
            Print.Line($"{JsonSerializer.Serialize(await client.RolloutTemplates.GetAsync(result.GetValue(name), cancellationToken), Written)}"), name);
    }

    private static Command Set()
    {
        var (name, options) = (Name(), new RolloutOptions());
        return Ask.Server("set", "Save a template, over one of the same name, with the options of start.", async (client, result, cancellationToken) =>
        {
            var saved = await client.RolloutTemplates.SetAsync(result.GetValue(name), options.Template(result), cancellationToken);
            Print.Line($"{saved.Name} is saved. Use it: ./fleet rollout start VERSION --template {saved.Name}");
        }, [name, .. options.Symbols]);
    }

    private static Command Delete()
    {
        var name = Name();
        return Ask.Server("delete", "Delete a template; rollouts that were made from it go on.", (client, result, cancellationToken) =>
            client.RolloutTemplates.DeleteAsync(result.GetValue(name), cancellationToken), name);
    }
}
