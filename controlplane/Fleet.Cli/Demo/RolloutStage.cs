using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Rolls a version out: first the canary device, then the rest.</summary>
internal static class RolloutStage
{
    public static async Task RunAsync(DemoContext demo, Turn turn, CancellationToken cancellationToken)
    {
        demo.Screen.Stage("Roll out", $"{turn.Version}: the canary first, the rest when it has completed frames with it");
        var started = demo.Screen.Elapsed;
        var request = new RolloutRequest(turn.Version, Variant: null, [new RingRequest("canary", "ring=canary"), new RingRequest("rest", "*")]);
        var rollout = await Wait.ForAnswerAsync(demo, () => demo.Client.Rollouts.StartAsync(request, cancellationToken), cancellationToken);
        var said = 0;
        await Wait.UntilAsync(demo, async (d, token) =>
        {
            var now = await d.Client.Rollouts.GetAsync(rollout.Id, token);
            foreach (var line in now.Log.Skip(said))
            {
                d.Screen.Say(line.Text);
            }

            said = now.Log.Count;
            return now.State switch
            {
                RolloutState.Finished => null,
                RolloutState.Running => string.Join(", ", now.Rings.Select(r => $"{r.Name} {r.Committed} of {r.Devices}")),
                _ => throw new InvalidOperationException($"The rollout of {turn.Version} ended as {now.State}: {(now.Log.Count == 0 ? "nothing was decided" : now.Log[^1].Text)}"),
            };
        }, TimeSpan.FromMinutes(3), cancellationToken);
        turn.RolloutSeconds = (demo.Screen.Elapsed - started).TotalSeconds;
        await ReadCostAsync(demo, turn, cancellationToken);
    }

    private static async Task ReadCostAsync(DemoContext demo, Turn turn, CancellationToken cancellationToken)
    {
        foreach (var device in await Wait.ForAnswerAsync(demo, () => Site.DevicesAsync(demo, cancellationToken), cancellationToken))
        {
            foreach (var row in device.Reported?.Races?.Where(r => r.Version == turn.Version).SelectMany(r => r.Rows) ?? [])
            {
                demo.Screen.Say($"{device.Id} raced {row.Variant}: {(row.P50Ms is { } ms ? $"{ms.ToString("0.0", CultureInfo.InvariantCulture)} ms a frame" : "no time")}, golden clip {row.Golden}{(row.Chosen ? "; it serves" : "")}.");
            }

            foreach (var update in device.Reported?.Updates.Where(u => u.Version == turn.Version) ?? [])
            {
                turn.Devices.Add(new DeviceTurn(device.Id, update.Camera, update.BytesFetched, update.PromoteToFirstFrameMs, update.FramesLost, update.FramesCompleted));
            }
        }

        turn.FramesLost = turn.Devices.Sum(d => d.FramesLost);
        demo.Report.FramesLost += turn.FramesLost;
        demo.Screen.Figure("bytes sent to a device", $"{turn.Devices.Max(d => d.BytesSent):N0}");
        demo.Screen.Figure("promote to first frame", $"{turn.Devices.Max(d => d.PromoteToFirstFrameMs):0} ms at most");
        demo.Screen.Figure("frames lost in the swap", $"{turn.FramesLost}");
    }
}
