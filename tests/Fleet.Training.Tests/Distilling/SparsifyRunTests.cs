using Fleet.Contracts;
using Fleet.Onnx;
using Fleet.Onnx.Schema;
using Fleet.Training.Distilling;
using Fleet.Training.Evaluation;
using Fleet.Training.Graphs;
using Fleet.Training.Recipes;
using Fleet.Training.Tests.Networks;
using Fleet.Vision;

namespace Fleet.Training.Tests.Distilling;

public class SparsifyRunTests
{
    private const int Side = 24;
    private static readonly InputSpec Input = new("x", Side, Side, "float32", "rgb", Scale: 1f / 255, [], [], "stretch", Pad: 114);

    [Fact]
    public void Recovers_much_of_what_pruning_cost_without_a_label()
    {
        var result = Run(Model(), steps: 60);

        Assert.InRange(result.After.Difference, 0, result.Before.Difference * 0.7);
        Assert.Single(result.Pruned);
        Assert.All(SparsityReport.Of(result.Model).Where(l => l.Eligible), l => Assert.True(l.Valid));
        Assert.InRange(EngineAgreement.Difference(result.Model, Input), 0, EngineAgreement.Tolerance);
    }

    [Fact]
    public void Changes_nothing_of_the_graph_but_its_weights()
    {
        var (model, result) = (Model(), Run(Model(), steps: 2));

        Assert.Equal(model.Graph.Node, result.Model.Graph.Node);
        Assert.Equal(model.MetadataProps, result.Model.MetadataProps);
        Assert.NotEqual(model.Graph.Initializer, result.Model.Graph.Initializer);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights() =>
        Assert.Equal(Digest.Of(OnnxFile.Write(Run(Model(), steps: 4).Model)), Digest.Of(OnnxFile.Write(Run(Model(), steps: 4).Model)));

    [Fact]
    public void Learns_picture_by_picture_where_the_graph_was_made_for_one()
    {
        var fixedToOne = Model();
        fixedToOne.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 1;
        fixedToOne.Graph.Node.Add(new NodeProto { OpType = "Reshape", Name = "fixed", Input = { fixedToOne.Graph.Output[0].Name, "fixed_shape" }, Output = { "flat" } });
        fixedToOne.Graph.Initializer.Add(new TensorProto { Name = "fixed_shape", DataType = (int)TensorProto.Types.DataType.Int64, Dims = { 2 }, Int64Data = { 1, -1 } });
        fixedToOne.Graph.Output[0].Name = "flat";

        var result = Run(fixedToOne, steps: 60);
        Assert.InRange(result.After.Difference, 0, result.Before.Difference * 0.7);
    }

    [Fact]
    public void Says_that_nothing_can_be_pruned_and_why()
    {
        var problem = Assert.Throws<ProblemException>(() => Run(AGraph.Of(17, g => g.With("Conv", g.Weights(8, 3, 3, 3)), 1, 3, Side, Side), steps: 2));
        Assert.Contains("3 input channels are no multiple of 16", problem.Message, StringComparison.Ordinal);
    }

    private static SparsifiedNetwork Run(ModelProto model, int steps) =>
        new SparsifyRun(model, Pictures(0, 12), Pictures(12, 4), new SparsifyOptions(new Schedule(steps, Batch: 4, Rate: 0.01), Threads: 1, Seed: 1), _ => { }, TimeProvider.System).Run(TestContext.Current.CancellationToken);

    private static ModelProto Model()
    {
        var model = AGraph.Of(17, g =>
        {
            var first = g.Node("Relu", [g.With("Conv", g.Weights(16, 3, 3, 3))]);
            return g.Node("Conv", [g.Node("Relu", [g.Node("Conv", [first, g.Weights(8, 16, 3, 3)])]), g.Weights(2, 8, 1, 1)]);
        }, 0, 3, Side, Side);
        var random = new Random(4);
        foreach (var weight in model.Graph.Initializer)
        {
            Tensors.Store(weight, [.. Tensors.Floats(weight).Select(_ => Chance.Normal(random) * 0.2f)]);
        }

        return model;
    }

    private static PictureSet Pictures(int first, int count) => new(Input, Enumerable.Range(first, count).Select(i =>
    {
        var frame = new Frame(Side, Side, 3);
        new Random(i).NextBytes(frame.Span);
        return frame;
    }));
}
