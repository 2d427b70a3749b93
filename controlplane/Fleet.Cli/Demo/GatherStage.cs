using Fleet.Contracts;

namespace Fleet.Cli.Demo;

/// <summary>Waits for the frames that the devices find worth labelling, and has them labelled.</summary>
internal static class GatherStage
{
    private static readonly TimeSpan GatherLimit = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(DemoContext demo, Turn turn, CancellationToken cancellationToken)
    {
        demo.Screen.Stage("Gather", "doubtful frames come home, and a random few");
        await SiteStage.GatherAsync(demo, isFast: true, cancellationToken);
        await Wait.UntilAsync(demo, async (d, token) =>
        {
            var waiting = await UnlabelledAsync(d, token);
            return waiting.Count >= d.Options.SamplesPerTurn ? null : $"{waiting.Count} of {d.Options.SamplesPerTurn} samples";
        }, GatherLimit, cancellationToken);
        await SiteStage.GatherAsync(demo, isFast: false, cancellationToken);
        var samples = await Wait.ForAnswerAsync(demo, () => UnlabelledAsync(demo, cancellationToken), cancellationToken);
        turn.SamplesGathered = samples.Count;
        demo.Report.SamplesGathered += samples.Count;
        demo.Screen.Figure("samples", string.Join(", ", samples.GroupBy(s => s.Frame.Trigger).Select(g => $"{g.Count()} {g.Key}")));

        turn.SamplesLabelled = demo.HasTruth
            ? await LabelByTwinAsync(demo, samples, cancellationToken)
            : await LabelByPersonAsync(demo, cancellationToken);
        demo.Report.SamplesLabelled += turn.SamplesLabelled;
    }

    private static async Task<int> LabelByTwinAsync(DemoContext demo, List<SampleResponse> samples, CancellationToken cancellationToken)
    {
        demo.Screen.Say("The twin's own ground truth plays the person who labels.");
        var truth = new TwinTruth(demo.Stack);
        var labelled = 0;
        foreach (var camera in samples.GroupBy(s => s.Frame.Source))
        {
            var boxes = await truth.OfAsync(camera.Key, camera.Select(s => s.Frame.Frame).Distinct(), cancellationToken);
            foreach (var sample in camera)
            {
                // a label is the whole truth about a sample: saying it twice does no harm
                await Wait.ForAnswerAsync(demo, () => LabelAsync(demo, sample.Frame.Digest, boxes[sample.Frame.Frame], cancellationToken), cancellationToken);
                demo.Screen.Progress($"labelled {++labelled} of {samples.Count}");
            }
        }

        demo.Screen.Figure("labelled", $"{labelled}");
        return labelled;
    }

    private static async Task<SampleResponse> LabelAsync(DemoContext demo, Digest sample, IReadOnlyList<Annotation> boxes, CancellationToken cancellationToken)
    {
        var current = await demo.Client.Samples.GetAsync(sample, cancellationToken);
        return await demo.Client.Samples.LabelAsync(sample, new LabelRequest(SampleState.Labelled, boxes), current.ETag, cancellationToken);
    }

    private static async Task<int> LabelByPersonAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        if (demo.Options.Headless)
        {
            demo.Screen.Warn("Real cameras have no ground truth, and nobody is here to label: labelling and learning are skipped.");
            return 0;
        }

        demo.Screen.Say($"Label {demo.Options.SamplesPerTurn} samples at {new Uri(demo.Stack.Address, "/samples")}; the loop goes on when they are done.");
        var labelled = 0;
        await Wait.UntilAsync(demo, async (d, token) =>
        {
            labelled = 0;
            await foreach (var _ in d.Client.Samples.ListAsync(new Client.SampleFilter(SampleState.Labelled), token))
            {
                labelled++;
            }

            return labelled >= d.Options.SamplesPerTurn ? null : $"{labelled} of {d.Options.SamplesPerTurn} labelled";
        }, within: null, cancellationToken);
        return labelled;
    }

    private static async Task<List<SampleResponse>> UnlabelledAsync(DemoContext demo, CancellationToken cancellationToken)
    {
        var samples = new List<SampleResponse>();
        await foreach (var sample in demo.Client.Samples.ListAsync(new Client.SampleFilter(SampleState.Unlabelled), cancellationToken))
        {
            samples.Add(sample);
        }

        return samples;
    }
}
