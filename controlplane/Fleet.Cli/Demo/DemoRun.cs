using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>The whole loop, stage by stage.</summary>
internal static class DemoRun
{
    public static async Task RunAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        await TwinStage.RunAsync(demo, cancellationToken);
        await SiteStage.StartControlPlaneAsync(demo, cancellationToken);
        await TwinStage.ShowAsync(demo, cancellationToken);
        var version = await ReleaseStage.RegisterShippedAsync(demo, cancellationToken);
        await SiteStage.EnrolAsync(demo, cancellationToken);
        for (var number = 1; number <= demo.Options.Turns; number++)
        {
            var turn = await DeployAsync(demo, version, cancellationToken);
            if (number < demo.Options.Turns)
            {
                await GatherStage.RunAsync(demo, turn, cancellationToken);
                if (turn.SamplesLabelled == 0)
                {
                    break;
                }

                var run = await LearnStage.RunAsync(demo, turn, cancellationToken);
                version = await Wait.ForAnswerAsync(demo, () => demo.Client.Versions.GetAsync(run.Version!.Value, cancellationToken), cancellationToken);
            }
        }

        demo.Report.Ok = IsOk(demo);
        demo.Report.Seconds = demo.Screen.Elapsed.TotalSeconds;
    }

    private static async Task<Turn> DeployAsync(DemoContext demo, VersionResponse version, CancellationToken cancellationToken)
    {
        await ReleaseStage.SignAsync(demo, version.Card.Version, cancellationToken);
        var before = demo.Report.Turns is [.., var last] ? last : null;
        var turn = new Turn
        {
            Version = version.Card.Version,
            Digest = version.Card.Variants[0].Digest,
            // a site without a version finds nothing, and finding nothing has an average precision of 0
            Map50Before = before is null ? (demo.HasTruth ? 0 : null) : before.Map50After,
        };
        demo.Report.Turns.Add(turn);
        turn.Map50After = await Accuracy.OnSiteAsync(demo, version, cancellationToken);
        await Accuracy.OnPhotosAsync(demo, version, cancellationToken);
        await RolloutStage.RunAsync(demo, turn, cancellationToken);
        return turn;
    }

    // real cameras tell no truth, so there is nothing to compare and the loop ends where labelling would begin
    private static bool IsOk(DemoContext demo) =>
        demo.Report.FramesLost == 0
        && (!demo.HasTruth || demo.Report.Turns.Count == demo.Options.Turns)
        && (!demo.HasTruth || demo.Options.Turns == 1 || demo.Report.Turns[^1].Map50After > demo.Report.Turns[0].Map50After);
}
