using Fleet.Cli.Commands;
using Fleet.Cli.Demo;
using Fleet.Client;
using Fleet.Contracts;

namespace Fleet.SystemTests;

/// <summary>A loop that a training rule turns. The twin's truth plays the person who labels, a key file the publisher who signs what the rule found better; nobody starts a run or a rollout.</summary>
internal sealed class Unattended(DemoContext demo, ModelName model)
{
    private const int NewLabels = 12;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private readonly TwinTruth _truth = new(demo.Stack);

    public DemoContext Demo => demo;

    public int Runs { get; private set; }

    /// <summary>Whether the rule's run takes steps right now.</summary>
    public bool RunIsAtWork { get; private set; }

    public Task SetRuleAsync(string recipe, CancellationToken cancellationToken) => demo.Client.TrainingRules.SetAsync(
        model,
        new TrainingRuleRequest(recipe, NewLabels, HeldOutPercent: 40, MinHeldOut: 5, BlockMinutes: 0.02, Rings: [new RingRequest("canary", "ring=canary"), new RingRequest("rest", "*")]),
        ifMatch: "*",
        cancellationToken);

    /// <summary>Lets people and rule work until the next version serves; <paramref name="mischief"/> happens meanwhile.</summary>
    public async Task<VersionResponse> PromotedAfterAsync(VersionId champion, Func<Task> mischief, TimeSpan within, CancellationToken cancellationToken)
    {
        await mischief();
        var rule = await UntilAsync(r => r is { State: TrainingRuleState.Waiting, Rollout: not null, Candidate: { } c } && c != champion, within, cancellationToken);
        Runs = rule.Runs;
        var rollout = await demo.Client.Rollouts.GetAsync(rule.Rollout!.Value, cancellationToken);
        Assert.Equal((RolloutState.Finished, $"rule of {model}", rule.Candidate!.Value), (rollout.State, rollout.CreatedBy, rollout.Version));
        return await demo.Client.Versions.GetAsync(rule.Candidate.Value, cancellationToken);
    }

    /// <summary>The result of the next run that ends without a rollout, and why.</summary>
    public async Task<(VersionResponse Version, string Why)> RefusedAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        var runs = (await demo.Client.TrainingRules.GetAsync(model, cancellationToken)).Runs;
        var rule = await UntilAsync(r => r.Runs > runs && r is { State: TrainingRuleState.Waiting, Candidate: not null }, within, cancellationToken);
        Assert.Null(rule.Rollout);
        return (await demo.Client.Versions.GetAsync(rule.Candidate!.Value, cancellationToken), rule.Log[^1].Text);
    }

    /// <summary>Labels and signs until the rule is as wanted.</summary>
    public async Task<TrainingRuleResponse> UntilAsync(Func<TrainingRuleResponse, bool> wanted, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var rule = await Wait.ForAnswerAsync(demo, () => demo.Client.TrainingRules.GetAsync(model, cancellationToken), cancellationToken);
            RunIsAtWork = rule.Run is { } id && await Wait.ForAnswerAsync(demo, () => demo.Client.TrainingRuns.GetAsync(id, cancellationToken), cancellationToken) is { State: TrainingState.Running, Progress: not null };
            if (wanted(rule))
            {
                return rule;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < within, $"After {within.TotalMinutes:0} minutes: {rule.State}. {string.Join(' ', rule.Log.TakeLast(4).Select(l => l.Text))} {rule.Why}");
            switch (rule.State)
            {
                case TrainingRuleState.Waiting:
                    await LabelAsync(cancellationToken);
                    break;
                case TrainingRuleState.AwaitingRelease when rule.Candidate is { } better:
                    await SignAsync(better, cancellationToken);
                    break;
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Boxes on every labelled sample.</summary>
    public async Task<IReadOnlyDictionary<Digest, int>> LabelledAsync(CancellationToken cancellationToken) =>
        (await SamplesAsync(SampleState.Labelled, cancellationToken)).ToDictionary(s => s.Frame.Digest, s => s.Label!.Count);

    /// <summary>As many as the rule waits for, so that devices and trainer share the machine in turns.</summary>
    private async Task LabelAsync(CancellationToken cancellationToken)
    {
        var waiting = (await SamplesAsync(SampleState.Unlabelled, cancellationToken)).Take(NewLabels).ToList();
        foreach (var camera in waiting.GroupBy(s => s.Frame.Source))
        {
            var boxes = await _truth.OfAsync(camera.Key, camera.Select(s => s.Frame.Frame).Distinct(), cancellationToken);
            foreach (var sample in camera)
            {
                var label = new LabelRequest(SampleState.Labelled, boxes[sample.Frame.Frame]);
                await Wait.ForAnswerAsync(demo, () => demo.Client.Samples.LabelAsync(sample.Frame.Digest, label, etag: null, cancellationToken), cancellationToken);
            }
        }
    }

    private Task<VersionResponse> SignAsync(VersionId version, CancellationToken cancellationToken) => Wait.ForAnswerAsync(
        demo,
        () => Releasing.SignAsync(demo.Client, version, Path.Combine(demo.Stack.ControlPlaneData, "offline", "publisher.pem"), cancellationToken),
        cancellationToken);

    private Task<List<SampleResponse>> SamplesAsync(SampleState state, CancellationToken cancellationToken) => Wait.ForAnswerAsync(
        demo,
        async () => await demo.Client.Samples.ListAsync(new SampleFilter(state), cancellationToken).ToListAsync(cancellationToken),
        cancellationToken);
}
