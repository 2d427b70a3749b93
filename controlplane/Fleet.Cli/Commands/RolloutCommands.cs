using System.CommandLine;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.Cli.Commands;

internal static class RolloutCommands
{
    private static readonly Argument<RolloutId> Rollout = Ask.Id<RolloutId>("rollout", "Id of the rollout.");

    public static Command Create() => new("rollout", "Take a version to devices, ring by ring.")
    {
        Start(), List(), Show(), Watch(),
        Act("pause", "Open no further ring for now.", (c, id, t) => c.Rollouts.PauseAsync(id, t)),
        Act("resume", "Go on.", (c, id, t) => c.Rollouts.ResumeAsync(id, t)),
        Act("abort", "End it where it is.", (c, id, t) => c.Rollouts.AbortAsync(id, t)),
        Act("roll-back", "Take every device back to the version before.", (c, id, t) => c.Rollouts.RollBackAsync(id, t)),
    };

    private static Command Start()
    {
        var version = Ask.Id<VersionId>("version", "model@number.");
        var rings = new Option<string[]>("--ring") { Description = "name:selector, in order, such as canary:ring=canary; with @5% or @3 only that share or number of them, such as canary:*@5%; repeatable. Missing, one ring of all devices." };
        var variant = new Option<string?>("--variant") { Description = "Which variant; auto lets each device take its fastest; missing, auto where there are several." };
        var guards = new Option<string[]>("--guard") { Description = $"kind=limit, such as error-rate=0.02; trial:kind=limit only measures; repeatable. Kinds: {RolloutWords.Kinds}." };
        var bake = new Option<int>("--bake") { Description = "Minutes that each device must serve the version before the next ring opens." };
        var silentAfter = new Option<int?>("--silent-after") { Description = "Minutes after which a device without evidence is late; missing, never." };
        var silent = new Option<SilentPolicy>("--silent") { Description = "What then: Wait, LeaveBehind (as many as --max-silent allows) or Fail." };
        var maxSilent = new Option<double>("--max-silent") { Description = "Percent of a ring that may be left behind." };
        return Ask.Server("start", "Start a rollout and watch it.", async (client, result, cancellationToken) =>
        {
            var asked = result.GetValue(rings) ?? [];
            IReadOnlyList<RingRequest> all = asked.Length == 0 ? [new RingRequest("all", "*")] : [.. asked.Select(RolloutWords.Ring)];
            all = [.. all.Select(r => r with
            {
                BakeMinutes = result.GetValue(bake),
                SilentAfterMinutes = result.GetValue(silentAfter),
                Silent = result.GetValue(silent),
                MaxSilentPercent = result.GetValue(maxSilent),
            })];
            var request = new RolloutRequest(result.GetValue(version), result.GetValue(variant), all, [.. (result.GetValue(guards) ?? []).Select(RolloutWords.Guard)]);
            var rollout = await client.Rollouts.StartAsync(request, cancellationToken);
            Print.Line($"Rollout {rollout.Id} of {rollout.Version} has begun.");
            await FollowAsync(client, rollout.Id, cancellationToken);
        }, version, rings, variant, guards, bake, silentAfter, silent, maxSilent);
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
        Print.Line($"{rollout.Id}: {rollout.Version} ({rollout.Variant}), {rollout.State}, by {rollout.CreatedBy} at {rollout.CreatedAt:u}");
        var table = Print.Table("ring", "devices", "committed", "failed", "late", "guard", "outcome", "evidence");
        foreach (var ring in rollout.Rings)
        {
            table.Row(ring.Name, ring.Devices, ring.Committed, ring.Failed, ring.Late, "", "", "");
            foreach (var guard in ring.Guards ?? [])
            {
                table.Row("", "", "", "", "", RolloutWords.Of(guard.Guard), guard.Outcome, guard.Evidence ?? "not told yet");
            }
        }

        Print.Show(table, "No ring.");
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
            if (now.State is not (RolloutState.Running or RolloutState.Paused))
            {
                Print.Line($"{now.Version}: {now.State}");
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
    }
}
