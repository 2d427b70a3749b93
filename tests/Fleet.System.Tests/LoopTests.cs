using System.Text.RegularExpressions;
using Fleet.Cli.Demo;
using Fleet.Cli.Processes;
using Fleet.Client;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.SystemTests;

/// <summary>The whole loop on real processes, each of which is killed once at a bad moment.</summary>
public sealed partial class LoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_any_process_is_killed_and_the_loop_goes_on()
    {
        using var folder = new TempFolder();
        await using var stack = new DemoStack(Programs.Find(), folder.Path);
        var demo = new DemoContext(
            new DemoOptions(Headless: true, Turns: 2, [], folder.Path) { SamplesPerTurn = 8 },
            stack,
            new DemoScreen(TimeProvider.System),
            new DemoReport(),
            [.. DemoCamera.OfTwin(Programs.Find().Scene(DemoContext.SiteScene)).Where(c => c.Id.ToString() == "dock")]);

        // version 1 reaches both devices
        await SiteStage.StartControlPlaneAsync(demo, Cancelled);
        var first = await ReleaseStage.RegisterShippedAsync(demo, Cancelled);
        await SiteStage.EnrolAsync(demo, Cancelled);
        await ReleaseStage.SignAsync(demo, first.Card.Version, Cancelled);
        var turn = TurnOf(first);
        await RolloutStage.RunAsync(demo, turn, Cancelled);

        // a device is killed while it serves: it comes back by itself, with the version it had
        var canary = demo.Cameras[0].Device;
        await stack.KillAsync(canary.ToString(), Cancelled);
        await Eventually.Is(async () => (await demo.Client.Devices.GetAsync(canary, Cancelled)).Presence == Presence.Offline, Patience);
        await stack.RestartAsync(canary.ToString(), Cancelled);
        await Eventually.Is(async () => (await CameraOf(demo, canary)) is { State: CameraState.Running, Running: { } running, Completed: > 0 } && running == first.Card.Version, Patience);

        // samples are gathered and labelled; then the control plane is killed
        await GatherStage.RunAsync(demo, turn, Cancelled);
        var labelled = await LabelledAsync(demo.Client);
        await stack.KillAsync("control-plane", Cancelled);
        await stack.RestartAsync("control-plane", Cancelled);
        var after = await LabelledAsync(demo.Client);
        Assert.Superset(labelled.Keys.ToHashSet(), after.Keys.ToHashSet());
        Assert.All(labelled, sample => Assert.Equal(sample.Value.Label!.Count, after[sample.Key].Label!.Count));
        Assert.Equal(VersionState.Released, (await demo.Client.Versions.GetAsync(first.Card.Version, Cancelled)).State);
        await Eventually.Is(async () => (await demo.Client.Devices.GetAsync(canary, Cancelled)).Presence == Presence.Online, Patience);

        // the trainer is killed in the middle of its run and ends it nevertheless, once
        var snapshot = await demo.Client.Snapshots.TakeAsync(new SnapshotRequest("after the kill"), Cancelled);
        var run = await demo.Client.TrainingRuns.StartAsync(
            new TrainingRunRequest(first.Card.Version.Model, await ShortRecipeAsync(demo), first.Card.Version, snapshot.Digest), Cancelled);
        await Eventually.Is(async () => (await RunOf(demo, run.Id)) is { State: TrainingState.Running, Progress: not null }, Patience);
        await stack.KillAsync("trainer", Cancelled);
        await stack.RestartAsync("trainer", Cancelled);
        await Eventually.Is(async () => (await RunOf(demo, run.Id)).State is TrainingState.Succeeded or TrainingState.Failed, Patience);
        run = await RunOf(demo, run.Id);
        Assert.True(run.State == TrainingState.Succeeded, run.Detail);
        Assert.Equal(2, run.Version!.Value.Number);

        // and the loop goes on: what it learnt reaches both devices
        var second = await demo.Client.Versions.GetAsync(run.Version.Value, Cancelled);
        Assert.Equal(first.Card.Version, second.Card.Lineage.Parent);
        Assert.Equal(snapshot.Digest, second.Card.Lineage.Snapshot);
        await ReleaseStage.SignAsync(demo, second.Card.Version, Cancelled);
        var next = TurnOf(second);
        await RolloutStage.RunAsync(demo, next, Cancelled);
        Assert.Equal(0, next.FramesLost);
        Assert.Equal(2, next.Devices.Select(d => d.Device).Distinct().Count());
    }

    private static Turn TurnOf(VersionResponse version) => new() { Version = version.Card.Version, Digest = version.Card.Variants[0].Digest };

    private static Task<TrainingRunResponse> RunOf(DemoContext demo, TrainingRunId run) => demo.Client.TrainingRuns.GetAsync(run, Cancelled);

    private static async Task<CameraResponse> CameraOf(DemoContext demo, DeviceId device) =>
        (await demo.Client.Devices.GetAsync(device, Cancelled)).Cameras[0];

    private static async Task<Dictionary<Digest, SampleResponse>> LabelledAsync(FleetClient client)
    {
        var samples = new Dictionary<Digest, SampleResponse>();
        await foreach (var sample in client.Samples.ListAsync(new SampleFilter(SampleState.Labelled), Cancelled))
        {
            samples[sample.Frame.Digest] = sample;
        }

        return samples;
    }

    // the demo's own recipe, cut to a length that shows the way rather than the accuracy
    private static async Task<string> ShortRecipeAsync(DemoContext demo)
    {
        var recipe = await File.ReadAllTextAsync(demo.Programs.Recipe("fine-tune"), Cancelled);
        return ShortTraining().Replace(ShortEvaluation().Replace(ShortFrames().Replace(recipe, "frames: 16"), "frames: 4,"), "steps: 30,");
    }

    [GeneratedRegex(@"(?m)^frames: \d+")]
    private static partial Regex ShortFrames();

    [GeneratedRegex(@"frames: \d+,")]
    private static partial Regex ShortEvaluation();

    [GeneratedRegex(@"steps: \d+,")]
    private static partial Regex ShortTraining();
}
