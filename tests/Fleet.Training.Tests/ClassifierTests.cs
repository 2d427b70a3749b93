using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Testing;
using Fleet.Training.Evaluation;
using Fleet.Training.Frames;
using Fleet.Training.Recipes;
using Fleet.Training.Runs;
using Fleet.Training.Tests.Heads;
using Fleet.Vision;

namespace Fleet.Training.Tests;

public sealed class ClassifierTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Learns_classes_from_pictures_and_leaves_a_version_that_a_device_understands()
    {
        var job = new TrainingJob(Recipe("sparsity: prune\nretrain: { steps: 15, batch: 6, rate: 0.003 }\nvariants: [fp32, int8]"), Base: null, Shades.Pictures(_folder.Path, 24), Seed: 1);
        var trained = await new TrainingRun(job, _folder.Path, _ => { }, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        var finished = new Finishing(job, _folder.Path, new LossTrace(_ => { }), TimeProvider.System).Finish(trained, new Lineage(), 0);

        Assert.Equal((1.0, 2), (finished.Report.Named!.Accuracy, finished.Report.Named.Classes.Count));
        Assert.Equal((HeadKinds.Classes, ScoreForms.Probabilities), (finished.Request.Head, finished.Request.Scores));
        Assert.Superset(new HashSet<string> { "fp16-2:4", "fp32-2:4" }, finished.Request.Variants.Select(v => v.Name).ToHashSet());
        var page = File.ReadAllText(_folder.At(TrainedFiles.Page));
        Assert.Contains("<b>1.000</b><span>accuracy</span>", page, StringComparison.Ordinal);
        using var judge = new Judge(_folder.At(TrainedFiles.Model));
        Assert.Equal("bright", judge.Detect(Pictures.Read(job.Real[1].Path), 0.5f)[0].Label);
    }

    [Fact]
    public void Objects_are_cut_out_of_frames_with_a_little_of_what_is_around_them()
    {
        var frame = new Frame(100, 80, channels: 3);
        frame.Span[(((30 * 100) + 40) * 3) + 1] = 200;
        var cuts = Cutting.Of(frame, [new Annotation("jar", new Box(40, 30, 50, 20)), new Annotation("dot", new Box(1, 1, 5, 5)), Cutting.WholeOf(100, 80, "all")]).ToList();

        Assert.Equal([("jar", 56, 23), ("all", 100, 80)], cuts.Select(c => (c.Label, c.Frame.WidthPx, c.Frame.HeightPx)));
        Assert.Equal(200, cuts[0].Frame.Span[(((2 * 56) + 3) * 3) + 1]);
    }

    private static Recipe Recipe(string more) => RecipeReader.Parse(
        $"model: tiny\nhead: classes\nclasses: [dark, bright]\ninput: {{ width: 64, height: 64 }}\nchannels: 16\nthreads: 1\ntrain: {{ steps: 25, batch: 6, rate: 0.005 }}\naverage: 0.5\n{more}", "recipe.yaml");
}
