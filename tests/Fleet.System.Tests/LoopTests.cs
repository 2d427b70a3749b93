using Fleet.Cli.Demo;
using Fleet.Cli.Processes;
using Fleet.Contracts;
using Fleet.Testing;

namespace Fleet.SystemTests;

/// <summary>The whole loop on real processes, turning by its own rule; each process is killed once at a bad moment. People only label what comes home and sign what is better.</summary>
public sealed class LoopTests
{
    private const int Turns = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_loop_turns_three_times_by_itself_gets_better_and_does_not_promote_what_is_worse()
    {
        using var folder = new TempFolder();
        await using var stack = new DemoStack(Programs.Find(), folder.Path);
        var demo = new DemoContext(
            new DemoOptions(Headless: true, Turns, [], folder.Path) { HeldOutFrames = 10 },
            stack,
            new DemoScreen(TimeProvider.System),
            new DemoReport(),
            [.. DemoCamera.OfTwin(Programs.Find().Scene(DemoContext.SiteScene)).Where(c => c.Id.ToString() == "dock")]);

        // version 1 reaches both devices
        await SiteStage.StartControlPlaneAsync(demo, Cancelled);
        var first = await ReleaseStage.RegisterShippedAsync(demo, Cancelled);
        await SiteStage.EnrolAsync(demo, Cancelled);
        await ReleaseStage.SignAsync(demo, first.Card.Version, Cancelled);
        await RolloutStage.RunAsync(demo, new Turn { Version = first.Card.Version, Digest = first.Card.Variants[0].Digest }, Cancelled);

        // from here the rule decides
        var loop = new Unattended(demo, first.Card.Version.Model);
        await loop.SetRuleAsync(await LoopRecipe.ShortAsync(demo, Cancelled), Cancelled);
        await SiteStage.GatherAsync(demo, isFast: true, Cancelled);
        var mischief = new Queue<Func<Task>>([
            () => KillAsync(loop, "trainer", r => r is { State: TrainingRuleState.Training } && loop.RunIsAtWork),
            () => KillAsync(loop, "control-plane", r => r is { State: TrainingRuleState.Training } && loop.RunIsAtWork),
            () => KillAsync(loop, demo.Cameras[0].Device.ToString(), r => r.State == TrainingRuleState.RollingOut),
        ]);
        var served = new List<VersionResponse> { first };
        var started = TimeProvider.System.GetTimestamp();
        while (served.Count <= Turns)
        {
            var promoted = await loop.PromotedAfterAsync(served[^1].Card.Version, mischief.Count > 0 ? mischief.Dequeue() : () => Task.CompletedTask, Patience, Cancelled);
            AssertBetter(promoted, served[^1]);
            served.Add(promoted);
            Say($"{promoted.Card.Version} serves after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s and {loop.Runs} runs: held out {promoted.Card.Metrics[HeldOutMetrics.Base]:0.000} -> {promoted.Card.Metrics[HeldOutMetrics.Result]:0.000}");
        }

        await AssertServedAsync(demo, served[^1]);
        var (before, after) = (await Accuracy.OnSiteAsync(demo, first, Cancelled), await Accuracy.OnSiteAsync(demo, served[^1], Cancelled));
        Say($"AP@.5 of the site {before:0.000} -> {after:0.000}");
        Assert.True(after > before, $"AP@.5 of the site went from {before:0.000} to {after:0.000}.");

        // a recipe that ruins what was learnt: its result stays a draft, and everything serves on
        await loop.SetRuleAsync(await LoopRecipe.RuinousAsync(demo, Cancelled), Cancelled);
        var (worse, why) = await loop.RefusedAsync(Patience, Cancelled);
        Assert.Contains("so it is not promoted", why, StringComparison.Ordinal);
        Assert.Equal(VersionState.Draft, worse.State);
        Assert.True(worse.Card.Metrics[HeldOutMetrics.Result] < worse.Card.Metrics[HeldOutMetrics.Base]);
        await AssertServedAsync(demo, served[^1]);
    }

    private static void Say(FormattableString what) => TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(what));

    /// <summary>Waits for the moment, kills the process, and holds what was acknowledged before against what is there afterwards.</summary>
    private static async Task KillAsync(Unattended loop, string process, Func<TrainingRuleResponse, bool> moment)
    {
        await loop.UntilAsync(moment, Patience, Cancelled);
        var labelled = await loop.LabelledAsync(Cancelled);
        await loop.Demo.Stack.KillAsync(process, Cancelled);
        await loop.Demo.Stack.RestartAsync(process, Cancelled);
        var after = await loop.LabelledAsync(Cancelled);
        Assert.All(labelled, sample => Assert.Equal(sample.Value, after.GetValueOrDefault(sample.Key, -1)));
    }

    private static void AssertBetter(VersionResponse promoted, VersionResponse before)
    {
        Assert.Equal(VersionState.Released, promoted.State);
        Assert.Equal(before.Card.Version, promoted.Card.Lineage.Parent);
        Assert.NotNull(promoted.Card.Lineage.Snapshot);
        Assert.True(promoted.Card.Metrics[HeldOutMetrics.Result] >= promoted.Card.Metrics[HeldOutMetrics.Base]);
    }

    /// <summary>Both devices complete frames with the version, and none was lost on the way to it.</summary>
    private static async Task AssertServedAsync(DemoContext demo, VersionResponse version)
    {
        var devices = await Site.DevicesAsync(demo, Cancelled);
        Assert.Equal(2, devices.Count);
        Assert.All(devices, d => Assert.Equal(version.Card.Version, Assert.Single(d.Cameras).Running));
        var updates = devices.SelectMany(d => d.Reported!.Updates.Where(u => u.Version == version.Card.Version)).ToList();
        Assert.Equal(2, updates.Count);
        Assert.All(updates, u => Assert.Equal(0, u.FramesLost));
    }
}
