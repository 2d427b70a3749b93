using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Takes a snapshot of what is labelled and has the trainer fine-tune the version in service on it.</summary>
internal static class LearnStage
{
    /// <summary>Generous: it takes two minutes on two quiet cores, and a busy machine is no failure. The time left is on screen.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(40);

    /// <returns>The run, which made a version.</returns>
    public static async Task<TrainingRunResponse> RunAsync(DemoContext demo, Turn turn, CancellationToken cancellationToken)
    {
        demo.Screen.Stage("Learn", $"{turn.Version} is fine-tuned on real frames and synthetic ones, its 2:4 zeros kept");
        var snapshot = await Wait.ForAnswerAsync(
            demo, () => demo.Client.Snapshots.TakeAsync(new SnapshotRequest($"demo-{turn.Version.Number}"), cancellationToken), cancellationToken);
        demo.Screen.Figure("dataset snapshot", $"{snapshot.Frames} frames, {snapshot.Boxes} boxes, {snapshot.Digest.Hex[..12]}");
        demo.Report.SamplesUsed = snapshot.Frames;
        var recipe = await File.ReadAllTextAsync(demo.Programs.Recipe("fine-tune"), cancellationToken);
        var request = new TrainingRunRequest(turn.Version.Model, recipe, turn.Version, snapshot.Digest, Seed: turn.Version.Number);
        var run = await Wait.ForAnswerAsync(demo, () => demo.Client.TrainingRuns.StartAsync(request, cancellationToken), cancellationToken);
        var started = demo.Screen.Elapsed;
        var steps = new Dictionary<string, int>();
        await Wait.UntilAsync(demo, async (d, token) =>
        {
            run = await d.Client.TrainingRuns.GetAsync(run.Id, token);
            if (run.Progress is { } p)
            {
                // The last report before the end can be a few steps old: a run that succeeds has taken them all.
                steps[p.Stage] = p.Steps;
            }

            return run.State switch
            {
                TrainingState.Succeeded => null,
                TrainingState.Failed => throw new InvalidOperationException($"The training run failed: {run.Detail}"),
                _ => Describe(run),
            };
        }, Limit, cancellationToken);
        turn.TrainingSeconds = (demo.Screen.Elapsed - started).TotalSeconds;
        turn.TrainingSteps = steps.Where(s => s.Key is "train" or "fine-tune").Sum(s => s.Value);
        demo.Report.TrainingSteps += turn.TrainingSteps;
        demo.Screen.Figure("trained", $"{turn.TrainingSteps} steps in {turn.TrainingSeconds:0} s, now {run.Version}");
        return run;
    }

    private static string Describe(TrainingRunResponse run) => run.Progress is not { } p
        ? "waiting for a trainer"
        : $"{p.Stage} {p.Step} of {p.Steps}{(p.Loss is { } loss ? $", loss {loss:0.000}" : "")}{(p.EtaSeconds is { } eta ? $", about {eta:0} s left" : "")}";
}
