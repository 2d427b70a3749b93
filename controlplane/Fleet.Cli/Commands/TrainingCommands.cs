using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class TrainingCommands
{
    public static Command Create() => new("training", "Training runs, taken by ./fleet trainer.") { Start(), List(), Savings(), TrainingRuleCommands.Create() };

    private static Command Start()
    {
        var model = Ask.Id<ModelName>("model", "Model the result is a version of.");
        var recipe = new Option<FileInfo>("--recipe") { Description = "The recipe.", Required = true };
        var from = Ask.IdOption<VersionId>("--base", "Version to fine-tune.");
        var snapshot = Ask.IdOption<Digest>("--snapshot", "Dataset snapshot to mix in.");
        var heldOut = Ask.IdOption<Digest>("--held-out", "Dataset snapshot that is never learnt from; base and result are measured on it.");
        var seed = new Option<long>("--seed") { Description = "Same seed, same result.", DefaultValueFactory = _ => 1 };
        return Ask.Server("start", "Queue a run and follow it.", async (client, result, cancellationToken) =>
        {
            var text = await File.ReadAllTextAsync(result.GetValue(recipe)!.FullName, cancellationToken);
            var run = await client.TrainingRuns.StartAsync(
                new TrainingRunRequest(result.GetValue(model), text, result.GetValue(from), result.GetValue(snapshot), result.GetValue(seed), result.GetValue(heldOut)), cancellationToken);
            await FollowAsync(client, run, cancellationToken);
        }, model, recipe, from, snapshot, heldOut, seed);
    }

    private static Command Savings() => Ask.Server("savings", "How many labels choosing frames has saved so far, as far as can be told.", async (client, _, cancellationToken) =>
    {
        var table = Print.Table("model", "saved", "from", "to", "runs", "why");
        foreach (var s in await client.TrainingRuns.SavingsAsync(cancellationToken))
        {
            table.Row(s.Model, s.Saved?.Labels, s.Saved?.LabelsLow, s.Saved?.LabelsHigh, s.Runs, s.Why);
        }

        Print.Show(table, "No version was measured on held-out frames yet.");
    });

    private static Command List() => Ask.Server("list", "All runs.", async (client, _, cancellationToken) =>
    {
        var table = Print.Table("run", "model", "base", "state", "stage", "trainer", "made", "detail");
        await foreach (var r in client.TrainingRuns.ListAsync(cancellationToken))
        {
            table.Row(r.Id, r.Request.Model, r.Request.Base, r.State, r.Progress is { } p ? $"{p.Stage} {p.Step}/{p.Steps}" : "", r.Trainer, r.Version, r.Detail);
        }

        Print.Show(table, "No run yet. Queue one: ./fleet training start MODEL --recipe FILE");
    });

    private static async Task FollowAsync(FleetClient client, TrainingRunResponse run, CancellationToken cancellationToken)
    {
        var said = "";
        while (run.State is TrainingState.Queued or TrainingState.Running)
        {
            var now = run.Progress is { } p ? $"{p.Stage} {p.Step} of {p.Steps}, loss {p.Loss:0.000}, about {p.EtaSeconds:0} s left" : "waiting for a trainer";
            if (now != said)
            {
                Print.Line($"{now}");
                said = now;
            }

            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken);
            run = await client.TrainingRuns.GetAsync(run.Id, cancellationToken);
        }

        Print.Line($"{run.State}: {run.Version?.ToString() ?? run.Detail}");
    }
}
