using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class RolloutCommands
{
    private static readonly Argument<RolloutId> Rollout = Ask.Id<RolloutId>("rollout", "Id of the rollout.");

    public static Command Create() => new("rollout", "Take a version to devices, ring by ring.")
    {
        Preview(), Start(), List(), Show(), Watch(), Settings(), RolloutTemplateCommands.Create(),
        Act("approve", "Agree to a rollout of someone else, which then begins.", (c, id, t) => c.Rollouts.ApproveAsync(id, t)),
        Act("pause", "Open no further ring for now.", (c, id, t) => c.Rollouts.PauseAsync(id, t)),
        Act("resume", "Go on.", (c, id, t) => c.Rollouts.ResumeAsync(id, t)),
        Act("abort", "End it where it is.", (c, id, t) => c.Rollouts.AbortAsync(id, t)),
        Act("roll-back", "Take every device back to the version before.", (c, id, t) => c.Rollouts.RollBackAsync(id, t)),
    };

    private static Command Start()
    {
        var version = Ask.Id<VersionId>("version", "model@number.");
        var options = new RolloutOptions();
        var start = Ask.Server("start", "Start a rollout and watch it.", async (client, result, cancellationToken) =>
        {
            var rollout = await client.Rollouts.StartAsync(await options.OfAsync(client, result.GetValue(version), result, cancellationToken), cancellationToken);
            if (rollout.State == RolloutState.AwaitingApproval)
            {
                Print.Line($"Rollout {rollout.Id} of {rollout.Version} waits for someone else's approval: ./fleet rollout approve {rollout.Id}");
                return;
            }

            Print.Line($"Rollout {rollout.Id} of {rollout.Version} has begun.");
            await FollowAsync(client, rollout.Id, cancellationToken);
        }, [version, options.From, .. options.Symbols]);
        start.Aliases.Add("create");
        return start;
    }

    private static Command Preview()
    {
        var version = Ask.Id<VersionId>("version", "model@number.");
        var options = new RolloutOptions();
        return Ask.Server("preview", "What a rollout would do, with the same options as start; nothing is changed.", async (client, result, cancellationToken) =>
            RolloutPreviewTable.Show(await client.Rollouts.PreviewAsync(await options.OfAsync(client, result.GetValue(version), result, cancellationToken), cancellationToken)), [version, options.From, .. options.Symbols]);
    }

    private static Command Settings()
    {
        var model = Ask.IdOption<ModelName>("--model", "Model to set it for; missing, all settings are shown.");
        var approval = new Option<bool?>("--needs-approval") { Description = "true or false: someone else than the author has to agree to every rollout of the model." };
        return Ask.Server("settings", "Which models' rollouts need approval.", async (client, result, cancellationToken) =>
        {
            if (result.GetValue(model) is { } of && result.GetValue(approval) is { } needs)
            {
                await client.Rollouts.SetAsync(new RolloutSettings(of, needs), cancellationToken);
            }

            var table = Print.Table("model", "needs approval");
            foreach (var s in await client.Rollouts.SettingsAsync(cancellationToken))
            {
                table.Row(s.Model, s.NeedsApproval ? "yes" : "no");
            }

            Print.Show(table, "No model asks for approval. Ask for it: ./fleet rollout settings --model NAME --needs-approval true");
        }, model, approval);
    }

    private static Command List() => Ask.Server("list", "All rollouts.", async (client, _, cancellationToken) =>
    {
        var table = Print.Table("rollout", "version", "state", "rings", "started", "by");
        await foreach (var r in client.Rollouts.ListAsync(cancellationToken))
        {
            table.Row(r.Id, r.Version, r.State, string.Join(", ", r.Rings.Select(g => $"{g.Name} {g.Committed}/{g.Devices}")), r.CreatedAt.ToString("u"), r.CreatedBy);
        }

        Print.Show(table, "No rollout yet. Start one: ./fleet rollout start VERSION");
    });

    private static Command Show() => Ask.Server("show", "A rollout with its rings, guards and log.", async (client, result, cancellationToken) =>
    {
        var rollout = await client.Rollouts.GetAsync(result.GetValue(Rollout), cancellationToken);
        Print.Line($"{rollout.Id}: {rollout.Version} ({rollout.Variant}), {rollout.State}, by {rollout.CreatedBy} at {rollout.CreatedAt:u}{(rollout.ApprovedBy is { } by ? $", approved by {by}" : "")}");
        if (rollout.Windows is { Count: > 0 } windows)
        {
            Print.Line($"Devices are told in: {string.Join("; ", windows)}");
        }

        if (rollout.Caps is { } caps)
        {
            Print.Line($"At most {string.Join(" and ", new[] { caps.PerSiteHour is { } site ? $"{site} bytes an hour for each site" : null, caps.PerHour is { } all ? $"{all} bytes an hour in all" : null }.Where(c => c is not null))}");
        }

        var table = Print.Table("ring", "devices", "cameras", "committed", "failed", "late", "guard", "outcome", "evidence");
        foreach (var ring in rollout.Rings)
        {
            table.Row(ring.Name, ring.Devices, ring.Cameras, ring.Committed, ring.Failed, ring.Late, "", "", "");
            foreach (var guard in ring.Guards ?? [])
            {
                table.Row("", "", "", "", "", "", RolloutWords.Of(guard.Guard), guard.Outcome, guard.Evidence ?? "not told yet");
            }
        }

        Print.Show(table, "No ring.");
        rollout.Rings.Where(r => r.Shadow is not null).ToList().ForEach(r => Print.Line($"{r.Name}: {RolloutWords.Of(r.Shadow)}"));
        foreach (var ring in rollout.Rings.Where(r => r.Arms is not null && r.Arms.Any(a => a.Cameras > 0)))
        {
            var arms = Print.Table($"{ring.Name}: version", "cameras", "frames", "objects a frame", "p95 ms", "error rate");
            foreach (var arm in ring.Arms!)
            {
                arms.Row(arm.Version, arm.Cameras, arm.Frames, arm.ObjectsPerFrame?.ToString("0.00"), arm.P95Ms?.ToString("0.0"), arm.ErrorRate?.ToString("0.0000"));
            }

            Print.Show(arms, "");
        }

        rollout.Log.ToList().ForEach(l => Print.Line($"{l.At:u}  {l.Text}"));
    }, Rollout);

    private static Command Watch() => Ask.Server("watch", "Follow a rollout until it ends.",
        (client, result, cancellationToken) => FollowAsync(client, result.GetValue(Rollout), cancellationToken), Rollout);

    private static Command Act(string name, string description, Func<FleetClient, RolloutId, CancellationToken, Task> act) =>
        Ask.Server(name, description, (client, result, cancellationToken) => act(client, result.GetValue(Rollout), cancellationToken), Rollout);

    private static async Task FollowAsync(FleetClient client, RolloutId id, CancellationToken cancellationToken)
    {
        var said = 0;
        while (true)
        {
            var now = await client.Rollouts.GetAsync(id, cancellationToken);
            foreach (var line in now.Log.Skip(said))
            {
                Print.Line($"{line.At:u}  {line.Text}");
            }

            said = now.Log.Count;
            if (now.State is not (RolloutState.Running or RolloutState.Paused or RolloutState.AwaitingApproval))
            {
                Print.Line($"{now.Version}: {now.State}");
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
    }
}
