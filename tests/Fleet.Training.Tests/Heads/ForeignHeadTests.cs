using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Testing;
using Fleet.Training.Evaluation;
using Fleet.Training.Graphs;
using Fleet.Training.Heads;
using Fleet.Training.Runs;

namespace Fleet.Training.Tests.Heads;

public sealed class ForeignHeadTests : IDisposable
{
    private static readonly string[] Theirs = ["van", "box", "cat"];
    private readonly TempFolder _folder = new();
    private readonly List<TrainingProgress> _told = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(HeadKinds.Yolox)]
    [InlineData(HeadKinds.FastestDet)]
    [InlineData(HeadKinds.NanoDet)]
    public async Task A_detector_of_another_maker_learns_our_labels_with_our_classes_and_runs_on_a_device_afterwards(string head)
    {
        var given = Described(AHead.Of(head, Theirs.Length), head);
        var job = new TrainingJob(A.Recipe("train: { steps: 36, batch: 4, rate: 0.02 }\naverage: 0.5\nvariants: [fp32]"), given, [.. Enumerable.Range(0, 12).Select(i => A.Picture(_folder.Path, i))], Seed: 1);
        var trace = new LossTrace(_told.Add);
        var trained = await new TrainingRun(job, _folder.Path, trace.Tell, new EveryStep()).RunAsync(TestContext.Current.CancellationToken);
        var finished = new Finishing(job, _folder.Path, trace, TimeProvider.System).Finish(trained, new Lineage(), 0);

        var losses = _told.Where(t => t.Loss is not null).Select(t => t.Loss!.Value).ToList();
        Assert.InRange(losses[^1], 0, losses[0] * 0.9);
        Assert.InRange(finished.Report.EngineDifference, 0, EngineAgreement.Tolerance);
        Assert.Equal((head, "box"), (finished.Request.Head, Assert.Single(finished.Request.Classes!)));
        using var judge = new Judge(_folder.At(TrainedFiles.Model));
        var boxes = judge.Detect(TruthFrames.Of(job.Learnt).First().Frame, 0.001f);
        Assert.Contains(boxes, b => b.Label == "box");
    }

    [Fact]
    public async Task A_classifier_of_another_maker_learns_a_folder_for_each_class()
    {
        var recipe = Recipes.RecipeReader.Parse("model: tiny\nhead: classes\nclasses: [dark, bright]\nthreads: 1\ntrain: { steps: 40, batch: 6, rate: 0.01 }\naverage: 0.5", "recipe.yaml");
        var job = new TrainingJob(recipe, Described(AHead.Of(HeadKinds.Classes, 3), HeadKinds.Classes), Shades.Pictures(_folder.Path, 24), Seed: 1);
        var trained = await new TrainingRun(job, _folder.Path, _ => { }, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        var finished = new Finishing(job, _folder.Path, new LossTrace(_ => { }), TimeProvider.System).Finish(trained, new Lineage(), 0);

        Assert.Equal(1, finished.Report.Named!.Accuracy);
        Assert.Equal(HeadKinds.Classes, finished.Request.Head);
    }

    [Fact]
    public void A_class_that_both_know_keeps_its_weights_and_a_new_one_starts_in_the_middle()
    {
        var given = Described(AHead.Of(HeadKinds.Yolox, Theirs.Length), HeadKinds.Yolox);
        var made = ClassLayers.Remake(given, TrainableHeads.FitOf(given), ["pallet", "box", "jar", "can"], seed: 1);

        var (before, after) = (Bias(given, "cls8.weight"), Bias(made, "cls8.weight"));
        Assert.Equal(before[16..32], after[16..32]);
        Assert.Equal((before[0] + before[16] + before[32]) / 3, after[0], 0.05f);
        Assert.Equal(9, made.Graph.Output[0].Type.TensorType.Shape.Dim[2].DimValue);
        Assert.Equal(Bias(given, "reg8.weight"), Bias(made, "reg8.weight"));
    }

    [Fact]
    public void Says_in_a_sentence_which_heads_labels_can_be_learnt_with()
    {
        var recipe = A.Recipe("train: { steps: 3 }");
        var heat = AHead.Of(HeadKinds.Classes, 3);
        OnnxMetadata.Set(heat, new HeadFit(HeadKinds.Classes, Theirs, Input(HeadKinds.Classes), 0.5f));
        Assert.Contains("write 'head: classes'", Problem(new TrainingJob(recipe, heat, [], 1)), StringComparison.Ordinal);

        var none = OnnxFile.Read(OnnxFile.Write(heat));
        none.MetadataProps.Clear();
        none.Graph.Output[0].Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 7 });
        Assert.Contains("head", Problem(new TrainingJob(recipe, none, [], 1)), StringComparison.Ordinal);
    }

    private static string Problem(TrainingJob job) => Assert.Throws<ProblemException>(() => job.Fit()).Message;

    private static float[] Bias(ModelProto model, string name) => Tensors.Floats(model.Graph.Initializer.First(t => t.Name == name));

    private static InputSpec Input(string head) => new("images", A.Side, A.Side, InputRules.Float32, head == HeadKinds.Classes ? "rgb" : "bgr", Scale: 1 / 255f, [], [], Fits.Stretch, Pad: 0);

    private static ModelProto Described(ModelProto model, string head)
    {
        OnnxMetadata.Set(model, new HeadFit(head, Theirs, Input(head), 0.3f, Scores: head == HeadKinds.Classes ? ScoreForms.Softmax : null));
        return model;
    }

    /// <summary>A clock that moves a minute at each look, so that every step is told.</summary>
    private sealed class EveryStep : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now += 60;
    }
}
