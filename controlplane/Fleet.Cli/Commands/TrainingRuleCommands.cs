using System.CommandLine;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class TrainingRuleCommands
{
    private static readonly Argument<ModelName> Model = Ask.Id<ModelName>("model", "The model whose next versions the rule makes.");

    public static Command Create() => new("rule", "Train a model again by itself when enough was labelled.") { Set(), List(), Show(), Delete() };

    private static Command Set()
    {
        var recipe = new Option<FileInfo>("--recipe") { Description = "Recipe of every run.", Required = true };
        var labels = new Option<int?>("--new-labels") { Description = "Train once so many frames were labelled since the last run." };
        var hours = new Option<double?>("--every-hours") { Description = "Train again after so many hours, if anything was labelled." };
        var drift = new Option<bool>("--on-drift") { Description = "Train when a camera raises a drift alarm, if anything was labelled since the last run." };
        var gain = new Option<double>("--min-gain") { Description = "AP@.5 that the result must gain on held-out real frames." };
        var percent = new Option<int>("--held-out") { Description = "Percent of labelled frames that are never learnt from.", DefaultValueFactory = _ => 20 };
        var least = new Option<int>("--min-held-out") { Description = "Wait until so many held-out frames are labelled.", DefaultValueFactory = _ => 10 };
        var block = new Option<double>("--block-minutes") { Description = "Frames of one camera within it go the same way.", DefaultValueFactory = _ => 10 };
        var rings = new Option<string[]>("--ring") { Description = "name:selector; a better version goes through these by itself once it is signed. Missing, a person decides." };
        var guards = new Option<string[]>("--guard") { Description = "Guards of that rollout, as rollout start takes them; repeatable." };
        var off = new Option<bool>("--off") { Description = "Start no run for now." };
        return Ask.Server("set", "Make the rule of a model, or change it.", async (client, result, cancellationToken) =>
        {
            var asked = result.GetValue(rings) ?? [];
            var rule = new TrainingRuleRequest(await File.ReadAllTextAsync(result.GetValue(recipe)!.FullName, cancellationToken))
            {
                NewLabels = result.GetValue(labels),
                EveryHours = result.GetValue(hours),
                OnDrift = result.GetValue(drift),
                MinGain = result.GetValue(gain),
                HeldOutPercent = result.GetValue(percent),
                MinHeldOut = result.GetValue(least),
                BlockMinutes = result.GetValue(block),
                Rings = asked.Length == 0 ? null : [.. asked.Select(RolloutWords.Ring)],
                Guards = result.GetValue(guards) is { Length: > 0 } some ? [.. some.Select(RolloutWords.Guard)] : null,
                Enabled = !result.GetValue(off),
            };
            Print.Line($"{(await client.TrainingRules.SetAsync(result.GetValue(Model), rule, ifMatch: "*", cancellationToken)).Why}");
        }, Model, recipe, labels, hours, drift, gain, percent, least, block, rings, guards, off);
    }

    private static Command List() => Ask.Server("list", "All rules.", async (client, _, cancellationToken) =>
    {
        var table = Print.Table("model", "state", "new labels", "runs", "last result", "why");
        await foreach (var r in client.TrainingRules.ListAsync(cancellationToken))
        {
            table.Row(r.Model, r.Rule.Enabled ? r.State : "off", r.NewLabels, r.Runs, r.Candidate, r.Why);
        }

        Print.Show(table, "No rule yet. Make one: ./fleet training rule set MODEL --recipe FILE --new-labels 100");
    });

    private static Command Show() => Ask.Server("show", "What a rule decided, and why.", async (client, result, cancellationToken) =>
    {
        var rule = await client.TrainingRules.GetAsync(result.GetValue(Model), cancellationToken);
        foreach (var line in rule.Log)
        {
            Print.Line($"{line.At:u}  {line.Text}");
        }

        Print.Line($"Now: {rule.Why}");
    }, Model);

    private static Command Delete() => Ask.Server("delete", "Remove a rule; a run that it started goes on.",
        (client, result, cancellationToken) => client.TrainingRules.DeleteAsync(result.GetValue(Model), cancellationToken), Model);
}
