using Fleet.Contracts;
using Fleet.ControlPlane.Blobs;
using Fleet.ControlPlane.Savings;
using Fleet.ControlPlane.Tests.Labelling;
using Fleet.ControlPlane.Tests.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.ControlPlane.Tests.Savings;

public sealed class SavingsTests(RunningPlane plane) : IClassFixture<RunningPlane>
{
    private static readonly ModelName Model = ModelName.Parse("shelf");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 0.004)]
    [InlineData(0.5, 0.005)]
    public void The_interval_holds_what_a_chosen_label_was_worth(double worth, double noise)
    {
        var savings = SavingsPlanner.Of(Model, Runs(12, worth, noise));

        Assert.NotNull(savings.Saved);
        Assert.InRange(worth, savings.Saved.WorthLow, savings.Saved.WorthHigh);
        Assert.Equal(worth > 1, savings.Saved.Labels > 0);
        Assert.InRange(savings.Saved.Labels, savings.Saved.LabelsLow, savings.Saved.LabelsHigh);
    }

    [Fact]
    public void Where_chance_did_as_well_it_says_that_no_saving_is_shown()
    {
        var savings = SavingsPlanner.Of(Model, Runs(12, worth: 1, noise: 0.005));

        Assert.InRange(1, savings.Saved!.WorthLow, savings.Saved.WorthHigh);
        Assert.EndsWith("no saving is shown.", savings.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void No_figure_is_given_where_there_is_too_little_to_tell()
    {
        Assert.StartsWith("Not enough yet: 7 of 8", Why(Runs(7, worth: 3, noise: 0)), StringComparison.Ordinal);
        Assert.StartsWith("It cannot be told yet", Why([.. Enumerable.Range(1, 10).Select(i => new LabelPoint(50 * i, 150 * i, 0.2 + (0.1 * Math.Log(i))))]), StringComparison.Ordinal);
        Assert.StartsWith("It cannot be told yet", Why(Runs(12, worth: 3, noise: 0.01)), StringComparison.Ordinal);
        Assert.StartsWith("Versions that learnt from more labels were not better", Why([.. Enumerable.Range(1, 10).Select(i => new LabelPoint(50 * i, 20 * i * i, 0.8 - (0.1 * Math.Log(i))))]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_of_frames_that_were_chosen_are_told_from_those_that_came_by_chance()
    {
        await LabelAsync("random", boxes: 2);
        await LabelAsync("uncertain", boxes: 3);
        await LabelAsync("novel", boxes: 0);
        var snapshot = await plane.Admin.Snapshots.TakeAsync(new SnapshotRequest("savings"), Cancel);
        var bytes = TinyModels.Bytes(seed: 4);
        await plane.Services.GetRequiredService<BlobStore>().PutAsync(bytes, Cancel);
        await plane.Admin.Versions.RegisterAsync(
            new VersionRequest
            {
                Model = Model,
                Head = "fleet",
                Classes = ["carton", "can"],
                Variants = [new VariantUpload("fp32", Digest.Of(bytes))],
                Metrics = new Dictionary<string, double> { [HeldOutMetrics.Result] = 0.5 },
                Lineage = new Lineage(Snapshot: snapshot.Digest),
            },
            Cancel);

        var savings = Assert.Single(await plane.Admin.TrainingRuns.SavingsAsync(Cancel));

        Assert.Equal((Model, 1, 6, 4), (savings.Model, savings.Runs, savings.Labels, savings.Chosen));
        Assert.Null(savings.Saved);
    }

    private static string Why(IReadOnlyList<LabelPoint> points)
    {
        var savings = SavingsPlanner.Of(Model, points);
        Assert.Null(savings.Saved);
        return savings.Why;
    }

    // the share of chosen labels differs from run to run, as where a rule, an import and people take turns
    private static List<LabelPoint> Runs(int count, double worth, double noise) =>
    [
        .. from i in Enumerable.Range(1, count)
           let plain = 40 + (60 * ((i + 1) / 2))
           let chosen = 30 + (90 * (i / 2))
           select new LabelPoint(plain, chosen, 0.1 + (0.12 * Math.Log(plain + (worth * chosen))) + (noise * (i % 3 - 1))),
    ];

    private async Task LabelAsync(string trigger, int boxes)
    {
        var sample = await plane.TakeAsync("savings", "cam", 0.5, trigger, 0, []);
        await plane.Admin.Samples.LabelAsync(sample, new LabelRequest(SampleState.Labelled, [.. Enumerable.Range(0, boxes).Select(i => new Annotation("can", new Box(i, 1, 5, 5)))]), etag: null, Cancel);
    }
}
